import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { extract } from '../../lib/detect/index.ts';
import type { Extraction, SourceFile } from '../../lib/detect/types.ts';

/** One labelled snippet: what a person would say that it reads, writes and leaves open. */
export interface Snippet {
  id: string;
  /** The way of writing it, a row of the table in the docs. */
  construct: string;
  language: string;
  detector: string;
  files: SourceFile[];
  options: Record<string, string>;
  read: string[];
  write: string[];
  /** The one bucket; null where it cannot be known; undefined where paths carry their own or there is none. */
  bucket: string | null | undefined;
  /** What must be reported as unresolved: the first and the last line of the statement, one entry for each. */
  unresolved: Lines[];
}

type Lines = readonly [first: number, last: number];

const folder = new URL('./corpus/', import.meta.url);

/** All labelled snippets, by file and in their order. */
export function snippets(): Snippet[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const [language = '', kind = ''] = name.replace('.yaml', '').split('-');
      const entries = parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>[];
      return entries.map((entry) => snippet(entry, language, kind === 'iam' ? 'iam-paths' : 's3-paths'));
    });
}

const extensions: Record<string, string> = {
  python: 'py',
  typescript: 'ts',
  javascript: 'js',
  go: 'go',
  java: 'java',
  rust: 'rs',
  terraform: 'tf',
  yaml: 'yaml',
  json: 'json',
};

function snippet(entry: Record<string, unknown>, language: string, detector: string): Snippet {
  const code = (entry.files ?? { [`source.${extensions[language]}`]: entry.code }) as Record<string, string>;
  const bucket = entry.bucket as string | null | undefined;
  return {
    id: String(entry.id),
    construct: String(entry.construct),
    language,
    detector,
    files: Object.entries(code).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    options: (entry.options ?? {}) as Record<string, string>,
    read: (entry.read ?? []) as string[],
    write: (entry.write ?? []) as string[],
    bucket,
    unresolved: ((entry.unresolved ?? []) as (number | string)[]).map(lines),
  };
}

/** `7` or `"7-9"`. */
function lines(text: number | string): Lines {
  const [first = 0, last = first] = String(text).split('-').map(Number);
  return [first, last];
}

export interface Result {
  snippet: Snippet;
  extraction: Extraction;
  /** Labelled and found. */
  hits: string[];
  /** Labelled and not found. */
  missed: string[];
  /** Found and not labelled. */
  extra: string[];
  /** Everything else that differs from the label: bucket, unresolved lines. */
  wrong: string[];
  /** Misses of which nothing in the answer speaks: neither a path beside the label nor an unresolved line. */
  silent: number;
}

const within = (line: number, [first, last]: Lines): boolean => line >= first && line <= last;

/** Runs the detector over one snippet and compares with its label, path by path, buckets included. */
export async function check(snippet: Snippet): Promise<Result> {
  const extraction = await extract(snippet.detector, snippet.files, snippet.options);
  const value = extraction.value as { read: string[]; write: string[] };
  const label = [
    ...snippet.read.map((path) => `read ${path}`),
    ...snippet.write.map((path) => `write ${path}`),
  ];
  const found = [...value.read.map((path) => `read ${path}`), ...value.write.map((path) => `write ${path}`)];
  const bucket = (extraction.schema['x-realm'] as { bucket?: string | null } | undefined)?.bucket;
  const wrong: string[] = [];
  if (label.length > 0 && bucket !== snippet.bucket)
    wrong.push(`bucket ${String(bucket)}, not ${String(snippet.bucket)}`);
  const unsaid = snippet.unresolved.filter(
    (range) => !extraction.unresolved.some(({ line }) => within(line, range)),
  );
  const surplus = extraction.unresolved.filter(
    ({ line }) => !snippet.unresolved.some((range) => within(line, range)),
  );
  for (const [first, last] of unsaid)
    wrong.push(`line ${first === last ? first : `${first}-${last}`} is not reported as unresolved`);
  for (const { line, what, why } of surplus) wrong.push(`unresolved at ${line}: ${what}: ${why}`);
  const missed = label.filter((path) => !found.includes(path));
  const extra = found.filter((path) => !label.includes(path));
  return {
    snippet,
    extraction,
    hits: label.filter((path) => found.includes(path)),
    missed,
    extra,
    wrong,
    silent: Math.max(0, missed.length - extra.length - surplus.length) + unsaid.length,
  };
}
