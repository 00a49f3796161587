import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
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
 * kept in `directory` (`<git-common-dir>/realm`); a file that does not validate is never kept.
 */
export async function parseKept<K extends FileKind>(
  directory: string,
  kind: K,
  name: string,
  text: string,
): Promise<Parsed<FileTypes[K]>> {
  const file = path.join(directory, `parsed-${kind}.json`);
  const kept = await readFile(file, 'utf8').then(parse, () => null);
  if (kept?.text === text && kept.version === FORMATS_VERSION)
    return { ok: true, value: kept.value as FileTypes[K] };
  const parsed = parseFile(kind, name, text);
  if (parsed.ok) await keep(file, { version: FORMATS_VERSION, text, value: parsed.value });
  return parsed;
}

function parse(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}

async function keep(file: string, kept: Kept): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(fresh, JSON.stringify(kept));
    await rename(fresh, file);
  } catch {
    await rm(fresh, { force: true }).catch(() => {});
  }
}
