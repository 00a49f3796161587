import type { GitPlace } from './run.ts';

/** The folder in which git looks for hooks. Throws `git-failed` where its name is one below a file: there can be none. */
export async function hooksFolder(place: GitPlace): Promise<string> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'hooks'];
  return (await place.git(args)).stdout.toString('utf8').replace(/\n$/, '');
}

/** The parents of these commits, in one process; those of commits that are not here are left out. */
export async function parentsOf(place: GitPlace, commits: readonly string[]): Promise<string[]> {
  const args = ['rev-parse', '--revs-only', ...commits.map((commit) => `${commit}^@`)];
  const { stdout } = await place.git(args, { ok: [0, 128] });
  return stdout.toString('latin1').split('\n').filter(Boolean);
}
