import { planWorktrees } from '../../change/plan/worktrees.ts';
import { mapPool } from '../../change/pool.ts';
import { branchOf, selectRepos } from '../../change/select.ts';
import { driftOf, drifts } from '../../checkout/drift.ts';
import { RealmError, usageError } from '../../errors.ts';
import { isBranchName } from '../../git/branches.ts';
import type { JsonObject } from '../../json.ts';
import { repoName } from '../../names.ts';
import { changeSetOf } from '../../realm/change-sets.ts';
import { ownExports } from '../../realm/exports.ts';
import { shellQuoted } from '../../shell-word.ts';
import { type Context, opHeads } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { share } from '../share/share.ts';
import { addCheckout } from './checkout.ts';
import { closeCheckouts, localWidth, openCheckouts, theCheckout } from './checkouts.ts';
import { currentChange } from './current.ts';
import { type ChangeRun, drive, interrupted, journalsNow, resume } from './drive.ts';
import { fetchAll } from './fetch-all.ts';
import { mustBeClear } from './preconditions.ts';
import { folderOf, lieTogether, placeOf, rememberFolder } from './worktree-place.ts';

export interface WorktreeOptions {
  rfc?: string | undefined;
  branch?: string | undefined;
  domain?: string | undefined;
  repos: readonly string[];
  /** One directory for all worktrees, relative to where the user is. */
  into?: string | undefined;
  /** Clone repos that are not on this machine. */
  clone?: boolean;
  /** Only a change set that the realm tracks, which stays as it is there. */
  existing?: boolean;
  /** Branches of that name are taken for the change set's, whatever is on them. */
  adopts?: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface WorktreesAdded extends ChangeRun {
  rfc: string | null;
  domains: string[];
  /** The directory that holds all worktrees; `null`: each is with its own checkout. */
  folder: string | null;
  worktrees: { repo: string; path: string; made: boolean; base: string }[];
  invited: string[];
}

/** Worktrees of one branch in every repo that a change affects, tracked in the realm (docs/design/change-sets.md). */
export async function addWorktrees(context: Context, options: WorktreeOptions): Promise<WorktreesAdded> {
  if (options.clone === true && !options.dryRun) await cloneMissing(context, options);
  const add = async (workspace: Workspace): Promise<WorktreesAdded> => {
    const branch = await branchName(workspace, options);
    if (!options.dryRun) await share(context, workspace);
    const rfc = options.rfc === undefined ? null : `${workspace.name}:${options.rfc}`;
    const { known, asked, selected, repos } = await selectionOf(workspace, branch, options);
    refuseSecond(branch, rfc, known?.file.source_rfc);
    const checkouts = await openCheckouts(context, workspace, repos);
    try {
      const folder = await folderOf(context, workspace, branch, options.into);
      if (folder !== null) lieTogether(checkouts, branch, folder);
      const args: JsonObject = {
        rfc,
        domain: options.domain ?? null,
        repos: asked.repos,
        ...(folder === null ? {} : { into: folder }),
      };
      const offline = await fetchAll(checkouts, branch);
      for (const line of offline) context.note(line);
      const journals = options.dryRun ? undefined : journalsNow(workspace);
      const trackedRepos = (known?.file.repos ?? []).map((repo) => repo.name);
      const places = await mapPool([...checkouts.values()], localWidth(options.jobs), (checkout) =>
        placeOf(checkout, branch, options.adopts === true || trackedRepos.includes(checkout.name)),
      );
      const old =
        journals === undefined ? null : await interrupted(workspace, branch, 'worktree', args, journals);
      // Resuming an interrupted run clears what it left behind.
      if (old === null) mustBeClear(places.flatMap(({ obstacle }) => obstacle ?? []));
      const missing = places.filter(({ there }) => !there).map(({ repo }) => theCheckout(checkouts, repo));
      if (folder !== null && !options.dryRun) await rememberFolder(missing, workspace, branch, folder);
      const plan = planWorktrees(
        { branch, rfc, domains: selected.domains, args, tracks: options.existing !== true },
        places,
        known,
        opHeads(context, workspace.who()),
      );
      const run =
        old === null
          ? await drive(context, workspace, checkouts, plan, { ...options, journals })
          : await resume(context, workspace, checkouts, old, options);
      return {
        ...run,
        rfc,
        domains: selected.domains,
        folder,
        invited: selected.invited,
        worktrees: places.map(({ repo, target, there, base }) => ({
          repo,
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

/** The repos that are meant: those named, else those of the change set that there is, else those that the drift affects. */
async function selectionOf(workspace: Workspace, branch: string, options: WorktreeOptions) {
  const { model } = workspace.snapshot;
  const known = changeSetOf(model, branch);
  if (known === undefined && options.existing === true) throw untracked(branch);
  const asked = { domain: options.domain, repos: options.repos.map((repo) => repoName(repo) as string) };
  const selected = selectRepos(model, workspace.name, asked, await drifting(workspace));
  const repos =
    asked.repos.length === 0 && asked.domain === undefined && known !== undefined
      ? (known.file.repos ?? []).map((repo) => repo.name)
      : selected.repos;
  return { known, asked, selected, repos };
}

const untracked = (branch: string): RealmError =>
  new RealmError('no-such-change', `the realm tracks no change set '${branch}'`, {
    exitCode: 1,
    hint: `to start it: git realm worktree --branch ${shellQuoted(branch)}`,
  });

/** Clones the repos that are meant and not on this machine, next to this repository. */
async function cloneMissing(context: Context, options: WorktreeOptions): Promise<void> {
  const missing = await inWorkspace(context, async (workspace) => {
    await share(context, workspace);
    const { repos } = await selectionOf(workspace, await branchName(workspace, options), options);
    const here = await openCheckouts(context, workspace, repos, () => {});
    closeCheckouts(here);
    return repos.filter((repo) => !here.has(repo));
  });
  for (const repo of missing) {
    const { path } = await addCheckout(context, { repo, clone: true });
    context.note(`cloned ${repo}: ${path}`);
  }
}

/** More repos for a change set in progress. Throws `no-such-change`, `which-change`, and a usage error where no repo is named. */
export async function addRepos(
  context: Context,
  options: Pick<WorktreeOptions, 'branch' | 'repos' | 'dryRun' | 'jobs'>,
): Promise<WorktreesAdded> {
  if (options.repos.length === 0)
    throw usageError('name the repos to add', 'git realm worktree add-repo <repo>');
  const change = await inWorkspace(context, (workspace) => currentChange(workspace, options.branch));
  return addWorktrees(context, { ...options, branch: change.file.name });
}

async function branchName(workspace: Workspace, options: WorktreeOptions): Promise<string> {
  const { rfc, branch } = options;
  if (rfc === undefined && branch === undefined)
    throw usageError('specify a title or a branch', 'git realm worktree --rfc <title>, or --branch <branch>');
  const name = branch ?? branchOf(rfc ?? '');
  if (PLAIN_BRANCH.test(name)) return name;
  if (name.startsWith('-') || name === 'feat/' || !(await isBranchName(workspace.repo, name)))
    throw usageError(`'${name}' is not a valid branch name`, '--branch feat/<name>');
  return name;
}

/** Names that git takes in any version (git-check-ref-format(1)): `HEAD` and the rest are asked about. */
const PLAIN_BRANCH = /^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)+$/;

/** Two change sets of one name would share their branches. */
function refuseSecond(branch: string, rfc: string | null, known: string | undefined): void {
  if (rfc === null || known === undefined || known === rfc) return;
  throw new RealmError('change-exists', `'${branch}' is already used by the change set of '${known}'`, {
    hint: `choose another branch: git realm worktree --rfc ${shellQuoted(rfc.replace(/^[^:]*:/, ''))} --branch <branch>`,
  });
}

async function drifting(workspace: Workspace): Promise<{ domain: string; contract: string }[]> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  const level = workspace.repo.bare ? 'head' : 'worktree';
  const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, [level]);
  return all.filter((drift) => drifts(drift.levels[level]));
}
