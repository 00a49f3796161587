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
const FORMAT = 1;

interface Header {
  format: number;
  version: string;
  tree: string;
  /** path, oid, ok, start, length */
  entries: [string, string, 0 | 1, number, number][];
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
    const last = header.entries.at(-1);
    if (last !== undefined && last[3] + last[4] !== body.length) return null;
    const entries = new Map<string, IndexEntry>();
    for (const [name, oid, ok, start, length] of header.entries) {
      entries.set(name, { path: name, oid, ok: ok === 1, json: body.subarray(start, start + length) });
    }
    return { tree: header.tree, entries };
  } catch {
    return null;
  }
}

/** Write the index whole, by rename. A store that cannot be written goes without. */
export function writeIndexFile(directory: string, version: string, index: IndexFile): void {
  const header: Header = { format: FORMAT, version, tree: index.tree, entries: [] };
  const body: Buffer[] = [];
  let at = 0;
  for (const entry of index.entries.values()) {
    header.entries.push([entry.path, entry.oid, entry.ok ? 1 : 0, at, entry.json.length]);
    body.push(entry.json);
    at += entry.json.length;
  }
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...body]);
  writeCache(path.join(directory, FILE), content);
}
