import { foreignEnvironment } from './environment.ts';
import { type GitPlace, gitIn, orIfFatal } from './run.ts';

/** Paths are bytes: none is quoted. The shells that start the program ask with the same words (hooks/lib/start, lib/cli/git-realm.sh). */
const PLAIN_PATHS = ['-c', 'core.quotePath=false'];

/** What git lists, or why it does not take the pathspecs, in its own words. */
export type Listed = { kind: 'listed'; stdout: Buffer } | { kind: 'refused'; stderr: string };

/** `<tag> SP <mode> SP <oid> SP <stage> TAB <path> NUL` … of the index: looks at no file of the work tree (git-ls-files(1)). */
export const listIndex = (place: GitPlace, pathspecs: readonly string[]): Promise<Listed> =>
  list(place, ['ls-files', '-z', '-t', '-s', '--', ...pathspecs]);

/** The same, and by tag which files were changed, removed or are untracked; those lines are `<tag> SP <path> NUL`. */
export const listCheckout = (place: GitPlace, pathspecs: readonly string[]): Promise<Listed> =>
  list(place, ['ls-files', '-z', '-t', '-s', '-m', '-d', '-o', '--exclude-standard', '--', ...pathspecs]);

/** `:<mode> <mode> <oid> <oid> <status> NUL <path> NUL` … of all files of a commit, as what they differ from `empty` by. */
export const listCommit = (
  place: GitPlace,
  empty: string,
  commit: string,
  pathspecs: readonly string[],
): Promise<Listed> => {
  const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', empty, commit];
  return list(place, [...args, '--', ...pathspecs]);
};

async function list(place: GitPlace, args: readonly string[]): Promise<Listed> {
  const { code, stdout, stderr } = await place.git([...PLAIN_PATHS, ...args], { ok: [0, 128] });
  return code === 0 ? { kind: 'listed', stdout } : { kind: 'refused', stderr };
}

/** All files in the index of a repository, from its top, each once; none where there is no work tree. */
export async function trackedFiles(place: GitPlace): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--full-name', ':/'];
  const found = await orIfFatal(place.git(args), null);
  return [...new Set(found?.stdout.toString('utf8').split('\0').filter(Boolean))];
}

/** Does the repository around a directory, whichever that is, track a file of this name there? Nothing of it runs. */
export async function isTracked(directory: string, name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const args = ['-c', 'core.fsmonitor=false', '--literal-pathspecs', 'ls-files', '-z', '--', name];
  const asked = gitIn(directory, foreignEnvironment(env)).git(args, { ok: [0, 128] });
  return ((await asked.catch(() => null))?.stdout.length ?? 0) > 0;
}
