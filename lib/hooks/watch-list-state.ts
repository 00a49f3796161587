import { readFile, stat } from 'node:fs/promises';
import { planWatchList, watchListPath } from './watch-list.ts';

/**
 * What the hooks make of their list. `absent`, `torn` and `behind` cost a slow hook, which writes it again; `wrong` is trusted
 * and would hide changes.
 */
export type WatchListState = 'right' | 'absent' | 'torn' | 'behind' | 'wrong';

/** Compare the list of a repository with what its contracts want watched, the way the hooks read it. */
export async function watchListState(
  commonDir: string,
  contracts: readonly (readonly string[])[],
): Promise<WatchListState> {
  const file = watchListPath(commonDir);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return 'absent';
  const [heading, ...lines] = text.split('\n');
  if (heading !== 'git-realm watch 1' || lines.at(-2) !== 'end' || lines.at(-1) !== '') return 'torn';
  const body = lines.slice(0, -2);
  // What an older version wrote, the hooks of this one stop at.
  if (!body.every((line) => /^(?:[pmnfc]|l$)/.test(line))) return 'torn';
  const listed = body.filter((line) => line.startsWith('p')).map((line) => line.slice(1));
  const wanted = planWatchList(contracts).pathspecs;
  if (wanted.length === listed.length && wanted.every((pathspec) => listed.includes(pathspec)))
    return 'right';
  return (await marksHold(file, body)) ? 'wrong' : 'behind';
}

async function marksHold(list: string, lines: readonly string[]): Promise<boolean> {
  const written = await changedAt(list);
  let first = '';
  for (const line of lines) {
    const mark = line.slice(1);
    if (line.startsWith('f')) first = mark;
    else if (line.startsWith('c')) {
      const [now] = (await readFile(mark, 'utf8').catch(() => '')).split('\n', 1);
      if (now !== first) return false;
    } else if (line.startsWith('m') || line.startsWith('n')) {
      const changed = await changedAt(mark);
      if (line.startsWith('n') ? changed !== undefined : changed === undefined || changed > (written ?? 0n))
        return false;
    }
  }
  return true;
}

const changedAt = async (path: string): Promise<bigint | undefined> =>
  (await stat(path, { bigint: true }).catch(() => undefined))?.mtimeNs;
