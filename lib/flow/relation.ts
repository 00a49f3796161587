import { parseCommit } from '../git/commit.ts';
import type { ObjectReader } from '../git/objects.ts';
import { isAncestor } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import type { ContractFile } from '../realm/types.ts';

/**
 * How a commit stands to the one that was last published from: only a `descendant` publishes again, so that of two clones
 * git itself makes the second one merge first (DESIGN §5).
 */
export type Relation = 'descendant' | 'behind' | 'diverged';

export async function relationTo(
  { repo, objects }: { repo: Pick<Repository, 'git'>; objects: ObjectReader },
  published: string | undefined,
  commit: string,
): Promise<Relation> {
  if (published === undefined) return 'descendant';
  if (await isNearAncestor(objects, published, commit)) return 'descendant';
  const forward = await isAncestor(repo, published, commit);
  if (forward === true) return 'descendant';
  // A commit that was never fetched is somebody else's newer code.
  if (forward === 'unknown') return 'diverged';
  return (await isAncestor(repo, commit, published)) === true ? 'behind' : 'diverged';
}

/** Commits that the open reader is asked for before a process of its own (5 ms) is worth it. */
const NEAR = 16;

/** True: surely an ancestor. False: not among the nearest commits. */
async function isNearAncestor(objects: ObjectReader, ancestor: string, tip: string): Promise<boolean> {
  const queue = [tip];
  for (let seen = 0; seen < NEAR && seen < queue.length; seen += 1) {
    if (queue[seen] === ancestor) return true;
    const object = await objects.read(`${queue[seen]}^{commit}`);
    if (object !== null) queue.push(...parseCommit(object).parents);
  }
  return queue.includes(ancestor);
}

/** What to do about it, in words; '' for a descendant. */
export function relationWords(relation: Relation, contract: ContractFile, where: string): string {
  if (relation === 'descendant') return '';
  const from = `${contract.version} was published from ${contract.source_commit?.slice(0, 12)}`;
  return relation === 'behind'
    ? `${from}, which is newer than ${where} here: git pull`
    : `${from}, which is not in ${where}: git pull, merge, push, then git realm sync`;
}

/** A ref as people write it: `origin/main`. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|remotes|tags)\//, '');
