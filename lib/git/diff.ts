import type { GitPlace } from './run.ts';

/** Did a file, or what is below a folder, change between two commits? `unknown`: one of them is not here. */
export async function isChanged(
  place: GitPlace,
  from: string,
  to: string,
  path: string,
): Promise<boolean | 'unknown'> {
  const { code } = await place.git(['diff', '--quiet', from, to, '--', path], { ok: [0, 1, 128] });
  return code === 1 ? true : code === 0 ? false : 'unknown';
}

export interface ChangedOptions {
  /** Only what is at or below these. */
  below?: readonly string[];
  /** Also the files that are gone. */
  withGone?: boolean;
}

/** The files in which two trees differ: those that `to` has. Throws `git-failed` where one of them is not here. */
export async function changedFiles(
  place: GitPlace,
  from: string,
  to: string,
  { below = [], withGone = false }: ChangedOptions = {},
): Promise<string[]> {
  const only = withGone ? [] : ['--diff-filter=d'];
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', ...only, from, to, '--', ...below];
  return (await place.git(args)).stdout.toString('utf8').split('\0').filter(Boolean);
}

/** The tracked files of a work tree that differ from a tree. */
export async function differingFiles(place: GitPlace, tree: string, cwd: string): Promise<string[]> {
  const args = ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', tree, '--'];
  return (await place.git(args, { cwd })).stdout.toString('utf8').split('\0').filter(Boolean);
}

/** What changed in these files as a patch, line by line, without any program of the user's; nothing where a commit is not here. */
export async function patchLines(
  place: GitPlace,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<string[]> {
  const flags = ['-p', '-U1', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const args = ['--literal-pathspecs', 'diff-tree', ...flags, from, to, '--', ...paths];
  const { stdout } = await place.git(args, { ok: [0, 128] });
  return stdout.toString('utf8').trimEnd().split('\n').filter(Boolean);
}
