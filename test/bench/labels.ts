import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { detectAll, type Proposal } from '../../lib/detect/index.ts';
import type { SourceFile, Unresolved } from '../../lib/detect/types.ts';
import type { Said } from '../detect/label-facts.ts';
import { callSites } from '../detect/label-sites.ts';
import { type Found, type Labelled, labels, type Score, score } from '../detect/labels.ts';
import { aligned, counted, type Judged, named, share, silent } from './support/label-table.ts';

/**
 * Recall, precision and silent misses on labelled public code (test/detect/labels), per language. `LABELS` names a folder with
 * a checkout of each repository at its labelled commit, `<owner>+<name>`; what is not there is not measured. `LABELS_HALF=a`
 * (or `b`, `c`) measures one half only, `LABELS_LANGUAGES=go,java` some languages, `LABELS_MISSES=1` prints each miss.
 */
export async function run(): Promise<string> {
  const {
    LABELS: folder,
    LABELS_HALF: half,
    LABELS_LANGUAGES: languages,
    LABELS_MISSES: prints,
  } = process.env;
  const all = labels()
    .filter((label) => half === undefined || label.half === half)
    .filter((label) => languages === undefined || languages.split(',').includes(label.language));
  if (!folder) return `not measured: LABELS names no folder with checkouts of ${named(all)}`;
  const scores: Scored[] = [];
  const absent: Labelled[] = [];
  for (const repository of new Set(all.map((label) => label.repository))) {
    const here = all.filter((label) => label.repository === repository);
    const checkout = join(folder, repository.replace('/', '+'));
    if (!existsSync(checkout)) {
      absent.push(...here);
      continue;
    }
    const { found, said, lines } = await read(checkout);
    for (const label of here)
      scores.push({ ...label, score: score(label, found, said, (place) => callSites(place, lines)) });
  }
  return [
    table(scores),
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
  /** The lines of all files of code. */
  lines: Map<string, string[]>;
}

/** What the detectors find in a checkout, as `join` would. */
async function read(checkout: string): Promise<Reading> {
  const paths = readdirSync(checkout, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^\.git\//.test(path) && statSync(join(checkout, path)).isFile())
    .sort();
  const file = (path: string): SourceFile => ({ path, bytes: readFileSync(join(checkout, path)) });
  const open: Unresolved[] = [];
  const proposals = await detectAll(each(paths, file), {
    read: async (some) => some.map(file),
    onUnresolved: (more) => open.push(...more),
  });
  for (const { extraction } of proposals) open.push(...extraction.unresolved);
  const said = open.map(({ path, line, gap, what }) => ({
    path,
    line: gap || what === 'its callers' ? 0 : line,
  }));
  const code = paths.filter((path) => /\.(?:py|go|rs|java|[cm]?[jt]sx?)$/.test(path));
  const lines = new Map(code.map((path) => [path, readFileSync(join(checkout, path), 'utf8').split('\n')]));
  return { found: unique(proposals.flatMap(foundIn)), said, lines };
}

function* each(paths: readonly string[], file: (path: string) => SourceFile): Iterable<SourceFile> {
  for (const path of paths) yield file(path);
}

function foundIn({ detector, extraction }: Proposal): Found[] {
  const shared = extraction.schema['x-realm'] as { bucket?: string | null } | undefined;
  return extraction.parts.map(({ pointer, value, path, line }) => {
    const text = String(value);
    const cut = text.indexOf('/');
    const [bucket, key] =
      shared?.bucket === undefined ? [text.slice(0, cut), text.slice(cut + 1)] : [shared.bucket, text];
    return {
      detector,
      path,
      line,
      role: pointer.slice(1),
      bucket: bucket === null ? null : bucket.replace(/\{[^}]*\}/g, '*').replace(/\*{2,}/g, '*'),
      key,
    };
  });
}

const unique = (all: readonly Found[]): Found[] => [
  ...new Map(all.map((found) => [JSON.stringify(found), found])).values(),
];

function table(scores: readonly Scored[]): string {
  const rows = [['language', 'repositories', 'places', 'without flow', 'with flow', 'precision', 'silent']];
  const languages = [...new Set(scores.map(({ language }) => language))];
  for (const language of [...languages, 'all']) {
    const some = scores.filter((score) => language === 'all' || score.language === language);
    const places = some.flatMap(({ score }) =>
      score.outcomes.map(
        ({ place: { expects }, outcome }): Judged =>
          expects.kind === 'path' ? { flow: expects.flow, outcome } : { outcome },
      ),
    );
    const right = some.reduce((sum, scored) => sum + scored.score.right.length, 0);
    const wrong = some.reduce((sum, scored) => sum + scored.score.wrong.length, 0);
    rows.push([
      language,
      ...counted(
        some.map(({ repository }) => repository),
        places,
      ),
      share(right, right + wrong),
      silent(places),
    ]);
  }
  return aligned(rows);
}

function misses(scores: readonly Scored[]): string {
  const text = ({ role, bucket, key }: { role: string; bucket: string | null; key: string }): string =>
    `${role} ${bucket ?? '?'} ${key}`;
  const lines = scores.flatMap(({ repository, score: { outcomes, wrong } }) => [
    ...outcomes
      .filter(
        ({ outcome, place }) => outcome === 'silent' || (outcome === 'said' && place.expects.kind === 'path'),
      )
      .map(({ place: { path, first, expects }, outcome, found }) => {
        const label =
          expects.kind === 'path'
            ? `${text({ ...expects, bucket: expects.buckets[0] ?? null })} (${expects.flow})`
            : expects.kind;
        return `${outcome} ${repository} ${path}:${first} ${label}; found ${found.map(text).join(', ') || 'nothing'}`;
      }),
    ...wrong.map((found) => `wrong ${repository} ${found.path}:${found.line} ${text(found)}`),
  ]);
  return lines.join('\n');
}
