import { withWritten } from '../../compat/numbers.ts';
import { leadsOut } from '../../compat/references.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import {
  type Extraction,
  MAX_DOCUMENT_BYTES,
  type Part,
  type SourceFile,
  type Unresolved,
} from '../types.ts';
import { bundled, pathOf, type ReadDocument, referredTo } from './bundle.ts';
import { readDocument } from './read.ts';

/** What a kind of document that may refer to other files says of itself. */
export interface DocumentReader {
  /** Why a file is not such a document. */
  refuse(value: JsonObject): string | undefined;
  /** The parts of the document, with their lines in its root file; a text says why it has none. */
  parts(path: string, text: string, document: JsonObject): Part[] | string;
  /** The member of the document that holds its other files. */
  under(value: JsonObject): string;
  /** Files that only belong to it where it refers to them, and are not documents of their own. */
  companions?: RegExp;
}

/** References out of one document that are listed. */
const MOST_REFERENCES = 20;

/**
 * The document in the files: one of them, which no other refers to, with all that it refers to among them. Whatever else is
 * there is unresolved, and so are references to files that are not.
 */
export async function extractSeveral(
  sources: readonly SourceFile[],
  reader: DocumentReader,
): Promise<Extraction> {
  const unresolved: Unresolved[] = [];
  const no = (path: string, why: string, line = 1): void => {
    unresolved.push({ path, line, what: 'the document', why, gap: true });
  };
  const all = new Map<string, ReadDocument>();
  const failed = new Map<string, { why: string; line: number }>();
  for (const source of [...sources].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const read = await readSource(source);
    if ('why' in read && reader.companions?.test(source.path) === true) failed.set(source.path, read);
    else if ('why' in read) no(source.path, read.why, read.line);
    else all.set(source.path, read);
  }
  const refused = new Map<string, string>();
  const documents: (ReadDocument & { value: JsonObject })[] = [];
  for (const file of all.values()) {
    const { value } = file;
    const why = isObject(value) ? reader.refuse(value) : 'it is not a mapping';
    if (why === undefined && isObject(value)) documents.push({ ...file, value });
    else refused.set(file.path, why ?? '');
  }
  const referred = new Set([...all.values()].flatMap((file) => [...referredTo(file, all)]));
  const roots = documents.filter(({ path }) => !referred.has(path));
  const [root, ...others] = roots.length > 0 ? roots : documents.slice(0, 1);
  if (root === undefined) {
    for (const [path, why] of refused) no(path, why);
    return { value: null, schema: {}, parts: [], unresolved: sortUnresolved(unresolved), documents: [] };
  }
  for (const other of others)
    unresolved.push({
      ...{ path: other.path, line: 1, what: 'the document' },
      why: `a contract has one document, which is '${root.path}'`,
    });
  const { document, files } = bundled(root, all, reader.under(root.value));
  const used = new Set(files.map(({ path }) => path));
  for (const [path, why] of refused)
    if (!used.has(path) && reader.companions?.test(path) !== true) no(path, why);
  const named = new Set(
    files.flatMap((file) => leadsOut(file.value).map((out) => pathOf(out.file, file.path))),
  );
  for (const [path, { why, line }] of failed) if (named.has(path)) no(path, why, line);
  unresolved.push(...openReferences(files));
  const parts = reader.parts(root.path, root.text, document);
  if (typeof parts === 'string') no(root.path, parts);
  const texts = files.map(({ text }) => text);
  return {
    ...{ value: null, schema: typeof parts === 'string' ? {} : withWritten(document, texts) },
    parts: typeof parts === 'string' ? [] : parts,
    ...{ unresolved: sortUnresolved(unresolved), documents: typeof parts === 'string' ? [] : [...used] },
  };
}

async function readSource(source: SourceFile): Promise<ReadDocument | { why: string; line: number }> {
  const text = decode(source, MAX_DOCUMENT_BYTES);
  if (typeof text !== 'string') return { why: text.why, line: text.line };
  // A schema in a language of its own is read by the kind that knows it.
  if (/\.proto$/i.test(source.path)) return { path: source.path, text, value: text };
  try {
    const path = /\.av(?:sc|pr)$/i.test(source.path) ? `${source.path}.json` : source.path;
    return { path: source.path, text, value: await readDocument(path, text) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    return { why: `it does not parse: ${error.message}`, line };
  }
}

/** References to files that were not read, where they stand. */
function openReferences(files: readonly ReadDocument[]): Unresolved[] {
  const read = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, text, value }) => {
    const open = leadsOut(value).filter(({ file }) => !read.has(pathOf(file, path) ?? ''));
    return open.slice(0, MOST_REFERENCES).map(({ file }) => ({
      ...{ path, line: lineOf(text, file), what: `'$ref' to '${file}'` },
      why: `'${file}' is not among the sources, so changes in it are not detected`,
    }));
  });
}

/** The line of a reference; the first one where it is written over several. */
const lineOf = (text: string, file: string): number =>
  1 +
  Math.max(
    0,
    text.split('\n').findIndex((line) => line.includes('$ref') && line.includes(file)),
  );
