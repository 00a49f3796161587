import { blockOf } from '../../../change/describe.ts';
import type { MergePlan } from '../../../change/order.ts';
import type { Plan, Step } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { changeSetOf } from '../../../realm/change-sets.ts';
import { type Context, opHead } from '../../open/context.ts';
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
import {
  inOrder,
  mergesOf,
  type PullShown,
  type PullsResult,
  pullsAfter,
  pullsOf,
  summary,
} from './shown.ts';

export interface MergeOptions extends DriveOptions {
  branch?: string | undefined;
  /** Seconds to wait, in each repo, for what ends by itself: checks that run, the merge queue. */
  patience: number;
  /** Merge also where nothing proves that it is safe. */
  unproved: boolean;
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
    const steps = await planMergeSteps(context, workspace, branch, checkouts, merges, pulls, options);
    const plan: Plan = { verb: 'pr-merge', branch, args: {}, steps };
    const run = await drive(context, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    if (!options.dryRun) await fetchAll(checkouts, branch);
    return {
      ...run,
      ...summary(merges),
      pulls: options.dryRun
        ? pulls
        : await pullsAfter(run, context.note, async () =>
            inOrder(await pullsOf(context, workspace, now, checkouts), merges),
          ),
      empty: [],
    };
  });
}

const conflictHint = (checkout: Checkout | undefined): string => {
  const { tip } = checkout?.heads ?? {};
  return `in its worktree: git merge ${checkout?.remote}/${tip?.branch}, resolve it, commit, git realm push`;
};

function closedOf(pulls: readonly PullShown[], branch: string): Obstacle[] {
  return pulls.flatMap((one): Obstacle[] => {
    const { repo, number } = one;
    if (one.branchGone)
      return [
        {
          repo,
          code: 'branch-gone',
          message: `'${branch}' was deleted on its remote before #${number} was merged`,
          hint: `git realm push --repos ${repo} puts it back`,
        },
      ];
    if (one.state !== 'closed' && one.state !== 'none') return [];
    const message = one.state === 'none' ? 'it has no pull request' : `#${number} was closed`;
    return [{ repo, code: 'pull-closed', message, hint: 'git realm pr opens it again' }];
  });
}

/** Once all are merged, their bodies say so, and no longer that they wait, or why. */
function blockSteps(
  workspace: Workspace,
  branch: string,
  checkouts: Checkouts,
  merges: MergePlan,
  pulls: readonly PullShown[],
): Step[] {
  const { model } = workspace.snapshot;
  const rfc = changeSetOf(model, branch)?.file.source_rfc ?? null;
  const plan = { ...merges, blockedBy: new Map<string, string[]>(), edges: [], problems: [], split: [] };
  const placeOf = ({ repo, number, url }: PullShown) => url ?? `${repo}#${number}`;
  return pulls.flatMap(({ repo, number }): Step[] => {
    if (number === null) return [];
    const siblings = pulls.filter((one) => one.repo === repo || mayName(model, checkouts, repo, one.repo));
    const block = blockOf({
      branch,
      rfc,
      own: repo,
      siblings: siblings.map((one) => ({ repo: one.repo, state: 'merged' })),
      plan,
    }).replace(/\{#([^{}]+)\}/g, (whole, name: string) => {
      const found = siblings.find((one) => one.repo === name);
      return found === undefined ? whole : placeOf(found);
    });
    return [
      {
        id: `pull-block:${repo}`,
        repo,
        effect: { kind: 'pull-block', head: branch, block, number },
        after: [],
        words: `describe the merged change set in ${repo}`,
      },
    ];
  });
}

async function planMergeSteps(
  context: Context,
  workspace: Workspace,
  branch: string,
  checkouts: Checkouts,
  merges: MergePlan,
  pulls: readonly PullShown[],
  { patience, unproved }: Pick<MergeOptions, 'patience' | 'unproved'>,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const pull of pulls) {
    const checkout = checkouts.get(pull.repo);
    if (checkout === undefined || pull.number === null) continue;
    const forge = forgeOf(context, workspace, checkout);
    const record = await forge.text(pull.number);
    if (record.state === 'merged') continue;
    // The embedded forge knows only what it was told: its remote has the newest.
    const isKnown = pull.state === 'merged' || forge.kind !== 'embedded';
    const sha = isKnown ? record.sha : await remoteOid(checkout, branch);
    if (sha === null) continue;
    steps.push({
      id: `pull-merge:${pull.repo}`,
      repo: pull.repo,
      effect: {
        kind: 'pull-merge',
        number: pull.number,
        head: branch,
        base: record.base,
        sha,
        patience,
        ...(unproved ? { unproved } : {}),
      },
      after: (merges.blockedBy.get(pull.repo) ?? [])
        .map((repo) => `pull-merge:${repo}`)
        .filter((id) => steps.some((step) => step.id === id)),
      words: `merge ${pull.repo}#${pull.number} into ${record.base}`,
    });
  }
  const merged = pulls.map((one) => one.repo);
  const statuses = Object.fromEntries(merged.map((repo) => [repo, 'merged']));
  const change = changeSetOf(workspace.snapshot.model, branch);
  const done = (change?.file.repos ?? []).every(
    (one) => !merged.includes(one.name) || one.status !== 'active',
  );
  if (done && steps.length === 0) return steps;
  // Also where all are merged: a run that was killed may not have come so far.
  const after = steps.map((step) => step.id);
  const blocks = blockSteps(workspace, branch, checkouts, merges, pulls);
  steps.push(...blocks.map((step) => ({ ...step, after })));
  const undo = { verb: 'change-status', ...opHead(context, workspace.who()), branch };
  steps.push({
    id: 'realm:merged',
    repo: null,
    effect: {
      kind: 'realm',
      op: { verb: 'change-status', ...opHead(context, workspace.who()), branch, statuses },
      undo: { ...undo, statuses: Object.fromEntries(merged.map((repo) => [repo, 'active'])) },
    },
    after: steps.map((step) => step.id),
    words: `realm: ${branch} is merged`,
  });
  return steps;
}
