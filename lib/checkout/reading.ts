import path from 'node:path';
import { readCache, writeCache } from '../cache-file.ts';
import { type Extraction, MAX_BYTES, type Unresolved } from '../detect/types.ts';
import { DETECT_VERSION } from '../detect/version.ts';
import { RealmError } from '../errors.ts';
import { canonical, type JsonValue } from '../json.ts';
import { kindInReader, plugInReader } from '../kinds/plugged.ts';
import type { DetectorEntry } from '../realm/types.ts';
import { VERSION } from '../version.ts';
import { readSources, type Source } from './levels.ts';

/** What a detector made of the sources at one level. */
export type Reading =
  | {
      kind: 'value';
      key: string;
      extraction: Extraction;
      /** The sources that are the contract as they stand. */
      documents?: Source[];
    }
  /** None of the source files exists at this level. */
  | { kind: 'absent' }
  | { kind: 'failed'; error: RealmError };

/** Names the sources by content and the detector by version: equal keys read equal values. */
export function sourcesKey(sources: readonly Source[], detector: DetectorEntry): string {
  const files = sources.map(({ path: name, oid }) => [name, oid]);
  return canonical([VERSION, DETECT_VERSION, detector as unknown as JsonValue, files]);
}

/** Where readings of one contract are kept: `<git-common-dir>/realm`, and a name of any characters. */
export interface ReadingCache {
  directory: string;
  name: string;
}

/** The file of a contract is read once for all its levels. */
const looked = new WeakMap<ReadingCache, Kept[]>();

/** Levels and branches of one contract that are in memory at a time. */
const KEPT = 6;

/**
 * Read the value out of the sources, through a cache keyed by their blobs: syntax trees are loaded only for what was never
 * seen.
 */
export async function readExport(
  cache: ReadingCache,
  sources: readonly Source[],
  detector: DetectorEntry,
): Promise<Reading> {
  if (sources.length === 0) return { kind: 'absent' };
  const key = sourcesKey(sources, detector);
  const file = fileOf(cache);
  // What a plug-in said is not kept: nothing here tells one version of it from the next.
  const isForeign = kindInReader(detector.detector) !== undefined;
  const known = looked.get(cache) ?? remembered(file);
  looked.set(cache, known);
  const found = isForeign ? undefined : known.find((kept) => kept.key === key);
  if (found !== undefined) return valueReading(key, found.extraction, sources);
  try {
    if (isForeign) await plugInReader(detector.detector);
    const { detectorNamed, extract } = await import('../detect/index.ts');
    const { detector: name, ...options } = detector;
    const files = await readSources(sources, detectorNamed(name).most);
    const extraction = await extract(name, files, options as Record<string, JsonValue>);
    if (isForeign) return valueReading(key, extraction, sources);
    const latest = remembered(file).filter((entry) => entry.key !== key);
    const kept = [{ key, extraction }, ...latest].slice(0, KEPT);
    if (files.every(({ bytes }) => bytes.length <= MAX_BYTES)) writeCache(file, JSON.stringify(kept));
    if (extraction.documents !== undefined)
      writeCache(fileOf(cache, 'open.json'), JSON.stringify({ key, unresolved: extraction.unresolved }));
    looked.set(cache, kept);
    return valueReading(key, extraction, sources);
  } catch (error) {
    if (error instanceof RealmError) return { kind: 'failed', error };
    throw error;
  }
}

const fileOf = ({ directory, name }: ReadingCache, ending = 'json'): string =>
  path.join(directory, 'readings', `${encodeURIComponent(name)}.${ending}`);

/**
 * What documents left open when they were read last, without reading them again; a file of its own, since the readings
 * hold the documents whole. Empty where the key names other sources.
 */
export function openIn(cache: ReadingCache, key: string): Unresolved[] {
  try {
    const kept = JSON.parse(readCache(fileOf(cache, 'open.json'))?.toString('utf8') ?? 'null');
    return kept?.key === key && Array.isArray(kept.unresolved) ? kept.unresolved : [];
  } catch {
    return [];
  }
}

function valueReading(key: string, extraction: Extraction, sources: readonly Source[]): Reading {
  const documents = extraction.documents?.flatMap(
    (name) => sources.find((source) => source.path === name) ?? [],
  );
  return { kind: 'value', key, extraction, ...(documents === undefined ? {} : { documents }) };
}

/** What keeps an extraction from being the whole value; `expected`: there should be one, and none at all is a gap too. */
export const gapIn = ({ value, unresolved }: Extraction, expected: boolean): Unresolved | undefined =>
  unresolved.find((finding) => finding.gap) ?? (value === null && expected ? unresolved[0] : undefined);

export const unreadable = ({ path, line, why }: Unresolved): RealmError =>
  new RealmError('source-unreadable', `${path}:${line}: ${why}`, {
    hint: `fix ${path}, or show what is read: git realm export --explain`,
    data: { path, line, why },
  });

/** What keeps an extraction from being published: a gap, or that nothing at all was read. */
export function emptiness(extraction: Extraction, sources: readonly string[]): RealmError | undefined {
  if (extraction.parts.length > 0) return undefined;
  const gap = gapIn(extraction, true);
  if (gap !== undefined) return unreadable(gap);
  const [open] = extraction.unresolved;
  const why = open === undefined ? '' : ` (${open.path}:${open.line}: ${open.why})`;
  const [first = '<path>'] = sources;
  return new RealmError('nothing-read', `no values to publish were found in ${sources.join(', ')}${why}`, {
    hint: `git realm export --explain --source ${first}`,
    data: { sources },
  });
}

interface Kept {
  key: string;
  extraction: Extraction;
}

function remembered(file: string): Kept[] {
  try {
    const kept = JSON.parse(readCache(file)?.toString('utf8') ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
