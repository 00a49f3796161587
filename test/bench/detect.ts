import { performance } from 'node:perf_hooks';
import { detectAll } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';
import { check, type Result, snippets } from '../detect/corpus.ts';

/**
 * Precision and recall of the path detectors on the labelled snippets, per language, with every miss, and how many misses are
 * silent; then the speed of a look through a repository of 20,000 files. Plain text.
 */
export async function run(): Promise<string> {
  const results: Result[] = [];
  for (const snippet of snippets()) results.push(await check(snippet));
  return [accuracy(results), misses(results), await speed(20_000)].filter(Boolean).join('\n\n');
}

function accuracy(results: readonly Result[]): string {
  const rows = [['detector', 'language', 'snippets', 'paths', 'precision', 'recall', 'silent', 'exact']];
  const groups = new Map<string, Result[]>();
  for (const result of results)
    for (const key of [
      `${result.snippet.detector}\t${result.snippet.language}`,
      `${result.snippet.detector}\tall`,
      'all\tall',
    ]) {
      const group = groups.get(key);
      if (group) group.push(result);
      else groups.set(key, [result]);
    }
  for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sum = (count: (result: Result) => number): number =>
      group.reduce((total, result) => total + count(result), 0);
    const hits = sum((result) => result.hits.length);
    const percent = (part: number, whole: number): string =>
      whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
    rows.push([
      ...key.split('\t'),
      String(group.length),
      String(hits + sum((result) => result.missed.length)),
      percent(hits, hits + sum((result) => result.extra.length)),
      percent(hits, hits + sum((result) => result.missed.length)),
      String(sum((result) => result.silent)),
      `${group.filter(isExact).length}/${group.length}`,
    ]);
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const isExact = (result: Result): boolean =>
  result.missed.length + result.extra.length + result.wrong.length === 0;

function misses(results: readonly Result[]): string {
  const lines = results
    .filter((result) => !isExact(result))
    .flatMap(({ snippet, missed, extra, wrong }) => [
      `${snippet.detector}, ${snippet.language}: ${snippet.id}`,
      ...missed.map((path) => `  missed ${path}`),
      ...extra.map((path) => `  found too much: ${path}`),
      ...wrong.map((what) => `  ${what}`),
    ]);
  return lines.length === 0 ? 'no misses' : ['misses:', ...lines].join('\n');
}

/** A made-up repository in which one file in fifty speaks of S3, as detectAll sees it: bytes already in memory. */
async function speed(count: number): Promise<string> {
  const code = snippets().flatMap((snippet) => snippet.files);
  const filler = Buffer.from('def handler(event):\n    return {"status": 200, "body": event}\n'.repeat(60));
  const files = Array.from({ length: count }, (_, i): SourceFile => {
    const folder = `src/part${i % 200}`;
    const source = i % 50 === 0 ? code[(i / 50) % code.length] : undefined;
    if (!source) return { path: `${folder}/file${i}.py`, bytes: filler };
    return { path: `${folder}/${i}-${source.path.split('/').at(-1)}`, bytes: source.bytes };
  });
  const from = performance.now();
  const offers = await detectAll(files);
  const seconds = (performance.now() - from) / 1000;
  const rate = Math.round(count / seconds).toLocaleString('en');
  return `look through ${count.toLocaleString('en')} files: ${seconds.toFixed(2)} s, ${rate} files/s, ${offers.length} proposals`;
}
