import { isAncestor } from '../../git/ancestry.ts';
import { parseCommit } from '../../git/commit.ts';
import { differingFiles } from '../../git/diff.ts';
import { fetchRefs } from '../../git/fetch.ts';
import { type MergeResult, mergeTree } from '../../git/merge.ts';
import { writeCommit } from '../../git/raw-objects.ts';
import { resolveRef } from '../../git/refs.ts';
import { countCommits, listCommits } from '../../git/rev-list.ts';
import { takeTree } from '../../git/staging.ts';
import { hasChanges } from '../../git/status.ts';
import { shellQuoted } from '../../shell-word.ts';
import type { Checkout } from './checkouts.ts';
import type { Obstacle } from './preconditions.ts';
import { worktreeOf } from './steps/commit.ts';
import { countOf } from './uncommitted.ts';

/** A merged pull request that can be reverted. */
export interface Reversal {
  repo: string;
  number: number;
  /** The commit that the pull request became on the main branch. */
  merge: string;
  /** A commit on top of `merge` with the tree from before it: merged with anything later, it reverts the merge. */
  inverse: string;
}

export interface MergedPull {
  number: number;
  /** The commit that was merged, and what it became; `null` where the forge does not say. */
  sha: string | null;
  mergeSha: string;
}

/** How a merged pull request is reverted, or why that is not known. Nothing but an object is written. */
export async function reversalOf(
  checkout: Checkout,
  { number, sha, mergeSha: merge }: MergedPull,
): Promise<Reversal | Obstacle> {
  const { tip } = checkout.heads;
  const repo = checkout.name;
  const stop = (code: string, message: string): Obstacle => ({
    repo,
    code,
    message,
    hint: `revert it by hand: git -C ${shellQuoted(checkout.main)} log ${tip.branch ?? ''}`.trimEnd(),
  });
  const object = await checkout.objects.read(`${merge}^{commit}`);
  if (object === null || tip.kind === 'none' || (await isAncestor(checkout, merge, tip.oid)) !== true)
    return stop('merge-gone', `the merge of #${number}, ${merge.slice(0, 12)}, is not on its main branch`);
  const { tree, parents } = parseCommit(object);
  const before = parents.length > 1 ? parents[0] : await beforeRewrite(checkout, { merge, tree, sha });
  if (before === undefined || before === null)
    return stop('merge-unknown', `it is not known which commits #${number} became`);
  const old = await checkout.objects.read(`${before}^{commit}`);
  if (old === null) return stop('merge-unknown', `the commit before #${number} is not here`);
  const inverse = await writeCommit(checkout, parseCommit(old).tree, [merge], `Revert #${number}\n`);
  return { repo, number, merge, inverse };
}

/**
 * The commit before a squash, or before the first of rebased commits: the one onto which the merge of the pull request leaves
 * the tree that is there. `null`: none does.
 */
async function beforeRewrite(
  checkout: Checkout,
  { merge, tree, sha }: { merge: string; tree: string; sha: string | null },
): Promise<string | null> {
  if (sha === null) return null;
  if ((await checkout.objects.read(`${sha}^{commit}`)) === null && checkout.remote !== null) {
    // Its branch is gone; forges still hand out its commits.
    await fetchRefs(checkout, { remote: checkout.remote, refspecs: [sha] });
    if ((await checkout.objects.read(`${sha}^{commit}`)) === null) return null;
  }
  const count = await countCommits(checkout, { tips: [sha], not: [merge] });
  const line = await listCommits(checkout, { tips: [merge], firstParents: true, most: count + 1 });
  // The farther first: onto the commit before the last of rebased ones the merge leaves the same.
  for (const before of new Set([line[count], line[1]])) {
    if (before === undefined || before === merge) continue;
    const merged = await mergeTree(checkout, before, sha);
    if ('tree' in merged && merged.tree === tree) return before;
  }
  return null;
}

/** What a reversal would leave on a commit. */
export const reversedOn = (checkout: Checkout, commit: string, { inverse }: Reversal): Promise<MergeResult> =>
  mergeTree(checkout, commit, inverse);

/**
 * Reverts the pull request in the worktree of the branch, uncommitted. A branch with commits has it already; where it
 * conflicts, changes that are there are the user's solution. Run again after a kill, it comes to the same end.
 */
export async function reverseIn(
  checkout: Checkout,
  branch: string,
  reversal: Reversal,
): Promise<Obstacle | null> {
  if ((await countOf(checkout, branch)) > 0) return null;
  const cwd = await worktreeOf(checkout, branch);
  const head = (await resolveRef(checkout.repo, `refs/heads/${branch}`)) ?? '';
  const stop = (code: string, message: string, hint: string): Obstacle => ({
    repo: checkout.name,
    code,
    message,
    hint,
  });
  const result = await reversedOn(checkout, head, reversal);
  const cd = `git -C ${shellQuoted(cwd)}`;
  if ('unknown' in result) return stop('revert-unknown', `git cannot revert it: ${result.why}`, `${cd} log`);
  if ('conflicts' in result) {
    if (await hasChanges(checkout, cwd)) return null;
    return stop(
      'revert-conflict',
      `what was merged later conflicts with reverting #${reversal.number}: ${result.conflicts.join(', ')}`,
      `${cd} cherry-pick --no-commit ${reversal.inverse}, resolve, git add, then git realm pr revert`,
    );
  }
  const done = new Set(await differingFiles(checkout, head, cwd));
  const strange = (await differingFiles(checkout, result.tree, cwd)).find((file) => done.has(file));
  if (strange !== undefined)
    return stop('worktree-dirty', `'${strange}' in '${cwd}' has other changes`, `${cd} stash`);
  await takeTree(checkout, result.tree, cwd);
  return null;
}
