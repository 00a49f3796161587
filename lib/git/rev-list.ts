import { type CommitRange, walk } from './commit-range.ts';
import type { GitPlace } from './run.ts';

/** The oids of these commits. Throws `git-failed` where a revision is not here. */
export async function listCommits(place: GitPlace, range: CommitRange): Promise<string[]> {
  const { stdout } = await place.git(walk('rev-list', [], range));
  return stdout.toString('latin1').split('\n').filter(Boolean);
}

/** How many commits these are. Throws `git-failed` where a revision is not here. */
export async function countCommits(place: GitPlace, range: CommitRange): Promise<number> {
  return Number((await place.git(walk('rev-list', ['--count'], range))).stdout.toString('latin1'));
}
