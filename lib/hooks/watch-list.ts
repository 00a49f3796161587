import { existsSync, readFileSync, statSync } from 'node:fs';
import { rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder, shareFile } from '../cache-file.ts';
import { shorten, watchPathspec } from './watch-pathspec.ts';

/** A file whose change means that the realm may have moved, so that the list must not be trusted. */
export interface Mark {
  path: string;
  /** Not being there is a state like another. A mark that is not optional has to be there. */
  optional?: boolean | undefined;
  /** Compare its first line, not its time: exact also where a shell's `-nt` counts in seconds (busybox, bash 3). */
  byContent?: boolean | undefined;
}

/** The marks as they were before the realm was read; `undefined` was not there. */
export type ObservedMarks = readonly { mark: Mark; seen: Seen | undefined }[];
type Seen = { line: string } | { changed: bigint };

export interface WatchListResult {
  /** False: there is no list now, and the hooks start node. */
  written: boolean;
  /** What the hooks ask git about. */
  pathspecs: string[];
  /** What cannot be watched: it leads out of the repository. */
  outside: string[];
}

/** Where the hooks look: a cache, to be deleted at will. */
export const watchListPath = (commonDir: string): string => `${commonDir}/realm/watch`;

/**
 * The marks of a store: every way in which git moves its branch changes one of them. They are compared, never understood:
 * what the realm holds is only read through git.
 */
export function storeMarks(storeCommonDir: string, branch: string): Mark[] {
  const head = { path: `${storeCommonDir}/HEAD` };
  const tables = `${storeCommonDir}/reftable/tables.list`;
  if (existsSync(tables)) return [head, { path: tables }];
  return [
    head,
    { path: `${storeCommonDir}/refs/heads/${branch}`, optional: true, byContent: true },
    { path: `${storeCommonDir}/packed-refs`, optional: true },
  ];
}

/** Take this before reading the realm: what happens between then and writing the list voids the list. */
export function observeMarks(marks: readonly Mark[]): ObservedMarks {
  return marks.map((mark) => ({ mark, seen: seenAt(mark) }));
}

function seenAt({ path, byContent }: Mark): Seen | undefined {
  try {
    if (byContent !== true) return { changed: statSync(path, { bigint: true }).mtimeNs };
    const [line = ''] = readFileSync(path, 'latin1').split('\n', 1);
    return { line };
  } catch {
    return undefined;
  }
}

/**
 * Write what the hooks watch: one list of pathspecs for each contract, as they stand in its binding. With an empty list
 * the hooks ask git nothing. Whatever is doubtful (a mark that moved meanwhile or lies in the future) leaves no list.
 */
export async function writeWatchList(
  commonDir: string,
  contracts: readonly (readonly string[])[],
  observed: ObservedMarks,
  options: { /** A commit is the publication: there is no remote. */ local?: boolean } = {},
): Promise<WatchListResult> {
  const { pathspecs, outside } = planWatchList(contracts);
  const text = renderWatchList(pathspecs, observed, options.local === true);
  const path = watchListPath(commonDir);
  if (text !== undefined && standsAlready(path, text, observed)) return { written: true, pathspecs, outside };
  const newest = Math.max(0, ...timesOf(observed).map((time) => Number(time) / 1e6));
  if (text === undefined || newest > Date.now() || !(await replaceList(path, text, newest, observed))) {
    await removeWatchList(commonDir);
    return { written: false, pathspecs, outside };
  }
  return { written: true, pathspecs, outside };
}

/** The same list, and newer than every mark: it was written with the care below, and nothing moved since. */
function standsAlready(path: string, text: string, observed: ObservedMarks): boolean {
  try {
    const written = statSync(path, { bigint: true }).mtimeNs;
    return readFileSync(path, 'utf8') === text && timesOf(observed).every((time) => time < written);
  } catch {
    return false;
  }
}

const timesOf = (observed: ObservedMarks): bigint[] =>
  observed.flatMap(({ seen }) => (seen !== undefined && 'changed' in seen ? [seen.changed] : []));

/** Without a list the next hook starts node, which writes a new one. */
export async function removeWatchList(commonDir: string): Promise<void> {
  await unlink(watchListPath(commonDir)).catch(() => {});
}

/** The pathspecs to watch, within what a shell reads in no time; and those that cannot be watched. */
export function planWatchList(contracts: readonly (readonly string[])[]): {
  pathspecs: string[];
  outside: string[];
} {
  const found = new Set<string>();
  const outside: string[] = [];
  for (const contract of contracts) {
    const watched = contract.map((raw) => ({ raw, ...watchPathspec(raw) }));
    for (const entry of watched) {
      if (entry.kind === 'watch') for (const pathspec of entry.pathspecs) found.add(pathspec);
      if (entry.kind === 'outside') outside.push(entry.raw);
    }
    // Only exclusions: git takes them away from everything.
    if (watched.length > 0 && watched.every(({ kind }) => kind === 'exclude')) found.add(':(top)');
  }
  return { pathspecs: shortened([...found].sort()), outside };
}

/** dash reads a file byte by byte: 4 KiB are about a millisecond. */
const longestList = 4096;
const deepest = 8;

/** A long list is replaced by the directories that hold it: more commits start node, none goes unseen. */
function shortened(pathspecs: string[]): string[] {
  let list = pathspecs;
  for (let components = deepest; sizeOf(list) > longestList && components >= 0; components--) {
    list = [...new Set(pathspecs.map((pathspec) => shorten(pathspec, components)))].sort();
  }
  return list;
}

const sizeOf = (list: readonly string[]): number =>
  list.reduce((sum, entry) => sum + Buffer.byteLength(entry) + 2, 0);

/**
 * The file: a heading, the marks (`m`: there, and not newer than the list; `n`: not there; `f` and `c`: the first line of
 * a file), `l` where commits publish, the `p`athspecs, and an end that shows it is whole. Nothing where a mark is missing or
 * cannot be a line.
 */
function renderWatchList(
  pathspecs: readonly string[],
  observed: ObservedMarks,
  local: boolean,
): string | undefined {
  if (observed.some(({ mark, seen }) => seen === undefined && mark.optional !== true)) return undefined;
  const marks = observed.flatMap(({ mark: { path }, seen }) => {
    if (seen === undefined) return [`n${path}`];
    return 'line' in seen ? [`f${seen.line}`, `c${path}`] : [`m${path}`];
  });
  const watched = pathspecs.map((pathspec) => `p${pathspec}`);
  const lines = ['git-realm watch 1', ...marks, ...(local ? ['l'] : []), ...watched, 'end'];
  return lines.some((line) => /[\n\0]/.test(line)) ? undefined : `${lines.join('\n')}\n`;
}

/** How long after a change a file system may still give another change the same time stamp. */
const tick = 20;

async function replaceList(
  path: string,
  text: string,
  newest: number,
  observed: ObservedMarks,
): Promise<boolean> {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    makeFolder(dirname(path));
    await writeFile(temporary, text, { flag: 'wx' });
    shareFile(temporary);
  } catch {
    // A full or read-only disk: without a list the hooks start node.
    await unlink(temporary).catch(() => {});
    return false;
  }
  // A little newer than the newest mark, and written only once any later change is seen to be newer still.
  const time = (newest + 1) / 1000;
  await utimes(temporary, time, time);
  await setTimeout(Math.max(0, newest + tick - Date.now()));
  const same = observed.every(({ mark, seen }) => sameSeen(seenAt(mark), seen));
  if (same) await rename(temporary, path);
  else await unlink(temporary);
  return same;
}

function sameSeen(a: Seen | undefined, b: Seen | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('line' in a) return 'line' in b && a.line === b.line;
  return 'changed' in b && a.changed === b.changed;
}
