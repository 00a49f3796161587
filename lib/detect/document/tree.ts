import type { JsonObject } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import {
  type Extraction,
  MAX_DOCUMENT_BYTES,
  type Part,
  type SourceFile,
  type Unresolved,
} from '../types.ts';

/** How a kind reads a contract that is a tree of files, none of which is the root. */
export interface TreeReader {
  /** Is it a file of the tree? What else lies in a folder of sources is left alone. */
  reads(path: string): boolean;
  /** What the files say together. */
  read(texts: ReadonlyMap<string, string>): Promise<TreeRead>;
}

/** What a tree of files says: the contract's schema, its parts with their lines, and what was not read. */
export interface TreeRead {
  schema: JsonObject;
  parts: Part[];
  unresolved: Unresolved[];
}

/** The contract in the files: all that the reader takes, which the contract keeps byte for byte. A file that cannot be read is a gap. */
export async function extractTree(sources: readonly SourceFile[], reader: TreeReader): Promise<Extraction> {
  const unresolved: Unresolved[] = [];
  const own = sources.filter(({ path }) => reader.reads(path));
  const no = (path: string, why: string, line = 1): void => {
    unresolved.push({ path, line, what: 'the document', why, gap: true });
  };
  if (own.length === 0) for (const { path } of sources) no(path, 'it is not a file of this kind');
  const texts = new Map<string, string>();
  for (const source of [...own].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = decode(source, MAX_DOCUMENT_BYTES);
    if (typeof text === 'string') texts.set(source.path, text);
    else no(source.path, text.why, text.line);
  }
  const { schema, parts, unresolved: open } = await reader.read(texts);
  const hasParts = parts.length > 0;
  return {
    ...{ value: null, schema: hasParts ? schema : {}, parts },
    unresolved: sortUnresolved([...unresolved, ...open]),
    documents: hasParts ? [...texts.keys()] : [],
  };
}
