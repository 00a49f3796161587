import { type Leaving, planRemoval } from '../../change/plan/removal.ts';
import { HOST_WIDTH, mapPool } from '../../change/pool.ts';
import { usageError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { resolveRef } from '../../git/refs.ts';
import { hasChanges } from '../../git/status.ts';
import type { TrackedChange } from '../../realm/change-sets.ts';
import { type Context, opHeads } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { forgeOf } from '../share/forges.ts';
import {
  type Checkout,
  type Checkouts,
  closeCheckouts,
  localWidth,
  openCheckouts,
  theCheckout,
  worktreesOf,
} from './checkouts.ts';
import { currentChange, reposOf } from './current.ts';
import { type ChangeRun, drive } from './drive.ts';
import { fetchAll } from './fetch-all.ts';
import { mustBeClear, type Obstacle } from './preconditions.ts';

export interface RemoveOptions {
  branch?: string | undefined;
  /** Only these leave the change set; default: all, and it is closed. */
  repos?: readonly string[];
  force: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

/**
 * Take the worktrees of a change set away, or of some of its repos, with their branches where everything in them is merged or pushed.
 */
export function removeWorktrees(context: Context, options: RemoveOptions): Promise<ChangeRun> {
  if (options.repos?.length === 0)
    throw usageError('name the repos to take out', 'git realm worktree remove-repo <repo>');
  return inWorkspace(context, async (workspace) => {
    const change = await currentChange(workspace, options.branch);
    const branch = change.file.name;
    const leaving = options.repos ?? [];
    const every = (change.file.repos ?? []).map((repo) => repo.name);
    const names = leaving.length === 0 ? every : reposOf(change, leaving);
    const checkouts = await openCheckouts(context, workspace, names, context.note);
    try {
      if (leaving.length > 0) mustBeClear(await openPulls(context, workspace, change, checkouts));
      for (const line of await fetchAll(checkouts, branch)) context.note(line);
      const found = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
        leavingOf(context, checkout, branch, options.force),
      );
      mustBeClear(found.flatMap(({ obstacle }) => obstacle ?? []));
      const parts = found.flatMap((worktree) => worktree.leaving ?? []);
      const heads = opHeads(context, workspace.who());
      const plan = planRemoval(change, [...checkouts.keys()], parts, options.force, heads);
      return await drive(context, workspace, checkouts, plan, options);
    } finally {
      closeCheckouts(checkouts);
    }
  });
}

/** A repo whose pull request is open stays in the change set: others may wait for it to be merged. */
async function openPulls(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
): Promise<Obstacle[]> {
  const pulls = (change.file.prs ?? []).filter(({ repo }) => checkouts.has(repo));
  const states = await mapPool(pulls, HOST_WIDTH, async ({ repo, number }) => {
    const { state } = await forgeOf(context, workspace, theCheckout(checkouts, repo)).text(number);
    return { repo, number, state };
  });
  return states
    .filter(({ state }) => state === 'open')
    .map(({ repo, number }) => ({
      repo,
      code: 'pull-open',
      message: `${repo}#${number} is open`,
      hint: 'merge or close it on its forge',
    }));
}

async function leavingOf(
  context: Context,
  checkout: Checkout,
  branch: string,
  force: boolean,
): Promise<{ leaving?: Leaving; obstacle?: Obstacle }> {
  const listed = (await worktreesOf(checkout)).find((worktree) => worktree.branch === branch);
  const tip = await resolveRef(checkout.repo, `refs/heads/${branch}`);
  if (listed === undefined && tip === null) return {};
  const at = listed?.path ?? '';
  if (listed !== undefined && !listed.missing && !force) {
    if (await hasChanges(checkout, at)) {
      return {
        obstacle: {
          repo: checkout.name,
          code: 'worktree-dirty',
          message: `'${at}' has uncommitted changes`,
          hint: 'git realm commit -m <message>, or git realm worktree remove --force',
        },
      };
    }
  }
  const safe = tip === null || force || (await isSafe(checkout, branch, tip));
  if (!safe) context.note(`${checkout.name}: branch '${branch}' was kept: it has unpushed commits`);
  return { leaving: { repo: checkout.name, at: listed?.path ?? null, tip: safe ? tip : null } };
}

/** Nothing is lost with the branch: its commits are in the base, or on the remote. */
async function isSafe(checkout: Checkout, branch: string, tip: string): Promise<boolean> {
  const { heads, remote } = checkout;
  if (heads.tip.kind !== 'none' && (await isAncestor(checkout, tip, heads.tip.oid)) === true) return true;
  if (remote === null) return false;
  const theirs = await resolveRef(checkout.repo, `refs/remotes/${remote}/${branch}`);
  return theirs !== null && (await isAncestor(checkout, tip, theirs)) === true;
}
