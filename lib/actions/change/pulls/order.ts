import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import { type Turn, turnOf } from '../../../change/turns.ts';
import { ORDER } from '../../../forge/types.ts';
import type { TrackedChange } from '../../../realm/change-sets.ts';
import type { Context } from '../../open/context.ts';
import type { Workspace } from '../../open/workspace.ts';
import { forgeOf, forgeOfRepo } from '../../share/forges.ts';
import { type Checkouts, mayName } from '../checkouts.ts';
import { type Outcome, postOrder } from '../post-order.ts';
import type { PlannedMerges } from '../relations.ts';
import { inOrder, mergesOf, type PullShown, pullsOf } from './shown.ts';

/** Whether it is a pull request's turn, and whether its forge shows that now. */
export interface OrderPosted extends Turn {
  repo: string;
  number: number;
  outcome: Outcome;
}

/** What an order is posted from. */
interface OrderFacts {
  pulls: readonly PullShown[];
  merges: PlannedMerges;
  checkouts: Checkouts;
}

/**
 * Post on every open pull request whether it is its turn, as a commit status that can be required there
 * (docs/change-sets.md). One that is recorded in the realm only has none. `realm.orderStatus = false` turns this off.
 */
export async function postOrders(
  context: Context,
  workspace: Workspace,
  { pulls, merges, checkouts }: OrderFacts,
): Promise<OrderPosted[]> {
  if (!workspace.config.bool('realm.orderStatus', true)) return [];
  const { model } = workspace.snapshot;
  const open = pulls.filter((pull) => pull.state === 'open');
  const posted = await mapPool(open, HOST_WIDTH, async ({ repo, number, sha, blockedBy, checks }) => {
    const checkout = checkouts.get(repo);
    const forge =
      checkout === undefined ? forgeOfRepo(context, workspace, repo) : forgeOf(context, workspace, checkout);
    if (forge.kind === 'embedded' || number === null || sha === null) return [];
    const recorded = blockedBy.map((blocker) => blocker.replace(/#\d+$/, ''));
    const planned = (merges.blockedBy.get(repo) ?? []).filter((other) => isOpen(open, other));
    const nameOf = (other: string) =>
      mayName(model, checkouts, repo, other) ? numbered(pulls, other) : null;
    const waitsFor = [...new Set([...planned, ...recorded])];
    const turn = turnOf({ repo, waitsFor, nameOf }, merges);
    const known = checks.find((check) => check.name === ORDER && check.sha === sha)?.state ?? null;
    const outcome = await postOrder(context, forge, { name: `${repo}#${number}`, sha, known }, turn);
    return [{ repo, number, ...turn, outcome }];
  });
  return posted.flat();
}

/** The pull requests as they are, in their order; their forges are sent whose turn it is. */
export async function seenPulls(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  { checkouts, around }: { checkouts: Checkouts; around: Checkouts },
): Promise<{ pulls: PullShown[]; merges: PlannedMerges; posted: OrderPosted[] }> {
  const found = await pullsOf(context, workspace, change, checkouts);
  const merges = await mergesOf(workspace, change, found, checkouts, around);
  const posted = await postOrders(context, workspace, { pulls: found, merges, checkouts });
  // What was posted may be what a merge waits for.
  const isNews = posted.some(({ outcome }) => outcome === 'posted');
  const now = isNews ? await pullsOf(context, workspace, change, checkouts) : found;
  return { pulls: inOrder(now, merges), merges, posted };
}

const isOpen = (open: readonly PullShown[], repo: string): boolean => open.some((pull) => pull.repo === repo);

function numbered(pulls: readonly PullShown[], repo: string): string {
  const number = pulls.find((pull) => pull.repo === repo)?.number ?? null;
  return number === null ? repo : `${repo}#${number}`;
}
