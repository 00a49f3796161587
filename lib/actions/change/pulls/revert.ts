import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import { RealmError } from '../../../errors.ts';
import { landedAs } from '../../../forge/embedded/merge.ts';
import { parseCommit } from '../../../git/commit.ts';
import type { Context } from '../../open/context.ts';
import { forgeOf } from '../../share/forges.ts';
import { type Checkout, theCheckout } from '../checkouts.ts';
import { commitChange } from '../commit.ts';
import { inChange, inWholeChange } from '../current.ts';
import { mustKnowForges } from '../known-forges.ts';
import { mustBeClear } from '../preconditions.ts';
import { pushChange } from '../push.ts';
import { type Reversal, reversalOf, reversedOn, reverseIn } from '../reversal.ts';
import { uncommittedIn } from '../uncommitted.ts';
import { addWorktrees } from '../worktree.ts';
import { mustBeDone, notRun } from './made-of.ts';
import { createPulls } from './open.ts';
import { type PullsResult, pullsOf } from './shown.ts';

export interface RevertOptions {
  branch?: string | undefined;
  title?: string | undefined;
  draft: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface RevertResult extends PullsResult {
  /** The change set that is reverted. */
  of: string;
  /** Its merged pull requests. `isGone`: the main branch holds nothing of it any more. */
  reverted: { repo: string; number: number; merge: string; isGone: boolean }[];
}

const AGAIN = 'git realm pr revert';

/**
 * Revert a change set that was merged: a change set of its own, `revert/<branch>`, with one commit and one pull request for each that was
 * merged, linked and in the order in which they merge safely. Made of commands that can be run again, so it can too.
 */
export async function revertPulls(context: Context, options: RevertOptions): Promise<RevertResult> {
  const { of, reversals, reverted } = await mergedOf(context, options.branch);
  const branch = `revert/${of}`;
  const left = reversals.filter((_, at) => !reverted[at]?.isGone);
  if (left.length === 0)
    throw new RealmError('nothing-to-revert', `the main branches hold nothing of '${of}' any more`, {
      exitCode: 1,
    });
  const title = options.title ?? `Revert ${of}`;
  const { dryRun, jobs } = options;
  if (dryRun) return { ...notRun(branch), of, reverted };
  const repos = left.map(({ repo }) => repo);
  mustBeDone(await addWorktrees(context, { branch, repos, dryRun, jobs }), AGAIN);
  const isWaiting = await inChange(context, { branch, repos }, async (_workspace, _change, checkouts) => {
    const obstacles = await mapPool(left, HOST_WIDTH, (reversal) =>
      reverseIn(theCheckout(checkouts, reversal.repo), branch, reversal),
    );
    const [first] = obstacles.flatMap((obstacle) => obstacle ?? []);
    if (first !== undefined)
      throw new RealmError(first.code, `${first.repo}: ${first.message}`, { exitCode: 1, hint: first.hint });
    const uncommitted = await mapPool([...checkouts.values()], HOST_WIDTH, (checkout) =>
      uncommittedIn(checkout, branch),
    );
    return uncommitted.some(({ files }) => files.length > 0);
  });
  const message = `${title}\n\nThis reverts the merged pull requests of change set '${of}'.`;
  if (isWaiting)
    mustBeDone(await commitChange(context, { message, branch, repos: [], link: true, dryRun, jobs }), AGAIN);
  mustBeDone(await pushChange(context, { branch, repos: [], dryRun, jobs }), AGAIN);
  const asked = { title, draft: options.draft, ready: false, reviewers: [], labels: [] };
  return { ...(await createPulls(context, { ...asked, branch, dryRun, jobs })), of, reverted };
}

/** The merged pull requests of a change set and how each is reverted. Throws `nothing-merged`. */
async function mergedOf(context: Context, asked: string | undefined) {
  return inWholeChange(context, asked, async (workspace, change, checkouts) => {
    const of = change.file.name;
    await mustKnowForges(context, checkouts);
    const pulls = (await pullsOf(context, workspace, change, checkouts)).filter(
      ({ state }) => state === 'merged',
    );
    if (pulls.length === 0)
      throw new RealmError('nothing-merged', `no pull request of '${of}' was merged`, {
        exitCode: 1,
        hint: `git realm pr status --branch ${of}`,
      });
    const found = await mapPool(pulls, HOST_WIDTH, async ({ repo, number }) => {
      const checkout = theCheckout(checkouts, repo);
      const { sha, mergeSha } = await forgeOf(context, workspace, checkout).text(number ?? 0);
      const { tip } = checkout.heads;
      const merge =
        mergeSha ?? (sha !== null && tip.kind !== 'none' ? await landedAs(checkout, sha, tip.oid) : '');
      return reversalOf(checkout, { number: number ?? 0, sha, mergeSha: merge });
    });
    mustBeClear(found.flatMap((answer) => ('message' in answer ? [answer] : [])));
    const reversals = found.flatMap((answer) => ('message' in answer ? [] : [answer]));
    const reverted = await mapPool(reversals, HOST_WIDTH, async (reversal) => {
      const { repo, number, merge } = reversal;
      return { repo, number, merge, isGone: await isGone(theCheckout(checkouts, repo), reversal) };
    });
    return { of, reversals, reverted };
  });
}

/** Does the main branch hold nothing of it any more? */
async function isGone(checkout: Checkout, reversal: Reversal): Promise<boolean> {
  const { tip } = checkout.heads;
  if (tip.kind === 'none') return false;
  const result = await reversedOn(checkout, tip.oid, reversal);
  const now = await checkout.objects.read(`${tip.oid}^{commit}`);
  return 'tree' in result && now !== null && parseCommit(now).tree === result.tree;
}
