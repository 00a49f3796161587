import { existsSync } from 'node:fs';
import path from 'node:path';
import { mapPool } from '../../change/pool.ts';
import { branchOf, selectRepos } from '../../change/select.ts';
import type { Plan, Step } from '../../change/types.ts';
import { driftOf, drifts } from '../../checkout/drift.ts';
import { RealmError, usageError } from '../../errors.ts';
import { resolveRef } from '../../git/refs.ts';
import type { JsonObject } from '../../json.ts';
import { repoName } from '../../names.ts';
import { changeSetOf, changeSets, domainsOfChange, pullsOf } from '../../realm/change-sets.ts';
import { ownExports } from '../../realm/exports.ts';
import { shellQuoted } from '../../shell-word.ts';
import { type Context, opHead } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { share } from '../share/share.ts';
import {
  type Checkout,
  closeCheckouts,
  listWorktrees,
  localWidth,
  openCheckouts,
  worktreePath,
} from './checkouts.ts';
import { type ChangeRun, drive, interrupted, journalsNow, resume } from './drive.ts';
import { fetchAll } from './fetch-all.ts';
import { mustBeClear, type Obstacle } from './preconditions.ts';

export interface WorktreeOptions {
  rfc?: string | undefined;
  branch?: string | undefined;
  domain?: string | undefined;
  repos: readonly string[];
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface WorktreesAdded extends ChangeRun {
  rfc: string | null;
  domains: string[];
  worktrees: { repo: string; path: string; made: boolean; base: string }[];
  invited: string[];
}

/** Worktrees of one branch in every repo that a change affects, tracked in the realm (DESIGN §9). */
export function addWorktrees(context: Context, options: WorktreeOptions): Promise<WorktreesAdded> {
  const add = async (workspace: Workspace): Promise<WorktreesAdded> => {
    const branch = await branchName(workspace, options);
    if (!options.dryRun) await share(context, workspace);
    const { model } = workspace.snapshot;
    const known = changeSetOf(model, branch);
    const rfc = options.rfc === undefined ? null : `${workspace.name}:${options.rfc}`;
    refuseSecond(branch, rfc, known?.file.source_rfc);
    const asked = { domain: options.domain, repos: options.repos.map((repo) => repoName(repo) as string) };
    const selected = selectRepos(model, workspace.name, asked, await drifting(workspace));
    const repos =
      asked.repos.length === 0 && asked.domain === undefined && known !== undefined
        ? (known.file.repos ?? []).map((one) => one.name)
        : selected.repos;
    const checkouts = await openCheckouts(context, workspace, repos);
    try {
      const args: JsonObject = { rfc, domain: options.domain ?? null, repos: asked.repos };
      const offline = await fetchAll(checkouts, branch);
      for (const line of offline) context.note(line);
      const journals = options.dryRun ? undefined : journalsNow(workspace);
      const trackedRepos = (known?.file.repos ?? []).map((one) => one.name);
      const places = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
        placeOf(checkout, branch, trackedRepos.includes(checkout.name)),
      );
      const old =
        journals === undefined ? null : await interrupted(workspace, branch, 'worktree', args, journals);
      // What an interrupted run left in its own way is cleared by going on with it.
      if (old === null) mustBeClear(places.flatMap(({ obstacle }) => obstacle ?? []));
      const plan = planWorktrees(
        context,
        workspace,
        { branch, rfc, domains: selected.domains, args },
        places,
      );
      const run =
        old === null
          ? await drive(context, workspace, checkouts, plan, { ...options, journals })
          : await resume(context, workspace, checkouts, old, options);
      return {
        ...run,
        rfc,
        domains: selected.domains,
        invited: selected.invited,
        worktrees: places.map(({ checkout, target, there, base }) => ({
          repo: checkout.name,
          path: target,
          made: !there,
          base,
        })),
      };
    } finally {
      closeCheckouts(checkouts);
    }
  };
  return inWorkspace(context, add, undefined, !options.dryRun);
}

async function branchName(workspace: Workspace, options: WorktreeOptions): Promise<string> {
  const { rfc, branch } = options;
  if (rfc === undefined && branch === undefined)
    throw usageError('say what the change is', 'git realm worktree --rfc <title>, or --branch <branch>');
  const name = branch ?? branchOf(rfc ?? '');
  if (PLAIN_BRANCH.test(name)) return name;
  const { code } = await workspace.repo.git(['check-ref-format', '--branch', name], { ok: [0, 128] });
  if (code !== 0 || name.startsWith('-') || name === 'feat/')
    throw usageError(`'${name}' is no branch name`, '--branch feat/<name>');
  return name;
}

/** Names that git takes in any version (git-check-ref-format(1)): `HEAD` and the rest are asked about. */
const PLAIN_BRANCH = /^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)+$/;

/** Two change sets of one name would share their branches. */
function refuseSecond(branch: string, rfc: string | null, known: string | undefined): void {
  if (rfc === null || known === undefined || known === rfc) return;
  throw new RealmError('change-exists', `'${branch}' is the change set of '${known}'`, {
    hint: `choose another branch: git realm worktree --rfc ${shellQuoted(rfc.replace(/^[^:]*:/, ''))} --branch <branch>`,
  });
}

async function drifting(workspace: Workspace): Promise<{ domain: string; contract: string }[]> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  const level = workspace.repo.bare ? 'head' : 'worktree';
  const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, [level]);
  return all.filter((one) => drifts(one.levels[level]));
}

interface PlannedPlace {
  checkout: Checkout;
  target: string;
  base: string;
  /** It is there already. */
  there: boolean;
  from: 'new' | 'local' | 'remote';
  obstacle?: Obstacle;
}

/** Where the branch stands in one repo, and what stands in the way. */
async function placeOf(checkout: Checkout, branch: string, tracked: boolean): Promise<PlannedPlace> {
  const target = worktreePath(checkout, branch);
  const { tip } = checkout.heads;
  const place: PlannedPlace = { checkout, target, base: '', there: false, from: 'new' };
  const stop = (code: string, message: string, hint: string): PlannedPlace => ({
    ...place,
    obstacle: { repo: checkout.name, code, message, hint },
  });
  const cd = `git -C ${shellQuoted(checkout.main)}`;
  if (tip.kind === 'none') return stop('no-base', `nothing to start from: ${tip.why}`, `${cd} push`);
  if (tip.branch === branch)
    return stop('branch-is-base', `'${branch}' is its default branch`, 'choose another: --branch <branch>');
  place.base = tip.oid;
  const listed = (await listWorktrees(checkout)).find((one) => one.branch === branch);
  const half = listed?.locked === 'initializing';
  if (listed !== undefined && !listed.missing && !half) {
    if (path.resolve(listed.path) === path.resolve(checkout.main))
      return stop('branch-checked-out', `'${branch}' is checked out in '${checkout.main}'`, `${cd} switch -`);
    return { ...place, target: listed.path, there: true };
  }
  if (listed === undefined && existsSync(target))
    return stop(
      'path-taken',
      `'${target}' is in the way`,
      `move it away: mv ${shellQuoted(target)} <elsewhere>`,
    );
  const [local, remote] = await Promise.all([
    resolveRef(checkout.repo, `refs/heads/${branch}`),
    checkout.remote === null ? null : resolveRef(checkout.repo, `refs/remotes/${checkout.remote}/${branch}`),
  ]);
  const foreign = async (oid: string | null): Promise<boolean> =>
    !tracked && oid !== null && !(await contains(checkout, tip.oid, oid));
  if ((await foreign(local)) || (await foreign(remote))) {
    const where = local === null ? `on ${checkout.remote}` : 'here';
    return stop(
      'branch-exists',
      `branch '${branch}' exists ${where} with other work`,
      `look at it: ${cd} log ${local === null ? `${checkout.remote}/` : ''}${branch}, or choose another: --branch <branch>`,
    );
  }
  if (local !== null) return { ...place, from: 'local' };
  return remote !== null && tracked ? { ...place, from: 'remote', base: remote } : place;
}

async function contains(checkout: Checkout, tip: string, oid: string): Promise<boolean> {
  const { code } = await checkout.git(['merge-base', '--is-ancestor', oid, tip], { ok: [0, 1, 128] });
  return code === 0;
}

/** One worktree per repo where it is missing, then the tracking file. Pure. */
function planWorktrees(
  context: Context,
  workspace: Workspace,
  change: { branch: string; rfc: string | null; domains: string[]; args: JsonObject },
  places: readonly PlannedPlace[],
): Plan {
  const { branch, rfc, domains, args } = change;
  const steps = places
    .filter(({ there }) => !there)
    .map(
      ({ checkout, target, base, from }): Step => ({
        id: `worktree:${checkout.name}`,
        repo: checkout.name,
        effect: { kind: 'worktree', branch, base, from },
        after: [],
        words: `${checkout.name}: ${target} from ${base.slice(0, 12)}`,
      }),
    );
  const repos = places.map(({ checkout }) => checkout.name);
  const known = changeSetOf(workspace.snapshot.model, branch);
  const tracked = (known?.file.repos ?? [])
    .filter((one) => (one.status ?? 'active') === 'active')
    .map((one) => one.name);
  const news = repos.filter((repo) => !tracked.includes(repo));
  const newDomains = domains.some(
    (name) => known === undefined || !domainsOfChange(known.file).includes(name),
  );
  if (news.length > 0 || newDomains) {
    const head = opHead(context, workspace.who());
    const undo = known === undefined ? { what: 'all' } : { what: 'repos', repos: news };
    steps.push({
      id: 'realm:open',
      repo: null,
      effect: {
        kind: 'realm',
        op: { verb: 'change-open', ...head, branch, rfc, domains, repos },
        undo: { verb: 'change-drop', ...opHead(context, workspace.who()), branch, ...undo },
      },
      after: steps.map((step) => step.id),
      words: `realm: track ${branch}`,
    });
  }
  return { verb: 'worktree', branch, args, steps };
}

export interface ListedChange {
  branch: string;
  rfc: string | null;
  domains: string[];
  repos: {
    name: string;
    status: string;
    commits: number;
    /** `null`: no worktree of it on this machine. */
    path: string | null;
    pull: string | null;
  }[];
}

/** The change sets of the realm, with where their worktrees lie on this machine. */
export function listChanges(context: Context, all: boolean): Promise<ListedChange[]> {
  return inWorkspace(context, async (workspace) => {
    const { model } = workspace.snapshot;
    const shown = changeSets(model).filter(
      ({ file }) => all || (file.repos ?? []).some((one) => one.status !== 'removed'),
    );
    const names = [...new Set(shown.flatMap(({ file }) => (file.repos ?? []).map((one) => one.name)))];
    const checkouts = await openCheckouts(context, workspace, names, () => {});
    try {
      const worktrees = new Map(
        await mapPool(
          [...checkouts.values()],
          localWidth(),
          async (checkout) => [checkout.name, await listWorktrees(checkout)] as const,
        ),
      );
      return shown.map(({ file }) => ({
        branch: file.name,
        rfc: file.source_rfc ?? null,
        domains: domainsOfChange(file),
        repos: (file.repos ?? []).map((one) => {
          const pull = file.prs?.find((pr) => pr.repo === one.name);
          const record = pull && pullsOf(model, one.name).find((found) => found.number === pull.number);
          return {
            name: one.name,
            status: one.status ?? 'active',
            commits: one.commits ?? 0,
            path:
              worktrees.get(one.name)?.find((found) => found.branch === file.name && !found.missing)?.path ??
              null,
            pull: pull === undefined ? null : `#${pull.number}${record ? ` ${record.state}` : ''}`,
          };
        }),
      }));
    } finally {
      closeCheckouts(checkouts);
    }
  });
}

export interface RemoveOptions {
  branch?: string | undefined;
  force: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

/** Take the worktrees of a change set away, with their branches where everything in them is merged or pushed. */
export function removeWorktrees(context: Context, options: RemoveOptions): Promise<ChangeRun> {
  return inWorkspace(context, async (workspace) => {
    const { currentChange } = await import('./current.ts');
    const change = await currentChange(workspace, options.branch);
    const branch = change.file.name;
    const names = (change.file.repos ?? []).map((one) => one.name);
    const checkouts = await openCheckouts(context, workspace, names, context.note);
    try {
      for (const line of await fetchAll(checkouts, branch)) context.note(line);
      const found = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
        leavingOf(context, checkout, branch, options.force),
      );
      mustBeClear(found.flatMap(({ obstacle }) => obstacle ?? []));
      const steps = found.flatMap(({ step }) => step ?? []);
      const statuses = Object.fromEntries(
        [...checkouts.keys()]
          .map((name) => (change.file.repos ?? []).find((one) => one.name === name))
          .flatMap((one) => (one === undefined || one.status === 'removed' ? [] : [[one.name, 'removed']])),
      ) as JsonObject;
      if (Object.keys(statuses).length > 0) {
        const before = Object.fromEntries(
          (change.file.repos ?? []).map((one) => [one.name, one.status ?? 'active']),
        );
        const op = { verb: 'change-status', branch };
        steps.push({
          id: 'realm:status',
          repo: null,
          effect: {
            kind: 'realm',
            op: { ...op, ...opHead(context, workspace.who()), statuses },
            undo: { ...op, ...opHead(context, workspace.who()), statuses: before },
          },
          after: steps.map((step) => step.id),
          words: `realm: ${branch} is done with`,
        });
      }
      const plan: Plan = { verb: 'worktree-remove', branch, args: {}, steps };
      return await drive(context, workspace, checkouts, plan, options);
    } finally {
      closeCheckouts(checkouts);
    }
  });
}

async function leavingOf(
  context: Context,
  checkout: Checkout,
  branch: string,
  force: boolean,
): Promise<{ step?: Step; obstacle?: Obstacle }> {
  const listed = (await listWorktrees(checkout)).find((one) => one.branch === branch);
  const tip = await resolveRef(checkout.repo, `refs/heads/${branch}`);
  if (listed === undefined && tip === null) return {};
  const at = listed?.path ?? '';
  if (listed !== undefined && !listed.missing && !force) {
    const { stdout } = await checkout.git(['status', '--porcelain', '-z'], { cwd: at });
    if (stdout.length > 0) {
      return {
        obstacle: {
          repo: checkout.name,
          code: 'worktree-dirty',
          message: `'${at}' has changes that are not committed`,
          hint: 'git realm commit -m <message>, or git realm worktree remove --force',
        },
      };
    }
  }
  const safe = tip === null || force || (await isSafe(checkout, branch, tip));
  if (!safe) context.note(`${checkout.name}: branch '${branch}' stays: it has commits that are on no remote`);
  return {
    step: {
      id: `worktree-remove:${checkout.name}`,
      repo: checkout.name,
      effect: { kind: 'worktree-remove', branch, tip: safe ? tip : null, force },
      after: [],
      words: `${checkout.name}: remove ${at === '' ? `branch ${branch}` : at}`,
    },
  };
}

/** Nothing is lost with the branch: its commits are in the base, or on the remote. */
async function isSafe(checkout: Checkout, branch: string, tip: string): Promise<boolean> {
  const { heads, remote } = checkout;
  if (heads.tip.kind !== 'none' && (await contains(checkout, heads.tip.oid, tip))) return true;
  if (remote === null) return false;
  const theirs = await resolveRef(checkout.repo, `refs/remotes/${remote}/${branch}`);
  return theirs !== null && (await contains(checkout, theirs, tip));
}
