import { type MergeAsked, type MergePlace, planMerges } from '../../../change/plan/merges.ts';
import { RealmError } from '../../../errors.ts';
import { changeSetOf } from '../../../realm/change-sets.ts';
import { type Context, opHeads } from '../../open/context.ts';
import type { Workspace } from '../../open/workspace.ts';
import { forgeOf } from '../../share/forges.ts';
import { type Checkout, type Checkouts, mayName } from '../checkouts.ts';
import { inWholeChange } from '../current.ts';
import { type DriveOptions, drive } from '../drive.ts';
import { fetchAll } from '../fetch-all.ts';
import { mustKnowForges } from '../known-forges.ts';
import { unprovedStep } from '../merge-guard.ts';
import { mustBeClear, mustNotBeForks, type Obstacle } from '../preconditions.ts';
import { remoteOid } from '../steps/push.ts';
import { seenPulls } from './order.ts';
import {
  inOrder,
  mergesOf,
  type PullShown,
  type PullsResult,
  pullsAfter,
  pullsOf,
  summary,
} from './shown.ts';

export interface MergeOptions extends DriveOptions, MergeAsked {
  branch?: string | undefined;
}

/**
 * Merge the pull requests in their order, each pinned to the commit that was looked at. Refused where no order is safe, and
 * where nothing proves that a step is unless `unproved` says so; one that does not get ready stops those that wait for it.
 */
export function mergePulls(context: Context, options: MergeOptions): Promise<PullsResult> {
  return inWholeChange(context, options.branch, async (workspace, change, checkouts, around) => {
    const branch = change.file.name;
    mustNotBeForks(checkouts);
    await mustKnowForges(context, checkouts);
    const found = await pullsOf(context, workspace, change, checkouts);
    mustBeClear(closedOf(found, branch), 1);
    const merges = await mergesOf(workspace, change, found, checkouts, around);
    const pulls = inOrder(found, merges);
    mustBeClear(
      merges.conflicts.map(({ repo, why }) => ({
        repo,
        code: 'merge-conflict',
        message: why,
        hint: conflictHint(checkouts.get(repo)),
      })),
      1,
    );
    if (merges.problems.length > 0) {
      throw new RealmError('no-safe-order', `no order is safe after every step: ${merges.problems[0]}`, {
        exitCode: 1,
        hint: [...merges.split, 'nothing was merged'],
        data: { problems: merges.problems, split: merges.split },
      });
    }
    const [doubt] = merges.unproved;
    if (doubt !== undefined && !options.unproved)
      throw unprovedStep(doubt.repo, `${doubt.contract}: ${doubt.why}`);
    const places = await placesOf(context, workspace, branch, checkouts, pulls);
    const known = changeSetOf(workspace.snapshot.model, branch);
    const heads = opHeads(context, workspace.who());
    const plan = planMerges(branch, known, { places, merges }, options, heads);
    const run = await drive(context, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    if (!options.dryRun) await fetchAll(checkouts, branch);
    return {
      ...run,
      ...summary(merges),
      pulls: options.dryRun
        ? pulls
        : await pullsAfter(run, context.note, async () => {
            const after = inOrder(await pullsOf(context, workspace, now, checkouts), merges);
            const isDone = after.every((pull) => pull.state !== 'open');
            if (isDone) return after;
            return (await seenPulls(context, workspace, now, { checkouts, around })).pulls;
          }),
      empty: [],
    };
  });
}

const conflictHint = (checkout: Checkout | undefined): string => {
  const { tip } = checkout?.heads ?? {};
  return `in its worktree: git merge ${checkout?.remote}/${tip?.branch}, resolve it, commit, git realm push`;
};

function closedOf(pulls: readonly PullShown[], branch: string): Obstacle[] {
  return pulls.flatMap((pull): Obstacle[] => {
    const { repo, number } = pull;
    if (pull.branchGone)
      return [
        {
          repo,
          code: 'branch-gone',
          message: `'${branch}' was deleted on its remote before #${number} was merged`,
          hint: `to restore it: git realm push --repos ${repo}`,
        },
      ];
    if (pull.state !== 'closed' && pull.state !== 'none') return [];
    const message = pull.state === 'none' ? 'it has no pull request' : `#${number} was closed`;
    return [{ repo, code: 'pull-closed', message, hint: 'to open it again: git realm pr' }];
  });
}

/** The pull requests as their forges have them now, with what each may name. Each is pinned to a commit. */
async function placesOf(
  context: Context,
  workspace: Workspace,
  branch: string,
  checkouts: Checkouts,
  pulls: readonly PullShown[],
): Promise<MergePlace[]> {
  const { model } = workspace.snapshot;
  const places: MergePlace[] = [];
  for (const pull of pulls) {
    const { repo, number, url } = pull;
    const visible = pulls
      .map((other) => other.repo)
      .filter((other) => other === repo || mayName(model, checkouts, repo, other));
    const pending = await pendingOf(context, workspace, branch, checkouts.get(repo), pull);
    places.push({ repo, number, url, visible, pending });
  }
  return places;
}

async function pendingOf(
  context: Context,
  workspace: Workspace,
  branch: string,
  checkout: Checkout | undefined,
  { number, state }: PullShown,
): Promise<MergePlace['pending']> {
  if (checkout === undefined || number === null) return null;
  const forge = forgeOf(context, workspace, checkout);
  const record = await forge.text(number);
  if (record.state === 'merged') return null;
  // The embedded forge knows only what it recorded: its remote has the newest commit.
  const isKnown = state === 'merged' || forge.kind !== 'embedded';
  const sha = isKnown ? record.sha : await remoteOid(checkout, branch);
  return sha === null ? null : { base: record.base, sha };
}
