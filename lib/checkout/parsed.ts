import { existsSync } from 'node:fs';
import path from 'node:path';
import { readCache, writeCache } from '../cache-file.ts';
import { type Parsed, parseFile } from '../realm/parse.ts';
import type { FileKind, FileTypes } from '../realm/types.ts';
import { FORMATS_VERSION } from '../version.ts';

interface Kept {
  version: string;
  text: string;
  value: unknown;
}

/**
 * `parseFile` with a memory of the last text: parsing YAML costs a start of the program 8 ms, comparing it nothing. Derived,
 * kept in `directory` (`<git-common-dir>/realm`); a file that is not valid is never kept.
 */
export function parseKept<K extends FileKind>(
  directory: string,
  kind: K,
  name: string,
  text: string,
): Parsed<FileTypes[K]> {
  const file = path.join(directory, `parsed-${kind}.json`);
  const kept = parse(readCache(file)?.toString('utf8') ?? '');
  if (kept?.text === text && kept.version === FORMATS_VERSION)
    return { ok: true, value: kept.value as FileTypes[K] };
  const parsed = parseFile(kind, name, text);
  // A clone that was only looked at stays as it is: `join` makes the directory.
  if (parsed.ok && existsSync(directory)) {
    const fresh: Kept = { version: FORMATS_VERSION, text, value: parsed.value };
    writeCache(file, JSON.stringify(fresh));
  }
  return parsed;
}

function parse(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}
