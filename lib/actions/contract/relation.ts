import path from 'node:path';
import { readCache, writeCache } from '../../cache-file.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { parseCommit } from '../../git/commit.ts';
import type { ObjectReader } from '../../git/objects.ts';
import type { Repository } from '../../git/repository.ts';
import type { ContractFile } from '../../realm/types.ts';

/**
 * How a commit stands to the one that was last published from: only a `descendant` publishes again, so that of two clones
 * git itself makes the second one merge first.
 */
export type Relation = 'descendant' | 'behind' | 'diverged';

export async function relationTo(
  { repo, objects }: { repo: Pick<Repository, 'git' | 'commonDir'>; objects: ObjectReader },
  published: string | undefined,
  commit: string,
): Promise<Relation> {
  if (published === undefined) return 'descendant';
  const known = readKnown(repo, published);
  const steps = await stepsTo(objects, [published, ...known], commit);
  if (steps !== null && steps < FAR) return 'descendant';
  const forward = steps === null ? await isAncestor(repo, published, commit) : true;
  if (forward === true) {
    writeCache(knownFile(repo), `${published} ${commit}\n`);
    return 'descendant';
  }
  // A commit that was never fetched is somebody else's newer code.
  if (forward === 'unknown') return 'diverged';
  return (await isAncestor(repo, commit, published)) === true ? 'behind' : 'diverged';
}

/** Commits that the open reader is asked for before a process of its own (5 ms) is worth it. */
const NEAR = 16;
/** From so many on, what was found is kept: the next commit is one step further. */
const FAR = 4;

/** How many commits were looked at until one of the ancestors was met; `null`: none is among the nearest. */
async function stepsTo(
  objects: ObjectReader,
  ancestors: readonly string[],
  tip: string,
): Promise<number | null> {
  const queue = [tip];
  for (let seen = 0; seen < queue.length; seen += 1) {
    const oid = queue[seen] ?? '';
    if (ancestors.includes(oid)) return seen;
    if (seen === NEAR) return null;
    const object = await objects.read(`${oid}^{commit}`);
    if (object !== null) queue.push(...parseCommit(object).parents);
  }
  return null;
}

/** What descends from a commit does so for ever. */
const knownFile = ({ commonDir }: Pick<Repository, 'commonDir'>): string =>
  path.join(commonDir, 'realm', 'descends');

/** A commit that is known to descend from `published`, if there is one. */
function readKnown(repo: Pick<Repository, 'commonDir'>, published: string): string[] {
  const text = readCache(knownFile(repo))?.toString('latin1') ?? '';
  const [, ancestor, tip] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n$/.exec(text) ?? [];
  return ancestor === published && tip !== undefined ? [tip] : [];
}

/** What to do about it, in words; `null` for a descendant. */
export function relationWords(relation: Relation, contract: ContractFile, where: string): string | null {
  if (relation === 'descendant') return null;
  const from = `${contract.version} was published from ${contract.source_commit?.slice(0, 12)}`;
  return relation === 'behind'
    ? `${from}, which is newer than the local ${where}: git pull`
    : `${from}, which is not in ${where}: git pull, merge, push, then git realm sync`;
}

/** A ref as people write it: `origin/main`. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|remotes|tags)\//, '');
