import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Extraction } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { canonical, type JsonValue } from '../json.ts';
import type { DetectorEntry } from '../realm/types.ts';
import { VERSION } from '../version.ts';
import { readSources, type Source } from './levels.ts';

/** What a detector made of the sources at one level. */
export type Reading =
  | { kind: 'value'; key: string; extraction: Extraction }
  /** None of the source files exists at this level. */
  | { kind: 'absent' }
  | { kind: 'failed'; error: RealmError };

/** Names the sources by content and the detector by version: equal keys read equal values. */
export function sourcesKey(sources: readonly Source[], detector: DetectorEntry): string {
  const files = sources.map(({ path: name, oid }) => [name, oid]);
  const text = canonical([VERSION, detector as unknown as JsonValue, files]);
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/**
 * Read the value out of the sources, through a cache keyed by their blobs: syntax trees are loaded only for what was never
 * seen. `directory` is ours: `<git-common-dir>/realm`.
 */
export async function readExport(
  directory: string,
  sources: readonly Source[],
  detector: DetectorEntry,
): Promise<Reading> {
  if (sources.length === 0) return { kind: 'absent' };
  const key = sourcesKey(sources, detector);
  const file = path.join(directory, 'extracts', `${key}.json`);
  const cached = await readFile(file, 'utf8').then(parse, () => null);
  if (cached !== null) return { kind: 'value', key, extraction: cached };
  try {
    const { extract } = await import('../detect/index.ts');
    const { detector: name, ...options } = detector;
    const extraction = await extract(name, await readSources(sources), options as Record<string, JsonValue>);
    await remember(file, extraction);
    return { kind: 'value', key, extraction };
  } catch (error) {
    if (error instanceof RealmError) return { kind: 'failed', error };
    throw error;
  }
}

function parse(text: string): Extraction | null {
  try {
    return JSON.parse(text) as Extraction;
  } catch {
    return null;
  }
}

/** A cache that cannot be written costs time, not answers. */
async function remember(file: string, extraction: Extraction): Promise<void> {
  const fresh = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(fresh, JSON.stringify(extraction));
    await rename(fresh, file);
  } catch {
    await rm(fresh, { force: true }).catch(() => {});
  }
}
