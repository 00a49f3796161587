import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { detectorNamed } from '../../lib/detect/index.ts';
import { readModules } from '../../lib/detect/modules.ts';
import { isGenerated, isProduct } from '../../lib/detect/product.ts';
import {
  candidates,
  nearest,
  type Packages,
  PathIndex,
  packagesIn,
} from '../../lib/detect/syntax/imports.ts';
import type { Module } from '../../lib/detect/syntax/ir.ts';
import { MAX_BYTES, type SourceFile } from '../../lib/detect/types.ts';
import { type Found, foundOf, type Labelled, labels, type Score, score } from '../detect/http/labels.ts';
import type { Said } from '../detect/label-facts.ts';
import { aligned, counted, type Judged, named, share, silent } from './support/label-table.ts';

/**
 * Recall, precision and silent misses on labelled routes and requests of public code (test/detect/http/labels), per framework and
 * client library. `LABELS` names a folder with a checkout of each repository at its labelled commit, `<owner>+<name>`; what is not
 * there is not measured. `LABELS_THIRD=a` measures one third only, `LABELS_LIBRARIES=gin,axum` some libraries, `LABELS_MISSES=1`
 * prints each miss.
 */
export async function run(): Promise<string> {
  const { LABELS: folder, LABELS_THIRD: thirds, LABELS_LIBRARIES: some, LABELS_MISSES: prints } = process.env;
  const all = labels()
    .filter((label) => thirds === undefined || thirds.split(',').includes(label.third))
    .filter((label) => some === undefined || some.split(',').includes(label.library));
  if (!folder) return `not measured: LABELS names no folder with checkouts of ${named(all)}`;
  const scores: Scored[] = [];
  const absent: Labelled[] = [];
  const readings = new Map<string, Reading>();
  for (const label of all) {
    const checkout = join(folder, label.repository.replace('/', '+'));
    if (!existsSync(checkout)) {
      absent.push(label);
      continue;
    }
    const key = keyOf(label);
    const reading = readings.get(key) ?? (await read(checkout, label.detector, wholeOf(key, all)));
    readings.set(key, reading);
    scores.push({ ...label, score: score(label, reading.found, reading.said) });
  }
  const files = [...readings.values()].reduce((sum, reading) => sum + reading.files, 0);
  const seconds = [...readings.values()].reduce((sum, reading) => sum + reading.seconds, 0);
  return [
    table(scores),
    seconds > 0
      ? `${files} files parsed in ${seconds.toFixed(1)} s: ${(files / seconds).toFixed(0)} files/s`
      : '',
    absent.length > 0 ? `not measured: ${named(absent)}` : '',
    prints ? misses(scores) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

type Scored = Labelled & { score: Score };

interface Reading {
  found: Found[];
  said: Said[];
  /** Files that were parsed, and how long it took. */
  files: number;
  seconds: number;
}

/** Steps from a file that triggers to what it imports, and on from there. */
const MOST_ROUNDS = 2;
const MOST_IMPORTED = Number(process.env.LABELS_IMPORTED ?? 2000);
/** Manifests that are given with them, as the program does. */
const MOST_PACKAGES = 500;

/** The files that somebody would name beside those that trigger the detector: those of which everything is labelled. */
const wholeOf = (key: string, all: readonly Labelled[]): Set<string> =>
  new Set(all.filter((label) => keyOf(label) === key).flatMap(({ whole }) => whole));

const keyOf = ({ detector, repository }: Labelled): string => `${detector} ${repository}`;

/** What a detector finds in the files of a checkout that trigger it, with those that they import. */
async function read(checkout: string, name: string, named: ReadonlySet<string>): Promise<Reading> {
  const detector = detectorNamed(name);
  const size = (path: string): number => {
    const found = statSync(join(checkout, path));
    return found.isFile() ? found.size : MAX_BYTES + 1;
  };
  const every = readdirSync(checkout, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/^\.git\//.test(path),
  );
  const paths = every
    .filter((path) => !isGenerated(path) && isProduct(path))
    .filter((path) => detector.reads(path) && size(path) <= MAX_BYTES)
    .sort();
  const index = new PathIndex(paths);
  const file = (path: string): SourceFile => ({ path, bytes: readFileSync(join(checkout, path)) });
  const start = process.cpuUsage();
  const manifests = every.filter((path) => /(?:^|\/)package\.json$/.test(path) && size(path) <= MAX_BYTES);
  const packages = manifests.sort().slice(0, MOST_PACKAGES).map(file);
  const workspace = packagesIn((await readModules(packages)).modules);
  const all = new Map<string, SourceFile>();
  let more = paths.map(file).filter(({ path, bytes }) => named.has(path) || detector.triggers(bytes));
  const most = more.length + MOST_IMPORTED;
  for (let round = 0; more.length > 0; round++) {
    for (const source of more) all.set(source.path, source);
    if (round === MOST_ROUNDS) break;
    const { modules } = await readModules(more);
    more = [...siblings(modules, paths), ...imported(modules, index, workspace)]
      .filter((path) => !all.has(path))
      .slice(0, most - all.size)
      .map(file);
  }
  const extraction = await detector.extract([...all.values(), ...packages], {});
  const { user, system } = process.cpuUsage(start);
  return {
    found: extraction.parts.map((part) => foundOf(part.value, part.path, part.line)),
    said: extraction.unresolved.map(({ path, line, gap }) => ({ path, line: gap ? 0 : line })),
    files: all.size,
    seconds: (user + system) / 1e6,
  };
}

/** The files of the same Go package, which see each other without an import, as the command finds them by their calls. */
function siblings(modules: readonly Module[], paths: readonly string[]): string[] {
  const folders = new Set(
    modules.flatMap(({ language, path }) => (language === 'go' ? [dirname(path)] : [])),
  );
  return paths.filter((path) => path.endsWith('.go') && folders.has(dirname(path)));
}

/** The files that modules import. */
function imported(modules: readonly Module[], index: PathIndex, packages: Packages): string[] {
  const found = new Set<string>();
  for (const module of modules)
    for (const { from, member } of module.imports)
      for (const candidate of candidates(from, module, member, packages))
        for (const path of nearest(module.path, index.matching(candidate)).slice(0, 4)) found.add(path);
  return [...found];
}

function table(scores: readonly Scored[]): string {
  const rows = [
    ['library', 'repositories', 'places', 'without flow', 'with flow', 'precision', 'properties', 'silent'],
  ];
  const libraries = [...new Set(scores.map(({ library }) => library))];
  for (const library of [...libraries, 'all']) {
    const some = scores.filter((score) => library === 'all' || score.library === library);
    const places = some.flatMap(({ score }) =>
      score.outcomes.map(
        ({ place: { expects }, outcome }): Judged =>
          'flow' in expects ? { flow: expects.flow, outcome } : { outcome },
      ),
    );
    const sum = (of: (score: Score) => number): number =>
      some.reduce((all, scored) => all + of(scored.score), 0);
    const right = sum((score) => score.right.length);
    rows.push([
      library,
      ...counted(
        some.map(({ repository }) => repository),
        places,
      ),
      share(right, right + sum((score) => score.wrong.length)),
      share(
        sum((score) => score.properties.found),
        sum((score) => score.properties.labelled),
      ),
      silent(places),
    ]);
  }
  return aligned(rows);
}

function misses(scores: readonly Scored[]): string {
  const text = ({ method, template }: Found): string => `${method} ${template}`;
  return scores
    .flatMap(({ library, repository, score: { outcomes, wrong } }) => [
      ...outcomes
        .filter(
          ({ outcome, place }) =>
            outcome === 'silent' || (outcome === 'said' && place.expects.kind !== 'open'),
        )
        .map(({ place: { sites, expects }, outcome, found }) => {
          const label =
            expects.kind === 'path'
              ? `${expects.methods[0]} ${expects.paths[0]} (${expects.flow})`
              : expects.kind === 'operation'
                ? `operation ${expects.name}`
                : expects.kind;
          return `${library} ${outcome} ${repository} ${sites[0]?.path}:${sites[0]?.first} ${label}; found ${found.map(text).join(', ') || 'nothing'}`;
        }),
      ...wrong.map((found) => `${library} wrong ${repository} ${found.path}:${found.line} ${text(found)}`),
    ])
    .join('\n');
}
