import { RealmError } from '../../errors.ts';
import { shortBranch } from '../../git/branches.ts';
import { activeRepos, changeSetOf, changeSets, type TrackedChange } from '../../realm/change-sets.ts';
import { dependencies } from '../../realm/dependencies.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { type Checkouts, closeCheckouts, openCheckouts } from './checkouts.ts';
import { fetchAll } from './fetch-all.ts';

/**
 * The change set that is meant: by `--branch`, by the branch checked out where the user is, else the only active one that
 * this repo is part of. Throws `no-such-change`, `which-change`.
 */
export async function currentChange(
  workspace: Workspace,
  branch: string | undefined,
): Promise<TrackedChange> {
  const { model } = workspace.snapshot;
  if (branch !== undefined) {
    const found = changeSetOf(model, branch);
    if (found !== undefined) return found;
    throw new RealmError('no-such-change', `the realm tracks no change set '${branch}'`, {
      hint: 'git realm worktree list',
    });
  }
  const here = workspace.repo.branch === null ? undefined : shortBranch(workspace.repo.branch);
  const own = here === undefined ? undefined : changeSetOf(model, here);
  if (own !== undefined) return own;
  const active = changeSets(model).filter(({ file }) => activeRepos(file).includes(workspace.name));
  const [only, ...others] = active;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const broken = model.problems().find((problem) => problem.path.startsWith('worktrees/'));
    throw new RealmError('no-such-change', `'${workspace.name}' is not in a change set`, {
      hint:
        broken === undefined
          ? 'git realm worktree --rfc <title>'
          : `fix ${broken.path}:${broken.line}: ${broken.message}`,
    });
  }
  const names = active.map(({ file }) => file.name);
  throw new RealmError('which-change', `'${workspace.name}' is in several change sets: ${names.join(', ')}`, {
    hint: 'run this in one of their worktrees, or specify --branch',
  });
}

/** The repos asked for, each one in the change set; default: all that are active. Throws `not-in-change`. */
export function reposOf(change: TrackedChange, asked: readonly string[]): string[] {
  const active = activeRepos(change.file);
  const outside = asked.filter((name) => !active.includes(name));
  if (outside.length === 0) return asked.length === 0 ? active : [...asked];
  throw new RealmError('not-in-change', `${outside.join(', ')}: not in change set '${change.file.name}'`, {
    hint: `its repos: ${active.join(', ')}`,
  });
}

/** Everything that a command over the repos of a change set works with. */
type ChangeWork<T> = (workspace: Workspace, change: TrackedChange, checkouts: Checkouts) => Promise<T>;
/** The same with the repos around it, as far as they are on this machine. */
type WholeWork<T> = (
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  around: Checkouts,
) => Promise<T>;

/** Open the change set with those of its repos that were asked for; one that is not on this machine is left out with a word. */
export function inChange<T>(
  context: Context,
  { branch, repos }: { branch?: string | undefined; repos: readonly string[] },
  work: ChangeWork<T>,
): Promise<T> {
  return inWorkspace(context, async (workspace) => {
    const change = await currentChange(workspace, branch);
    const checkouts = await openCheckouts(context, workspace, reposOf(change, repos), context.note);
    return closing(checkouts, () => work(workspace, change, checkouts));
  });
}

/** Open the change set with every repo of it, and look at their remotes: pull requests need all of them. */
export function inWholeChange<T>(
  context: Context,
  branch: string | undefined,
  work: WholeWork<T>,
): Promise<T> {
  return inWorkspace(context, async (workspace) =>
    withWhole(context, workspace, await currentChange(workspace, branch), work),
  );
}

/** The same for what only looks: a repo that is not on this machine is judged by what the realm has on record. */
export function inWholeChangeOnRecord<T>(
  context: Context,
  branch: string | undefined,
  work: WholeWork<T>,
): Promise<T> {
  return inWorkspace(context, async (workspace) =>
    withWhole(context, workspace, await currentChange(workspace, branch), work, () => {}),
  );
}

/** Open the repos of a change set and those around it, and look at their remotes. With `leftOut` some may be missing. */
export async function withWhole<T>(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  work: WholeWork<T>,
  leftOut?: (line: string) => void,
): Promise<T> {
  const active = reposOf(change, []);
  const every = (change.file.repos ?? []).map((repo) => repo.name);
  const wanted = active.length > 0 ? active : every;
  const checkouts = await openCheckouts(context, workspace, wanted, leftOut);
  return closing(checkouts, async () => {
    const around = await openAround(context, workspace, every, checkouts);
    return closing(around, async () => {
      const looked = [fetchAll(checkouts, change.file.name), fetchAll(around)];
      for (const line of (await Promise.all(looked)).flat()) context.note(line);
      return work(workspace, change, checkouts, around);
    });
  });
}

/**
 * The checkouts, besides those already open, of the members of a change set and of anyone who provides to them or imports from them;
 * one that is not on this machine is judged by what the realm has on record.
 */
export function openAround(
  context: Context,
  workspace: Workspace,
  members: readonly string[],
  atHand: Checkouts,
): Promise<Checkouts> {
  const touching = dependencies(workspace.snapshot.model).filter(
    ({ consumer, provider }) => members.includes(consumer) || members.includes(provider ?? ''),
  );
  const partners = touching.flatMap(({ consumer, provider }) => [consumer, provider ?? consumer]);
  const others = [...new Set([...members, ...partners])].filter((repo) => !atHand.has(repo));
  return openCheckouts(context, workspace, others, () => {});
}

async function closing<T>(checkouts: Checkouts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    closeCheckouts(checkouts);
  }
}
