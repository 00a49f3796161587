import path from 'node:path';
import { readCache, writeCache } from '../cache-file.ts';

/** One file of the realm as the index keeps it. */
export interface IndexEntry {
  path: string;
  oid: string;
  /** Does the file parse and validate? */
  ok: boolean;
  /** JSON of the parsed file, or of the problems found in it. */
  json: Buffer;
}

export interface IndexFile {
  tree: string;
  entries: Map<string, IndexEntry>;
}

/** Bumped with every change of this file's form; a change of the schemas shows in `version`. */
const FORMAT = 3;

interface Header {
  format: number;
  version: string;
  tree: string;
  /** One column each, which is read in a fraction of the time that a list of entries takes. */
  paths: string[];
  oids: string[];
  ok: (0 | 1)[];
  lengths: number[];
}

const FILE = 'index';

/**
 * The realm's files as parsed JSON, keyed by the tree they were read from: a header line, then one JSON text after the
 * other, parsed only when asked for. Derived: deleting it costs one slow read and changes no answer. `null` when it is
 * absent, torn, or of another version.
 */
export function readIndexFile(directory: string, version: string): IndexFile | null {
  const bytes = readCache(path.join(directory, FILE));
  if (bytes === null) return null;
  const end = bytes.indexOf(10);
  try {
    const header = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
    if (header.format !== FORMAT || header.version !== version) return null;
    const body = bytes.subarray(end + 1);
    const { paths, oids, ok, lengths } = header;
    const entries = new Map<string, IndexEntry>();
    let at = 0;
    for (const [n, name] of paths.entries()) {
      const length = lengths[n] ?? 0;
      entries.set(name, new Stored(name, oids[n] ?? '', ok[n] === 1, body, at, length));
      at += length;
    }
    return at === body.length ? { tree: header.tree, entries } : null;
  } catch {
    return null;
  }
}

/** An entry of the file; its bytes are cut out when somebody looks at them. */
class Stored implements IndexEntry {
  constructor(
    readonly path: string,
    readonly oid: string,
    readonly ok: boolean,
    private readonly body: Buffer,
    private readonly start: number,
    private readonly length: number,
  ) {}

  get json(): Buffer {
    return this.body.subarray(this.start, this.start + this.length);
  }
}

/** Write the index whole, by rename. A store that cannot be written goes without. */
export function writeIndexFile(directory: string, version: string, index: IndexFile): void {
  const all = [...index.entries.values()];
  const body = all.map((entry) => entry.json);
  const header: Header = {
    format: FORMAT,
    version,
    tree: index.tree,
    paths: all.map((entry) => entry.path),
    oids: all.map((entry) => entry.oid),
    ok: all.map((entry) => (entry.ok ? 1 : 0)),
    lengths: body.map((json) => json.length),
  };
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...body]);
  writeCache(path.join(directory, FILE), content);
}
