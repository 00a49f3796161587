import { type PullPlace, type PullsAsked, planPulls } from '../../../change/plan/pulls.ts';
import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import { RealmError } from '../../../errors.ts';
import { isAncestor } from '../../../git/ancestry.ts';
import { resolveRef } from '../../../git/refs.ts';
import { changeSetOf, type TrackedChange } from '../../../realm/change-sets.ts';
import { type Context, opHeads } from '../../open/context.ts';
import type { Workspace } from '../../open/workspace.ts';
import { forgeOf } from '../../share/forges.ts';
import { type Checkout, type Checkouts, localWidth, mayName } from '../checkouts.ts';
import { inWholeChange } from '../current.ts';
import { drive } from '../drive.ts';
import { mustKnowForges } from '../known-forges.ts';
import { mustBeClear, mustNotBeForks, type Obstacle } from '../preconditions.ts';
import { judgedMerges } from '../relations.ts';
import { remoteOid } from '../steps/push.ts';
import { countOf } from '../uncommitted.ts';
import { postOrders } from './order.ts';
import { inOrder, type PullsResult, pullsAfter, pullsOf, summary } from './shown.ts';

export interface PrOptions extends PullsAsked {
  branch?: string | undefined;
  dryRun: boolean;
  jobs?: number | undefined;
}

/** Create or update, never duplicate, one pull request per repo of the change set, linked and in their merge order. */
export function createPulls(context: Context, options: PrOptions): Promise<PullsResult> {
  return inWholeChange(context, options.branch, async (workspace, change, checkouts, around) => {
    const branch = change.file.name;
    mustNotBeForks(checkouts);
    await mustKnowForges(context, checkouts);
    const all = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
      headOf(checkout, change),
    );
    mustBeClear(all.flatMap(({ obstacle }) => obstacle ?? []));
    const ready = all.filter(({ count, merged }) => count > 0 || merged);
    if (ready.length === 0) {
      throw new RealmError('no-commits', `'${branch}' has no commits yet`, {
        exitCode: 1,
        hint: 'git realm commit -m <message>, then git realm push',
      });
    }
    const landed = ready.filter(({ merged }) => merged).map(({ checkout }) => checkout.name);
    const planned = await judgedMerges({
      model: workspace.snapshot.model,
      loaded: workspace.snapshot.loaded,
      branch,
      members: (change.file.repos ?? []).map((repo) => repo.name),
      steps: ready.map(({ checkout }) => checkout.name).filter((repo) => !landed.includes(repo)),
      checkouts,
      around,
    });
    const merges = { ...planned, order: [...landed, ...planned.order] };
    const places = await placesOf(context, workspace, branch, checkouts, { order: merges.order, landed });
    const plan = planPulls(change, places, merges, options, opHeads(context, workspace.who()));
    const run = await drive(context, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    return {
      ...run,
      ...summary(merges),
      pulls: await pullsAfter(run, context.note, async () => {
        const pulls = inOrder(await pullsOf(context, workspace, now, checkouts), merges);
        await postOrders(context, workspace, { pulls, merges, checkouts });
        return pulls;
      }),
      empty: all.filter((head) => !ready.includes(head)).map(({ checkout }) => checkout.name),
    };
  });
}

interface Head {
  checkout: Checkout;
  count: number;
  merged: boolean;
  obstacle?: Obstacle;
}

/** A pull request shows what the remote has. */
async function headOf(checkout: Checkout, change: TrackedChange): Promise<Head> {
  const branch = change.file.name;
  const head: Head = { checkout, count: 0, merged: false };
  const stop = (code: string, message: string, hint: string): Head => ({
    ...head,
    obstacle: { repo: checkout.name, code, message, hint },
  });
  if (checkout.remote === null) return stop('no-remote', 'it has no remote', 'git remote add origin <url>');
  const local = await resolveRef(checkout.repo, `refs/heads/${branch}`);
  head.count = await countOf(checkout, branch);
  // It had a pull request and has nothing to merge any more: somebody merged it.
  const had = (change.file.prs ?? []).some((pull) => pull.repo === checkout.name);
  if (local === null || head.count === 0) return { ...head, merged: had };
  const { seen } = checkout;
  const remote = seen ? (seen.get(`refs/heads/${branch}`) ?? null) : await remoteOid(checkout, branch);
  if (remote === local) return head;
  const { tip } = checkout.heads;
  if (remote === null && tip.kind !== 'none' && (await isAncestor(checkout, local, tip.oid)) === true)
    return { ...head, merged: true };
  const what = remote === null ? 'is not on its remote' : 'differs from its remote';
  return stop('not-pushed', `'${branch}' ${what}`, 'git realm push');
}

/** What the forges have of each repo's branch, in merge order. */
async function placesOf(
  context: Context,
  workspace: Workspace,
  branch: string,
  checkouts: Checkouts,
  { order, landed }: { order: readonly string[]; landed: readonly string[] },
): Promise<PullPlace[]> {
  return mapPool(order, HOST_WIDTH, async (repo) => {
    const checkout = checkouts.get(repo);
    const base = checkout?.heads.tip.branch ?? 'main';
    const visible = order.filter(
      (other) => other === repo || mayName(workspace.snapshot.model, checkouts, repo, other),
    );
    const place = { repo, base, visible, landed: landed.includes(repo) };
    if (checkout === undefined) return { ...place, known: null, elsewhere: false };
    const forge = forgeOf(context, workspace, checkout);
    return { ...place, known: await forge.find(branch, base), elsewhere: forge.kind !== 'embedded' };
  });
}
