import { blockOf } from '../../../change/describe.ts';
import type { MergePlan } from '../../../change/order.ts';
import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import type { Plan, Step } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import type { PullText } from '../../../forge/types.ts';
import { isAncestor, resolveRef } from '../../../git/refs.ts';
import type { JsonObject } from '../../../json.ts';
import { title as titleOf } from '../../../markdown.ts';
import { changeSetOf, type TrackedChange } from '../../../realm/change-sets.ts';
import { type Context, opHead } from '../../open/context.ts';
import type { Workspace } from '../../open/workspace.ts';
import { forgeOf } from '../../share/forges.ts';
import { type Checkout, type Checkouts, localWidth, mayName } from '../checkouts.ts';
import { inWholeChange } from '../current.ts';
import { drive } from '../drive.ts';
import { mustKnowForges } from '../known-forges.ts';
import { mustBeClear, mustNotBeForks, type Obstacle } from '../preconditions.ts';
import { planMerges } from '../relations.ts';
import { remoteOid } from '../steps/push.ts';
import { countOf } from '../uncommitted.ts';
import { inOrder, type PullsResult, pullsAfter, pullsOf, summary } from './shown.ts';

export interface PrOptions {
  title?: string | undefined;
  body?: string | undefined;
  draft: boolean;
  /** Drafts that are open stop being drafts. */
  ready?: boolean;
  reviewers: readonly string[];
  labels: readonly string[];
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
    const planned = await planMerges({
      model: workspace.snapshot.model,
      loaded: workspace.snapshot.loaded,
      branch,
      members: (change.file.repos ?? []).map((one) => one.name),
      steps: ready.map(({ checkout }) => checkout.name).filter((repo) => !landed.includes(repo)),
      checkouts,
      around,
    });
    const merges = { ...planned, order: [...landed, ...planned.order] };
    const plan = await planPulls(context, workspace, change, checkouts, merges, landed, options);
    const run = await drive(context, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    return {
      ...run,
      ...summary(merges),
      pulls: await pullsAfter(run, context.note, async () =>
        inOrder(await pullsOf(context, workspace, now, checkouts), merges),
      ),
      empty: all.filter((one) => !ready.includes(one)).map(({ checkout }) => checkout.name),
    };
  });
}

interface Head {
  checkout: Checkout;
  count: number;
  merged: boolean;
  obstacle?: Obstacle;
}

/** A pull request is of what the remote has. */
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
  const had = (change.file.prs ?? []).some((one) => one.repo === checkout.name);
  if (local === null || head.count === 0) return { ...head, merged: had };
  const { seen } = checkout;
  const remote = seen ? (seen.get(`refs/heads/${branch}`) ?? null) : await remoteOid(checkout, branch);
  if (remote === local) return head;
  const { tip } = checkout.heads;
  if (remote === null && tip.kind !== 'none' && (await isAncestor(checkout, local, tip.oid)) === true)
    return { ...head, merged: true };
  const what = remote === null ? 'is not on its remote' : 'on its remote is another commit than here';
  return stop('not-pushed', `'${branch}' ${what}`, 'git realm push');
}

/** Open them all, then write into each how they belong together, then track them. */
async function planPulls(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  merges: MergePlan,
  landed: readonly string[],
  options: PrOptions,
): Promise<Plan> {
  const branch = change.file.name;
  const { model } = workspace.snapshot;
  const first = change.file.coordination?.commits?.at(-1)?.message?.split('\n', 1)[0];
  // A message that stands in the realm may be anybody's.
  const title = options.title ?? titleOf(first ?? branch);
  const steps: Step[] = [];
  const state = new Map<string, PullText | null>();
  const elsewhere = new Set<string>();
  await mapPool(merges.order, HOST_WIDTH, async (repo) => {
    const checkout = checkouts.get(repo);
    if (checkout === undefined) return;
    const forge = forgeOf(context, workspace, checkout);
    if (forge.kind !== 'embedded') elsewhere.add(repo);
    state.set(repo, await forge.find(branch, checkout.heads.tip.branch));
  });
  for (const repo of merges.order) {
    const base = checkouts.get(repo)?.heads.tip.branch ?? 'main';
    const known = state.get(repo);
    if (known?.state === 'merged' || landed.includes(repo)) continue;
    // Without --title a title that is there stays: a person may have changed it.
    const wanted = options.title === undefined && known?.state === 'open' ? known.title : title;
    steps.push({
      id: `pull:${repo}`,
      repo,
      effect: {
        kind: 'pull',
        before: known?.state === 'open' ? { number: known.number, title: known.title } : null,
        head: branch,
        base,
        title: wanted,
        body: options.body ?? null,
        draft: options.draft,
        ...(options.ready ? { ready: true } : {}),
        reviewers: [...options.reviewers],
        labels: [...options.labels],
      },
      after: [],
      words: `${known?.state === 'open' ? `update ${repo}#${known.number}` : `open a pull request in ${repo}`}`,
    });
  }
  const opened = steps.map((step) => step.id);
  for (const repo of merges.order) {
    if (!opened.includes(`pull:${repo}`)) continue;
    const siblings = merges.order
      .filter((other) => other === repo || mayName(model, checkouts, repo, other))
      .map((other) => ({ repo: other, state: state.get(other)?.state ?? 'open' }));
    const rfc = change.file.source_rfc ?? null;
    const block = blockOf({ branch, rfc, own: repo, siblings, plan: merges });
    steps.push({
      id: `pull-block:${repo}`,
      repo,
      effect: { kind: 'pull-block', head: branch, block },
      after: opened,
      words: `describe the change set in ${repo}`,
    });
  }
  const op = {
    verb: 'change-pulls',
    ...opHead(context, workspace.who()),
    branch,
    prs: merges.order.map((repo) => ({
      repo,
      // The embedded forge's numbers are given when the realm is written, and again where that is planned anew.
      ...(elsewhere.has(repo) && opened.includes(`pull:${repo}`)
        ? { number: { $from: `pull:${repo}`, $key: 'number' }, url: { $from: `pull:${repo}`, $key: 'url' } }
        : placed(state.get(repo))),
      blocked_by: merges.blockedBy.get(repo) ?? [],
    })),
  };
  const undo =
    change.file.prs === undefined
      ? { verb: 'change-drop', ...opHead(context, workspace.who()), branch, what: 'prs' }
      : null;
  steps.push({
    id: 'realm:pulls',
    repo: null,
    effect: { kind: 'realm', op: op as unknown as JsonObject, undo },
    after: steps.map((step) => step.id),
    words: `realm: track the pull requests of ${branch}`,
  });
  const args: JsonObject = { title: options.title ?? null, body: options.body ?? null, draft: options.draft };
  return { verb: 'pr', branch, args, steps };
}

/** One that was closed is not the one that is open now. */
const placed = (known: PullText | null | undefined) =>
  known === null || known === undefined || known.state === 'closed'
    ? { number: null, url: null }
    : { number: known.number, url: known.url };
