import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { detectorNamed } from '../../lib/detect/index.ts';
import { isGenerated, isProduct } from '../../lib/detect/product.ts';
import { candidates, nearest, PathIndex } from '../../lib/detect/syntax/imports.ts';
import { MAX_BYTES, type SourceFile } from '../../lib/detect/types.ts';
import { Wanted } from '../../lib/detect/wanted.ts';
import {
  type Found,
  foundOf,
  type Labelled,
  labels,
  type Said,
  type Score,
  score,
} from '../detect/http/labels.ts';

/**
 * Recall, precision and silent misses on labelled routes and requests of public code (test/detect/http/labels), per framework and
 * client library. `LABELS` names a folder with a checkout of each repository at its labelled commit, `<owner>+<name>`; what is not
 * there is not measured. `LABELS_THIRD=a` measures one third only, `LABELS_LIBRARIES=gin,axum` some libraries, `LABELS_MISSES=1`
 * prints each miss.
 */
export async function run(): Promise<string> {
  const { LABELS: folder, LABELS_THIRD: thirds, LABELS_LIBRARIES: some, LABELS_MISSES: prints } = process.env;
  const all = labels()
    .filter((one) => thirds === undefined || thirds.split(',').includes(one.third))
    .filter((one) => some === undefined || some.split(',').includes(one.library));
  if (!folder) return `not measured: LABELS names no folder with checkouts of ${named(all)}`;
  const scores: Scored[] = [];
  const absent: Labelled[] = [];
  const readings = new Map<string, Reading>();
  for (const one of all) {
    const checkout = join(folder, one.repository.replace('/', '+'));
    if (!existsSync(checkout)) {
      absent.push(one);
      continue;
    }
    const key = `${one.detector} ${one.repository}`;
    const reading = readings.get(key) ?? (await read(checkout, one.detector));
    readings.set(key, reading);
    scores.push({ ...one, score: score(one, reading.found, reading.said) });
  }
  const files = [...readings.values()].reduce((sum, one) => sum + one.files, 0);
  const seconds = [...readings.values()].reduce((sum, one) => sum + one.seconds, 0);
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

const named = (some: readonly Labelled[]): string =>
  [...new Set(some.map(({ repository }) => repository))].join(', ');

interface Reading {
  found: Found[];
  said: Said[];
  /** Files that were parsed, and how long it took. */
  files: number;
  seconds: number;
}

/** Steps from a file to what it imports. */
const MOST_ROUNDS = 5;

/** What a detector finds in the files of a checkout that trigger it, with those that they import. */
async function read(checkout: string, name: string): Promise<Reading> {
  const detector = detectorNamed(name);
  const paths = readdirSync(checkout, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^\.git\//.test(path) && !isGenerated(path) && isProduct(path) && detector.reads(path))
    .filter(
      (path) => statSync(join(checkout, path)).isFile() && statSync(join(checkout, path)).size <= MAX_BYTES,
    )
    .sort();
  const index = new PathIndex(paths);
  const file = (path: string): SourceFile => ({ path, bytes: readFileSync(join(checkout, path)) });
  const all = new Map(
    paths
      .map(file)
      .filter(({ bytes }) => detector.triggers(bytes))
      .map((one) => [one.path, one]),
  );
  const wanted = new Wanted();
  const start = process.cpuUsage();
  for (let round = 0; ; round++) {
    const extraction = await detector.extract([...all.values()], {}, wanted);
    const more = [...wanted.all].flatMap((want) =>
      want.kind === 'import'
        ? candidates(want.from, want.importer, want.member, new Map()).flatMap((one) =>
            nearest(want.importer.path, index.matching(one)).slice(0, 4),
          )
        : want.kind === 'beside'
          ? index.beside(want.path).filter((path) => path.slice(-3) === want.path.slice(-3))
          : [],
    );
    const added = [...new Set(more)].filter((path) => !all.has(path));
    if (added.length > 0 && round < MOST_ROUNDS) {
      for (const path of added) all.set(path, file(path));
      const every = [...wanted.all];
      wanted.found(new Map(added.flatMap((path) => all.get(path) ?? []).map((one) => [one, every])));
      continue;
    }
    const { user, system } = process.cpuUsage(start);
    return {
      found: extraction.parts.map((part) => foundOf(part.value, part.path, part.line)),
      said: extraction.unresolved.map(({ path, line, gap }) => ({ path, line: gap ? 0 : line })),
      files: all.size,
      seconds: (user + system) / 1e6,
    };
  }
}

function table(scores: readonly Scored[]): string {
  const rows = [
    ['library', 'repositories', 'places', 'without flow', 'with flow', 'precision', 'properties', 'silent'],
  ];
  const libraries = [...new Set(scores.map(({ library }) => library))];
  for (const library of [...libraries, 'all']) {
    const some = scores.filter((one) => library === 'all' || one.library === library);
    const outcomes = some.flatMap((one) => one.score.outcomes);
    const recall = (flows: readonly string[]): string => {
      const wanted = outcomes.filter(
        ({ place: { expects } }) => 'flow' in expects && flows.includes(expects.flow),
      );
      return share(wanted.filter(({ outcome }) => outcome === 'hit').length, wanted.length);
    };
    const sum = (of: (score: Score) => number): number => some.reduce((all, one) => all + of(one.score), 0);
    const right = sum((one) => one.right.length);
    rows.push([
      library,
      String(new Set(some.map(({ repository }) => repository)).size),
      String(outcomes.length),
      recall(['none']),
      recall(['function', 'file']),
      share(right, right + sum((one) => one.wrong.length)),
      share(
        sum((one) => one.properties.found),
        sum((one) => one.properties.labelled),
      ),
      String(outcomes.filter(({ outcome }) => outcome === 'silent').length),
    ]);
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${part}/${whole} ${((100 * part) / whole).toFixed(1)} %`;

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
      ...wrong.map((one) => `${library} wrong ${repository} ${one.path}:${one.line} ${text(one)}`),
    ])
    .join('\n');
}
