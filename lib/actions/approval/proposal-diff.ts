import { counted } from '../../count.ts';
import { patchLines } from '../../git/diff.ts';
import { domainPath, kindOf, paths } from '../../realm/kinds.ts';
import { rawDiff } from '../../store/raw-diff.ts';
import type { Store } from '../../store/store.ts';

/** Lines of a difference that are shown; a file of a realm can have a million. */
const LIMIT = 200;

/** What a proposal changes, as `git diff` has it, at most some lines of it. */
export const proposalDiff = async (
  store: Store,
  { commit, files }: { commit: string; files: readonly { path: string }[] },
): Promise<string[]> =>
  diff(
    store,
    `${commit}^`,
    commit,
    files.flatMap(({ path }) => {
      const place = kindOf(path) === 'contract' ? domainPath(path) : undefined;
      // What lies beside a contract is what it says.
      return place === undefined ? [path] : [path, paths.content(place.domain, place.stem)];
    }),
  );

/**
 * In what a proposal differs from what it was: each path that it changes otherwise, or not at all any more, and the texts. Empty
 * where both change the same to the same.
 */
export async function changedSince(
  store: Store,
  was: string,
  is: string,
): Promise<{ path: string; how: 'new' | 'gone' | 'other' }[]> {
  const [before, after] = await Promise.all([changesOf(store, was), changesOf(store, is)]);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    return [{ path, how: old === undefined ? 'new' : now === undefined ? 'gone' : 'other' } as const];
  });
}

/** The texts of those paths, from the one commit to the other. */
export async function diff(
  store: Store,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return [];
  const lines = await patchLines(store.repo, from, to, paths);
  return lines.length <= LIMIT
    ? lines
    : [
        ...lines.slice(0, LIMIT),
        `… and ${counted(lines.length - LIMIT, 'more line')}: git diff ${from} ${to}`,
      ];
}

async function changesOf(store: Store, commit: string): Promise<Map<string, string>> {
  const changes = await rawDiff(store, `${commit}^`, commit);
  return new Map(changes.map(({ path, from, to }) => [path, `${from?.oid} ${to?.oid} ${to?.mode}`]));
}
