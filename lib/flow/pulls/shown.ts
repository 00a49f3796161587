import type { MergePlan } from '../../change/order.ts';
import { HOST_WIDTH, mapPool } from '../../change/pool.ts';
import { RealmError } from '../../errors.ts';
import type { Pull } from '../../forge/types.ts';
import { isAncestor } from '../../git/refs.ts';
import type { TrackedChange } from '../../realm/change-sets.ts';
import type { Checkout, Checkouts } from '../change/checkouts.ts';
import type { ChangeRun } from '../change/drive.ts';
import { forgeOf } from '../change/forges.ts';
import { planMerges } from '../change/relations.ts';
import type { Flow } from '../flow.ts';
import type { Workspace } from '../workspace.ts';

export interface PullShown {
  repo: string;
  number: number | null;
  url: string | null;
  state: Pull['state'] | 'none';
  draft: boolean;
  title: string;
  blockedBy: string[];
  reviews: Pull['reviews'];
  checks: Pull['checks'];
  mergeable: Pull['mergeable'];
}

export interface PullsResult extends ChangeRun {
  order: string[];
  pulls: PullShown[];
  problems: string[];
  split: string[];
  why: string[];
  /** Repos without a commit of their own. */
  empty: string[];
}

/** The order, and why it is that one. */
export const summary = (merges: MergePlan) => ({
  order: merges.order,
  problems: merges.problems,
  split: merges.split,
  why: merges.edges.map(({ contract, why }) => `${contract}: ${why}`),
});

/** The order of the pull requests that there are; those merged already keep their place. */
export async function mergesOf(
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
): Promise<MergePlan> {
  const repos = (change.file.prs ?? []).map((one) => one.repo);
  if (repos.length === 0) {
    throw new RealmError('no-pulls', `'${change.file.name}' has no pull requests yet`, {
      exitCode: 1,
      hint: 'git realm pr --title <title>',
    });
  }
  return planMerges(workspace.snapshot.model, change.file.name, repos, checkouts);
}

/** Each pull request as its forge tells it now, in the order in which they merge. */
export async function pullsOf(
  flow: Flow,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  merges: MergePlan,
): Promise<PullShown[]> {
  return mapPool(merges.order, HOST_WIDTH, async (repo) => {
    const tracked = change.file.prs?.find((one) => one.repo === repo);
    const checkout = checkouts.get(repo);
    const forge = checkout && forgeOf(flow, workspace, checkout);
    const number =
      tracked?.number ?? (await forge?.find(change.file.name, checkout?.heads.tip.branch ?? ''))?.number;
    const pull = forge === undefined || number === undefined ? null : await forge.get(number);
    return {
      repo,
      number: pull?.number ?? tracked?.number ?? null,
      url: pull?.url ?? tracked?.url ?? null,
      state: pull === null ? 'none' : await landed(checkout, pull),
      draft: pull?.draft ?? false,
      title: pull?.title ?? '',
      blockedBy: tracked?.blocked_by ?? [],
      reviews: pull?.reviews ?? [],
      checks: pull?.checks ?? [],
      mergeable: pull?.mergeable ?? { answer: 'unknown', why: 'there is none' },
    } satisfies PullShown;
  });
}

/** The same after a run. Where that was stopped, a forge that does not answer now must not hide how far it came. */
export async function pullsAfter(
  run: ChangeRun,
  note: (line: string) => void,
  ask: () => Promise<PullShown[]>,
): Promise<PullShown[]> {
  if (run.dryRun) return [];
  try {
    return await ask();
  } catch (error) {
    if (run.done || !(error instanceof RealmError)) throw error;
    note(`how the pull requests stand now is not known: ${error.message}`);
    return [];
  }
}

/** Somebody may have merged by hand what the embedded forge still calls open. */
async function landed(checkout: Checkout | undefined, pull: Pull): Promise<Pull['state']> {
  if (pull.state !== 'open' || checkout === undefined || checkout.heads.tip.kind === 'none')
    return pull.state;
  if (pull.sha === null) return 'open';
  return (await isAncestor(checkout, pull.sha, checkout.heads.tip.oid)) === true ? 'merged' : 'open';
}
