import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { JsonObject } from '../../../lib/json.ts';
import { type Flow, isAt, type Outcome, type Said, type Site, siteOf } from '../label-facts.ts';

/** What a person who read public code says about one route or request: facts by file and line, never the code. */
export interface Place {
  /** Where the method and path stand, and where else a finding may name them: a router that is handed a list of routes. */
  sites: Site[];
  expects: Expectation;
}

/**
 * A path with its method; an operation of a generated client; something whose method or path nobody can know from the repository;
 * something that only looks like a route or a request; or something that may be found or not: both are right.
 */
export type Expectation =
  | { kind: 'path'; methods: string[]; paths: string[]; flow: Flow; reads: string[]; sends: string[] }
  | { kind: 'operation'; name: string; flow: Flow }
  | { kind: 'open' }
  | { kind: 'trap' }
  | { kind: 'either' };

export interface Labelled {
  /** The framework or client library. */
  library: string;
  detector: string;
  repository: string;
  commit: string;
  third: string;
  /** Files of which everything is labelled. */
  whole: string[];
  places: Place[];
}

/** One route or request that a detector found, with `{}` for each variable and `{*}` for any text. */
export interface Found {
  path: string;
  line: number;
  method: string;
  /** With what the base says of the path. */
  template: string;
  operation?: string;
  reads: string[];
  sends: string[];
}

export interface Score {
  outcomes: { place: Place; outcome: Outcome; found: Found[] }[];
  /** Found at labelled lines or in whole files, and labelled so; one for each line. */
  right: Found[];
  /** Found there, and not labelled. */
  wrong: Found[];
  /** Properties of bodies that are labelled, those of them that were found, and those found beside them. */
  properties: { labelled: number; found: number; wrong: number };
}

const folder = new URL('./labels/', import.meta.url);

/** All labels, by library and in their order. */
export function labels(): Labelled[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) =>
      (parse(readFileSync(new URL(name, folder), 'utf8')) as Entry[]).map((entry) =>
        labelled(name.replace(/(?:-blind[23])?\.yaml$/, ''), entry),
      ),
    );
}

interface Entry {
  repository: string;
  commit: string;
  third: string;
  detector?: string;
  whole?: string[];
  places: PlaceEntry[];
}

interface PlaceEntry {
  at: string;
  also?: string;
  /** A list where each of several answers is right; `any` where the code does not say. */
  method?: string | string[];
  /** A list where each of several answers is right: a prefix that a setting may replace. */
  path?: string | string[];
  operation?: string;
  base?: string;
  flow?: Flow;
  reads?: string[];
  sends?: string[];
  open?: boolean;
  trap?: boolean;
  either?: boolean;
}

/** The fields of an entry and of a place, as the files may write them. */
export const FIELDS = {
  entry: ['repository', 'commit', 'third', 'detector', 'whole', 'places'],
  place: [
    'at',
    'also',
    'method',
    'path',
    'operation',
    'base',
    'flow',
    'reads',
    'sends',
    'open',
    'trap',
    'either',
  ],
};

function labelled(library: string, entry: Entry): Labelled {
  return {
    library,
    detector: entry.detector ?? 'http-routes',
    repository: entry.repository,
    commit: entry.commit,
    third: entry.third,
    whole: entry.whole ?? [],
    places: entry.places.map((place) => ({
      sites: [place.at, ...(place.also ? [place.also] : [])].map(siteOf),
      expects: expectation(place),
    })),
  };
}

function expectation(entry: PlaceEntry): Expectation {
  const { method = 'any', path, operation, flow = 'none', reads = [], sends = [] } = entry;
  if (entry.trap) return { kind: 'trap' };
  if (entry.either) return { kind: 'either' };
  if (entry.open) return { kind: 'open' };
  if (operation) return { kind: 'operation', name: operation, flow };
  return { kind: 'path', methods: [method].flat(), paths: [path ?? []].flat(), flow, reads, sends };
}

/** A template with bare variables: `/a/{id}/{rest*}` is `/a/{}/{*}`. */
export const bare = (template: string): string =>
  template.replace(/\{[^{}]*\}/g, (hole) => (hole.endsWith('*}') ? '{*}' : '{}'));

/** What a base says of the path: `https://a.example/v1`, `${SCHEME}//${HOST}/v1` and `${API}/v1` say `/v1`. */
const pathOfBase = (base: string): string =>
  base.replace(/^(?:(?:[a-z][a-z+.-]*:|\$\{[^}]*\}:?)\/\/[^/]*|\$\{[^}]*\})+/i, '').replace(/\/$/, '');

/** What a detector recorded of one route (`GET /x`) or one use. */
export function foundOf(value: unknown, path: string, line: number): Found {
  const use = (typeof value === 'string' ? { subject: value } : value) as JsonObject;
  const [method = '', rest = ''] = String(use.subject).split(' ');
  const names = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);
  return {
    path,
    line,
    method,
    template: bare(pathOfBase(String(use.base ?? '')) + rest),
    ...(method === 'operation' ? { operation: rest } : {}),
    reads: names(use.reads),
    sends: names(use.sends),
  };
}

const within = ({ sites }: Place, at: Said): boolean => sites.some((site) => isAt(site, at));

/** Nothing of the path is known: holes and what stands between them. */
const isOpen = (template: string): boolean => !/[^{}*/?.]/.test(template);

function answers(found: Found, { expects }: Place): boolean {
  switch (expects.kind) {
    case 'path':
      return (
        found.operation === undefined &&
        expects.methods.some((method) => method === 'any' || method === '*' || method === found.method) &&
        expects.paths.some((path) => bare(path) === found.template)
      );
    case 'operation':
      return found.operation?.toLowerCase() === expects.name.toLowerCase();
    case 'open':
      return isOpen(found.template);
    default:
      return false;
  }
}

/**
 * Compares what was found in one repository with its labels. Routes are one document, in which a method and path stand once, and a
 * request may be found at a caller that says its path: a place is also hit where the same method and path were found elsewhere. A miss
 * is silent where nothing at its lines speaks of it.
 */
export function score({ places, whole }: Labelled, all: readonly Found[], said: readonly Said[]): Score {
  const right: Found[] = [];
  const wrong: Found[] = [];
  for (const found of all) {
    const here = places.filter((place) => within(place, found));
    if (here.some((place) => answers(found, place))) right.push(found);
    else if (here.some(({ expects }) => expects.kind === 'either')) continue;
    else if (here.length === 0 && whole.includes(found.path) && elsewhere(found, places)) right.push(found);
    else if (here.length > 0 || whole.includes(found.path)) wrong.push(found);
  }
  const properties = { labelled: 0, found: 0, wrong: 0 };
  const outcomes = places.map((place) => {
    const { expects } = place;
    const found = all.filter((finding) => within(place, finding));
    const answer = found.find((finding) => answers(finding, place));
    if (expects.kind === 'path' && answer) count(expects, answer, properties);
    const nothing = expects.kind === 'trap' || expects.kind === 'either';
    const moved = expects.kind === 'path' && all.some((finding) => answers(finding, place));
    const others = places.filter((other) => other.sites.some((site) => overlap(site, place.sites)));
    const speaks =
      said.some((at) => within(place, at)) ||
      found.some((finding) => !others.some((other) => answers(finding, other)));
    const outcome: Outcome = answer || nothing || moved ? 'hit' : speaks ? 'said' : 'silent';
    return { place, outcome, found };
  });
  return { outcomes, right: byLine(right), wrong: byLine(wrong), properties };
}

const elsewhere = (found: Found, places: readonly Place[]): boolean =>
  places.some((place) => place.expects.kind === 'path' && answers(found, place));

/** One finding for each line: a route for every method is found once for each, and a loop may register many. */
const byLine = (all: readonly Found[]): Found[] => [
  ...new Map(all.map((finding) => [`${finding.path}:${finding.line}`, finding])).values(),
];

const overlap = (site: Site, sites: readonly Site[]): boolean =>
  sites.some(({ path, first, last }) => path === site.path && site.first <= last && site.last >= first);

function count(expects: { reads: string[]; sends: string[] }, found: Found, sum: Score['properties']): void {
  for (const side of ['reads', 'sends'] as const) {
    if (expects[side].length === 0) continue;
    sum.labelled += expects[side].length;
    sum.found += expects[side].filter((name) => found[side].includes(name)).length;
    sum.wrong += found[side].filter((name) => !expects[side].includes(name)).length;
  }
}
