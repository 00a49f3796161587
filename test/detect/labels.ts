import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Flow, isAt, type Outcome, type Said, type Site, siteOf } from './label-facts.ts';

/** What a person who read public code says about one call: facts by file and line, never the code. */
export interface Place {
  path: string;
  /** The statement's first and last line, 1-based. */
  first: number;
  last: number;
  detector: string;
  expects: Expectation;
  /** The lines hold more values than are labelled: others are not counted against the detector. */
  partial: boolean;
  /** Where the value is handed in, if calls of the function around do not show it: a constructor's argument. */
  from: Site[];
}

/** A path, a key that nobody can know from the repository, or something that only looks like access to S3. */
export type Expectation =
  | { kind: 'path'; role: string; buckets: (string | null)[]; key: string; flow: Flow }
  | { kind: 'open' }
  | { kind: 'trap' };

export interface Labelled {
  language: string;
  repository: string;
  commit: string;
  half: string;
  /** Files of which everything is labelled. */
  whole: string[];
  places: Place[];
}

/** One path that a detector found, with `*` for every piece that is not known. */
export interface Found {
  detector: string;
  path: string;
  line: number;
  role: string;
  bucket: string | null;
  key: string;
}

export interface Score {
  outcomes: { place: Place; outcome: Outcome; found: Found[] }[];
  /** Found at labelled lines or in whole files, and labelled so. */
  right: Found[];
  /** Found there, and not labelled. */
  wrong: Found[];
}

const folder = new URL('./labels/', import.meta.url);

/** All labels, by language and in their order: `go.yaml`, `go-c.yaml` and `go-d.yaml` for halves that came later. */
export function labels(): Labelled[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) =>
      (parse(readFileSync(new URL(name, folder), 'utf8')) as Entry[]).map((entry) =>
        labelled(name.replace(/(?:-[cd])?\.yaml$/, ''), entry),
      ),
    );
}

interface Entry {
  repository: string;
  commit: string;
  half: string;
  detector?: string;
  whole?: string[];
  places: PlaceEntry[];
}

interface PlaceEntry {
  at: string;
  role?: string;
  /** A list where each of several answers is right: a default that a file of settings may replace. */
  bucket?: string | null | (string | null)[];
  key?: string;
  flow?: Flow;
  open?: boolean;
  trap?: boolean;
  partial?: boolean;
  from?: string;
  detector?: string;
}

/** The fields of an entry and of a place, as the files may write them. */
export const FIELDS = {
  entry: ['repository', 'commit', 'half', 'detector', 'whole', 'places'],
  place: ['at', 'role', 'bucket', 'key', 'flow', 'open', 'trap', 'partial', 'from', 'detector'],
};

function labelled(language: string, entry: Entry): Labelled {
  return {
    language,
    repository: entry.repository,
    commit: entry.commit,
    half: entry.half,
    whole: entry.whole ?? [],
    places: entry.places.map((written) => place(written, entry.detector ?? 's3-paths')),
  };
}

function place(entry: PlaceEntry, detector: string): Place {
  return {
    ...siteOf(entry.at),
    detector: entry.detector ?? detector,
    partial: entry.partial ?? false,
    from: entry.from ? [siteOf(entry.from)] : [],
    expects: expectation(entry),
  };
}

function expectation({ open, trap, role, bucket, key, flow }: PlaceEntry): Expectation {
  if (trap) return { kind: 'trap' };
  if (open) return { kind: 'open' };
  const buckets = Array.isArray(bucket) ? bucket : [bucket ?? null];
  return { kind: 'path', role: String(role), buckets, key: String(key), flow: flow ?? 'none' };
}

const sameLines = (place: Place, other: Place): boolean =>
  other.path === place.path && other.first <= place.last && other.last >= place.first;

/** Nothing of the name is known. */
const isUnknown = (text: string | null): boolean => text === null || /^\**$/.test(text);

/** Nothing of the path is known: stars and what stands between them. */
const isOpen = (key: string): boolean => !/[^*/?.]/.test(key);

/** A bucket that is known in part is no bucket's name: detectors may write nothing of it. */
function sameBucket(found: string | null, label: string | null): boolean {
  if (label === null || label.includes('*')) return isUnknown(found) || found === label;
  return found === label;
}

function answers(found: Found, { detector, expects }: Place): boolean {
  if (found.detector !== detector || expects.kind === 'trap') return false;
  if (expects.kind === 'open') return isOpen(found.key);
  return (
    expects.buckets.some((bucket) => sameBucket(found.bucket, bucket)) &&
    found.role === expects.role &&
    found.key === expects.key
  );
}

/**
 * Compares what was found in one repository with its labels. A miss is silent where nothing at its lines speaks of it, nor where
 * the function around it is called (`sites`): a key may be named where it is handed in. It is right there too, beside all places.
 */
export function score(
  { places, whole }: Labelled,
  all: readonly Found[],
  said: readonly Said[],
  sites: (place: Place) => readonly Site[] = () => [],
): Score {
  const right: Found[] = [];
  const wrong: Found[] = [];
  const handedIn = (found: Found): boolean =>
    places.some(
      (place) =>
        place.detector === found.detector &&
        answers(found, place) &&
        [...place.from, ...sites(place)].some((site) => isAt(site, found)),
    );
  for (const found of all) {
    const here = places.filter((place) => place.detector === found.detector && isAt(place, found));
    if (here.some((place) => answers(found, place))) right.push(found);
    else if (here.length > 0 ? here.every((place) => !place.partial) : whole.includes(found.path))
      (here.length === 0 && handedIn(found) ? right : wrong).push(found);
  }
  const outcomes = places.map((place) => {
    const found = all.filter((finding) => isAt(place, finding));
    const direct = found.some((finding) => answers(finding, place));
    const calls = direct || place.expects.kind === 'trap' ? [] : [...place.from, ...sites(place)];
    const handed = all.filter((finding) => calls.some((site) => isAt(site, finding)));
    const hit = direct || handed.some((finding) => answers(finding, place));
    const others = places.filter((other) => sameLines(place, other));
    const speaks =
      said.some((at) => isAt(place, at) || calls.some((site) => isAt(site, at))) ||
      [...found, ...handed].some((finding) => !others.some((other) => answers(finding, other)));
    const outcome: Outcome = hit || place.expects.kind === 'trap' ? 'hit' : speaks ? 'said' : 'silent';
    return { place, outcome, found };
  });
  return { outcomes, right, wrong };
}
