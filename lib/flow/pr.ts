import { blockOf } from '../change/describe.ts';
import { type MergePlan, type State as SafeState, stateOf } from '../change/order.ts';
import { mapPool } from '../change/pool.ts';
import type { Plan, Step } from '../change/types.ts';
import { RealmError } from '../errors.ts';
import type { Pull } from '../forge/types.ts';
import { isAncestor, resolveRevision } from '../git/refs.ts';
import type { JsonObject } from '../json.ts';
import { changeSetOf, domainsOfChange, shareDomain, type TrackedChange } from '../realm/change-sets.ts';
import {
  type Checkout,
  type Checkouts,
  closeCheckouts,
  localWidth,
  openCheckouts,
} from './change/checkouts.ts';
import { currentChange, reposOf } from './change/current.ts';
import { type ChangeRun, drive } from './change/drive.ts';
import { forgeOf } from './change/forges.ts';
import { mustBeClear, type Obstacle } from './change/preconditions.ts';
import { planMerges } from './change/relations.ts';
import { remoteOid } from './change/steps/push.ts';
import { countOf } from './commit.ts';
import { type Flow, opHead } from './flow.ts';
import { inWorkspace, type Workspace } from './workspace.ts';
import { fetchAll } from './worktree.ts';

export interface PrOptions {
  title?: string | undefined;
  body?: string | undefined;
  draft: boolean;
  reviewers: readonly string[];
  labels: readonly string[];
  branch?: string | undefined;
  dryRun: boolean;
  jobs?: number | undefined;
}

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

/** Create or update, never duplicate, one pull request per repo of the change set, linked and in their merge order. */
export function createPulls(flow: Flow, options: PrOptions): Promise<PullsResult> {
  return inChange(flow, options.branch, async (workspace, change, checkouts) => {
    const branch = change.file.name;
    const all = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
      headOf(checkout, branch),
    );
    mustBeClear(all.flatMap(({ obstacle }) => obstacle ?? []));
    const ready = all.filter(({ count, merged }) => count > 0 || merged);
    if (ready.length === 0) {
      throw new RealmError('no-commits', `'${branch}' has no commits yet`, {
        exitCode: 1,
        hint: 'git realm commit -m <message>, then git realm push',
      });
    }
    const merges = await planMerges(
      workspace.snapshot.model,
      branch,
      ready.map(({ checkout }) => checkout.name),
      checkouts,
    );
    const plan = await planPulls(flow, workspace, change, checkouts, merges, options);
    const run = await drive(flow, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    return {
      ...run,
      ...summary(merges),
      pulls: options.dryRun ? [] : await pullsOf(flow, workspace, now, checkouts, merges),
      empty: all.filter((one) => !ready.includes(one)).map(({ checkout }) => checkout.name),
    };
  });
}

const summary = (merges: MergePlan) => ({
  order: merges.order,
  problems: merges.problems,
  split: merges.split,
  why: merges.edges.map(({ contract, why }) => `${contract}: ${why}`),
});

/** Open the change set with every repo of it; pull requests need all of them at hand. */
function inChange<T>(
  flow: Flow,
  asked: string | undefined,
  work: (workspace: Workspace, change: TrackedChange, checkouts: Checkouts) => Promise<T>,
): Promise<T> {
  return inWorkspace(flow, async (workspace) => {
    const change = await currentChange(flow, workspace, asked);
    const active = (change.file.repos ?? []).map((one) => one.name);
    const checkouts = await openCheckouts(
      flow,
      workspace,
      reposOf(change, []).length > 0 ? reposOf(change, []) : active,
    );
    try {
      for (const line of await fetchAll(flow, checkouts)) flow.note(line);
      return await work(workspace, change, checkouts);
    } finally {
      closeCheckouts(checkouts);
    }
  });
}

interface Head {
  checkout: Checkout;
  count: number;
  merged: boolean;
  obstacle?: Obstacle;
}

/** A pull request is of what the remote has. */
async function headOf(checkout: Checkout, branch: string): Promise<Head> {
  const head: Head = { checkout, count: 0, merged: false };
  const stop = (code: string, message: string, hint: string): Head => ({
    ...head,
    obstacle: { repo: checkout.name, code, message, hint },
  });
  if (checkout.remote === null) return stop('no-remote', 'it has no remote', 'git remote add origin <url>');
  const local = await resolveRevision(checkout, `refs/heads/${branch}`);
  head.count = await countOf(checkout, branch);
  if (local === null || head.count === 0) return head;
  const remote = await remoteOid(checkout, branch);
  if (remote === local) return head;
  const { tip } = checkout.heads;
  if (remote === null && tip.kind !== 'none' && (await isAncestor(checkout, local, tip.oid)) === true)
    return { ...head, merged: true };
  const what = remote === null ? 'is not on its remote' : 'on its remote is another commit than here';
  return stop('not-pushed', `'${branch}' ${what}`, 'git realm push');
}

/** Open them all, then write into each how they belong together, then track them. */
async function planPulls(
  flow: Flow,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  merges: MergePlan,
  options: PrOptions,
): Promise<Plan> {
  const branch = change.file.name;
  const { model } = workspace.snapshot;
  const first = change.file.coordination?.commits?.at(-1)?.message?.split('\n', 1)[0];
  const title = options.title ?? first ?? branch;
  const steps: Step[] = [];
  const state = new Map<string, Pull | null>();
  const elsewhere = new Set<string>();
  for (const repo of merges.order) {
    const checkout = checkouts.get(repo);
    if (checkout === undefined) continue;
    const forge = forgeOf(flow, workspace, checkout);
    if (forge.kind !== 'embedded') elsewhere.add(repo);
    state.set(repo, await forge.find(branch, checkout.heads.tip.branch));
  }
  for (const repo of merges.order) {
    const base = checkouts.get(repo)?.heads.tip.branch ?? 'main';
    const known = state.get(repo);
    if (known?.state === 'merged') continue;
    // Without --title a title that is there stays: a person may have changed it.
    const wanted = options.title === undefined && known?.state === 'open' ? known.title : title;
    steps.push({
      id: `pull:${repo}`,
      repo,
      effect: {
        kind: 'pull',
        head: branch,
        base,
        title: wanted,
        body: options.body ?? null,
        draft: options.draft,
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
    ...opHead(flow, workspace.who()),
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
      ? { verb: 'change-drop', ...opHead(flow, workspace.who()), branch, what: 'prs' }
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
const placed = (known: Pull | null | undefined) =>
  known === null || known === undefined || known.state === 'closed'
    ? { number: null, url: null }
    : { number: known.number, url: known.url };

function mayName(model: Workspace['snapshot']['model'], checkouts: Checkouts, a: string, b: string): boolean {
  const open = (name: string) => checkouts.get(name)?.config.bool('realm.linkPrivate', true) ?? true;
  return shareDomain(model, a, b) && open(a) && open(b);
}

export interface PullStatus {
  branch: string;
  domains: string[];
  order: string[];
  pulls: PullShown[];
  /** Is it safe to stop with what is merged now? */
  pause: SafeState;
  /** What merges next, or why nothing does. */
  next: string | null;
  waiting: string;
  problems: string[];
  split: string[];
}

/** How the pull requests stand, and whether it is safe to pause here. */
export function pullStatus(flow: Flow, branch: string | undefined): Promise<PullStatus> {
  return inChange(flow, branch, async (workspace, change, checkouts) => {
    const merges = await mergesOf(workspace, change, checkouts);
    const pulls = await pullsOf(flow, workspace, change, checkouts, merges);
    const merged = pulls.filter((one) => one.state === 'merged').map((one) => one.repo);
    const next = nextOf(pulls);
    return {
      branch: change.file.name,
      domains: domainsOfChange(change.file),
      order: merges.order,
      pulls,
      pause: stateOf(merged, merges.edges),
      next: next.repo,
      waiting: next.why,
      problems: merges.problems,
      split: merges.split,
    };
  });
}

/** The order of the pull requests that there are; those merged already keep their place. */
async function mergesOf(
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

async function pullsOf(
  flow: Flow,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  merges: MergePlan,
): Promise<PullShown[]> {
  return mapPool(merges.order, 4, async (repo) => {
    const tracked = change.file.prs?.find((one) => one.repo === repo);
    const checkout = checkouts.get(repo);
    const pull =
      checkout === undefined
        ? null
        : tracked === undefined
          ? await forgeOf(flow, workspace, checkout).find(change.file.name, checkout.heads.tip.branch)
          : await forgeOf(flow, workspace, checkout).get(tracked.number);
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

/** Somebody may have merged by hand what the embedded forge still calls open. */
async function landed(checkout: Checkout | undefined, pull: Pull): Promise<Pull['state']> {
  if (pull.state !== 'open' || checkout === undefined || checkout.heads.tip.kind === 'none')
    return pull.state;
  if (pull.sha === null) return 'open';
  return (await isAncestor(checkout, pull.sha, checkout.heads.tip.oid)) === true ? 'merged' : 'open';
}

function nextOf(pulls: readonly PullShown[]): { repo: string | null; why: string } {
  const open = pulls.filter((one) => one.state === 'open');
  if (open.length === 0)
    return {
      repo: null,
      why: pulls.every((one) => one.state === 'merged') ? 'all are merged' : 'none is open',
    };
  const merged = new Set(
    pulls.filter((one) => one.state === 'merged').map((one) => `${one.repo}#${one.number}`),
  );
  const free = open.find((one) => one.blockedBy.every((blocker) => merged.has(blocker)));
  if (free === undefined)
    return { repo: null, why: `${open[0]?.repo} waits for ${open[0]?.blockedBy.join(', ')}` };
  return free.mergeable.answer === 'yes'
    ? { repo: free.repo, why: '' }
    : { repo: null, why: `${free.repo}#${free.number}: ${free.mergeable.why}` };
}

export interface MergeOptions {
  branch?: string | undefined;
  dryRun: boolean;
  jobs?: number | undefined;
}

/**
 * Merge the pull requests in their order, each pinned to the commit that was looked at. Refused where no order is safe; one
 * that is not ready stops those that wait for it.
 */
export function mergePulls(flow: Flow, options: MergeOptions): Promise<PullsResult> {
  return inChange(flow, options.branch, async (workspace, change, checkouts) => {
    const branch = change.file.name;
    const merges = await mergesOf(workspace, change, checkouts);
    if (merges.problems.length > 0) {
      throw new RealmError('no-safe-order', `no order is safe after every step: ${merges.problems[0]}`, {
        exitCode: 1,
        hint: [...merges.split, 'nothing was merged'].join('\n'),
        data: { problems: merges.problems, split: merges.split },
      });
    }
    const pulls = await pullsOf(flow, workspace, change, checkouts, merges);
    mustBeClear(await closedOf(pulls), 1);
    const steps = await planMergeSteps(flow, workspace, branch, checkouts, merges, pulls);
    const plan: Plan = { verb: 'pr-merge', branch, args: {}, steps };
    const run = await drive(flow, workspace, checkouts, plan, options);
    const now = changeSetOf(workspace.snapshot.model, branch) ?? change;
    if (!options.dryRun) await fetchAll(flow, checkouts);
    return {
      ...run,
      ...summary(merges),
      pulls: await pullsOf(flow, workspace, now, checkouts, merges),
      empty: [],
    };
  });
}

async function closedOf(pulls: readonly PullShown[]): Promise<Obstacle[]> {
  return pulls
    .filter((one) => one.state === 'closed' || one.state === 'none')
    .map((one) => ({
      repo: one.repo,
      code: 'pull-closed',
      message: one.state === 'none' ? 'it has no pull request' : `#${one.number} was closed`,
      hint: 'git realm pr opens it again',
    }));
}

async function planMergeSteps(
  flow: Flow,
  workspace: Workspace,
  branch: string,
  checkouts: Checkouts,
  merges: MergePlan,
  pulls: readonly PullShown[],
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const pull of pulls) {
    const checkout = checkouts.get(pull.repo);
    if (checkout === undefined || pull.number === null) continue;
    const record = await forgeOf(flow, workspace, checkout).get(pull.number);
    if (record.state === 'merged') continue;
    const sha = pull.state === 'merged' ? record.sha : await remoteOid(checkout, branch);
    if (sha === null) continue;
    steps.push({
      id: `pull-merge:${pull.repo}`,
      repo: pull.repo,
      effect: { kind: 'pull-merge', number: pull.number, head: branch, base: record.base, sha },
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
  const undo = { verb: 'change-status', ...opHead(flow, workspace.who()), branch };
  steps.push({
    id: 'realm:merged',
    repo: null,
    effect: {
      kind: 'realm',
      op: { verb: 'change-status', ...opHead(flow, workspace.who()), branch, statuses },
      undo: { ...undo, statuses: Object.fromEntries(merged.map((repo) => [repo, 'active'])) },
    },
    after: steps.map((step) => step.id),
    words: `realm: ${branch} is merged`,
  });
  return steps;
}

/** Close what is open; branches and worktrees stay. */
export function closePulls(flow: Flow, options: MergeOptions): Promise<ChangeRun> {
  return inChange(flow, options.branch, async (workspace, change, checkouts) => {
    const merges = await mergesOf(workspace, change, checkouts);
    const pulls = await pullsOf(flow, workspace, change, checkouts, merges);
    const steps = pulls
      .filter((one) => one.state === 'open' && one.number !== null)
      .map(
        (one): Step => ({
          id: `pull-close:${one.repo}`,
          repo: one.repo,
          effect: { kind: 'pull-close', number: one.number ?? 0 },
          after: [],
          words: `close ${one.repo}#${one.number}`,
        }),
      );
    return drive(
      flow,
      workspace,
      checkouts,
      { verb: 'pr-close', branch: change.file.name, args: {}, steps },
      options,
    );
  });
}
