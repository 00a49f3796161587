import type { Before, MergePlan, Unproved } from '../../../change/order.ts';
import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import { RealmError } from '../../../errors.ts';
import type { Forge, Pull } from '../../../forge/types.ts';
import { isAncestor } from '../../../git/ancestry.ts';
import type { TrackedChange } from '../../../realm/change-sets.ts';
import type { Context } from '../../open/context.ts';
import type { Workspace } from '../../open/workspace.ts';
import { forgeOf, forgeOfRepo } from '../../share/forges.ts';
import type { Checkout, Checkouts } from '../checkouts.ts';
import type { ChangeRun } from '../drive.ts';
import { judgedMerges, type PlannedMerges } from '../relations.ts';

export interface PullShown {
  repo: string;
  number: number | null;
  url: string | null;
  state: Pull['state'] | 'none';
  draft: boolean;
  /** `null` where there is no pull request. */
  title: string | null;
  /** The commit that would be merged; `null` where it is not known. */
  sha: string | null;
  /** What has to merge before it and has not: `<repo>#<number>`. */
  blockedBy: string[];
  /** Open, and its branch is gone from the remote. */
  branchGone: boolean;
  reviews: Pull['reviews'];
  checks: Pull['checks'];
  mergeable: Pull['mergeable'];
}

export interface PullsResult extends ChangeRun {
  order: string[];
  pulls: PullShown[];
  problems: string[];
  /** Steps that nothing proves to be safe. */
  unproved: Unproved[];
  split: string[];
  /** Breaking changes that wait for an approver once they are merged, in words. */
  approvals: string[];
  why: string[];
  /** Repos without a commit of their own. */
  empty: string[];
}

/** The order, and why it is that one. */
export const summary = (merges: PlannedMerges) => ({
  order: merges.order,
  problems: merges.problems,
  unproved: merges.unproved,
  split: merges.split,
  approvals: merges.approvals,
  why: merges.edges.flatMap(({ contract, why, first }) =>
    why === null || (first === 'alone' && merges.unproved.some((unproved) => unproved.why === why))
      ? []
      : [`${contract}: ${why}`],
  ),
});

/**
 * The order in which the open ones merge, judged on the main branches and the remote branches as they are now. What was
 * merged or closed keeps its place before them; what waits for one that was closed is a problem. Throws `no-pulls`.
 */
export async function mergesOf(
  workspace: Workspace,
  change: TrackedChange,
  pulls: readonly PullShown[],
  checkouts: Checkouts,
  around: Checkouts,
): Promise<PlannedMerges> {
  const steps = pulls.filter((pull) => pull.state === 'open').map((pull) => pull.repo);
  const merges = await judgedMerges({
    model: workspace.snapshot.model,
    loaded: workspace.snapshot.loaded,
    branch: change.file.name,
    members: (change.file.repos ?? []).map((repo) => repo.name),
    steps,
    checkouts,
    around,
    recorded: recordedOrder(change),
  });
  const lost = pulls.filter((pull) => pull.state === 'closed' || pull.state === 'none' || pull.branchGone);
  const stranded = recordedOrder(change).flatMap(({ before, after }) => {
    const blocker = lost.find((pull) => pull.repo === before);
    return blocker === undefined || !steps.includes(after) ? [] : [strandedWords(after, blocker)];
  });
  const past = pulls.map((pull) => pull.repo).filter((repo) => !steps.includes(repo));
  return {
    ...merges,
    order: [...past, ...merges.order],
    problems: [...stranded, ...merges.problems],
  };
}

const strandedWords = (repo: string, { repo: blocker, number, branchGone }: PullShown): string =>
  `${repo} waits for ${blocker}${number === null ? '' : `#${number}`}, ${
    branchGone ? 'whose branch was deleted before it was merged' : 'which was closed without being merged'
  }`;

/** What the pull requests say about each other. */
const recordedOrder = (change: TrackedChange): Before[] =>
  (change.file.prs ?? []).flatMap(({ repo, blocked_by: blockers = [] }) =>
    blockers.map((blocker) => ({ before: blocker.replace(/#\d+$/, ''), after: repo })),
  );

/** Each pull request as its forge tells it now, in the order that was recorded. Throws `no-pulls`. */
export async function pullsOf(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
): Promise<PullShown[]> {
  const tracked = change.file.prs ?? [];
  if (tracked.length === 0) {
    throw new RealmError('no-pulls', `'${change.file.name}' has no pull requests yet`, {
      exitCode: 1,
      hint: 'git realm pr --title <title>',
    });
  }
  const pulls = await mapPool(
    tracked,
    HOST_WIDTH,
    async ({ repo, number: known, url, blocked_by: blockers }) => {
      const checkout = checkouts.get(repo);
      const forge =
        checkout === undefined
          ? forgeOfRepo(context, workspace, repo)
          : forgeOf(context, workspace, checkout);
      let unread: string | null = null;
      const pull = await pullAt(forge, change.file.name, known, checkout).catch((error: unknown) => {
        if (checkout !== undefined || !(error instanceof RealmError)) throw error;
        unread = `its pull request cannot be read: ${error.message}`;
        context.note(`${repo}: ${unread}`);
        return null;
      });
      // One that cannot be read may be open, and is waited for.
      const state = pull !== null ? await landed(checkout, pull) : unread !== null ? 'open' : 'none';
      return {
        repo,
        number: pull?.number ?? known ?? null,
        url: pull?.url ?? url ?? null,
        state,
        draft: pull?.draft ?? false,
        title: pull?.title ?? null,
        sha: pull?.sha ?? null,
        blockedBy: blockers ?? [],
        branchGone: state === 'open' && checkout?.seen?.has(`refs/heads/${change.file.name}`) === false,
        reviews: pull?.reviews ?? [],
        checks: pull?.checks ?? [],
        mergeable: pull?.mergeable ?? { answer: 'unknown', why: unread ?? 'there is none' },
      } satisfies PullShown;
    },
  );
  const merged = new Set(pulls.filter((pull) => pull.state === 'merged').map((pull) => pull.repo));
  return pulls.map((pull) => ({
    ...pull,
    blockedBy: pull.blockedBy.filter((blocker) => !merged.has(blocker.replace(/#\d+$/, ''))),
  }));
}

/** The same, in the order of a plan. */
export const inOrder = (pulls: readonly PullShown[], { order }: MergePlan): PullShown[] =>
  [...pulls].sort((a, b) => order.indexOf(a.repo) - order.indexOf(b.repo));

/**
 * The pull request of a branch: by its number in the realm, where that is one of this branch. Anybody who writes the realm may
 * write a number there, and what is merged or closed by it must not be another's.
 */
async function pullAt(
  forge: Forge,
  branch: string,
  number: number | undefined,
  checkout: Checkout | undefined,
): Promise<Pull | null> {
  const tracked = number === undefined ? null : await forge.get(number).catch(unlessMissing);
  if (tracked !== null && tracked.head === branch) return tracked;
  const found = await forge.find(branch, checkout?.heads.tip.branch ?? '');
  return found === null ? null : forge.get(found.number);
}

function unlessMissing(error: unknown): null {
  if (error instanceof RealmError && error.code === 'forge-missing') return null;
  throw error;
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
    note(`cannot read the current state of the pull requests: ${error.message}`);
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
