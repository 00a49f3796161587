import { revertSteps } from '../../change/run.ts';
import type { ChangeVerb, JournalRecord } from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { shortBranch } from '../../git/branches.ts';
import { changeSetOf } from '../../realm/change-sets.ts';
import { isOfStore, isUnfinished, isWithinReach, readJournals } from '../../store/journal.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { share } from '../share/share.ts';
import { type Checkouts, closeCheckouts, openCheckouts } from './checkouts.ts';
import { type ChangeRun, mustBeSound, resume, shownStep, unfinished } from './drive.ts';
import { performerOf } from './performer.ts';
import { takeUp } from './take-up.ts';

export interface AgainOptions {
  branch?: string | undefined;
  jobs?: number | undefined;
  /** Although a process on another machine may still run it. */
  takeOver?: boolean;
}

/**
 * Which change set is meant where none is named: the one of the worktree that we are in, else the only one with a journal
 * that this repo is part of; never one of other repos. Throws `which-change`.
 */
function branchMeant(workspace: Workspace, journals: readonly JournalRecord[]): string | undefined {
  const { model } = workspace.snapshot;
  const here = workspace.repo.branch === null ? undefined : shortBranch(workspace.repo.branch);
  if (here !== undefined && changeSetOf(model, here) !== undefined) return here;
  if (here !== undefined && journals.some((journal) => journal.branch === here)) return here;
  const branches = [...new Set(journals.map((journal) => journal.branch))].sort();
  if (branches.length < 2) return branches[0];
  throw new RealmError(
    'which-change',
    `'${workspace.name}' is in several change sets: ${branches.join(', ')}`,
    { hint: 'run this in one of their worktrees, or specify --branch' },
  );
}

/** Journals of change sets that this repo is part of. */
function ownJournals(workspace: Workspace, journals: readonly JournalRecord[]): JournalRecord[] {
  const { model } = workspace.snapshot;
  return journals.filter(
    ({ branch, steps }) =>
      steps.some((step) => step.repo === workspace.name) ||
      (changeSetOf(model, branch)?.file.repos ?? []).some((repo) => repo.name === workspace.name),
  );
}

/** `--continue`: finish the interrupted run of a command. Throws `nothing-unfinished`. */
export function continueRun(context: Context, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(context, async (workspace) => {
    const record = await theUnfinished(context, workspace, verb, options);
    return inCheckouts(context, workspace, record, (checkouts) =>
      resume(context, workspace, checkouts, record, options),
    );
  });
}

/** `--abort`: undo what the interrupted run of a command did. Throws `nothing-unfinished`. */
export function abortRun(context: Context, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(context, async (workspace) => {
    const record = await theUnfinished(context, workspace, verb, options);
    return revert(context, workspace, record, options);
  });
}

/** Undo the last operation over several repositories, finished or not. Throws `nothing-to-undo`. */
export function undoLast(context: Context, options: AgainOptions & { dryRun: boolean }): Promise<ChangeRun> {
  return inWorkspace(context, async (workspace) => {
    if (!options.dryRun) await share(context, workspace);
    const mine = ownJournals(workspace, await readJournals(workspace.store)).filter(
      (journal) =>
        journal.by === workspace.who().email &&
        isWithinReach(journal, workspace.store) &&
        journal.state !== 'undone' &&
        journal.state !== 'superseded',
    );
    const wanted = options.branch ?? branchMeant(workspace, mine);
    const record = mine.find((journal) => journal.branch === wanted);
    if (record === undefined) {
      const where = wanted === undefined ? '' : ` of '${wanted}'`;
      throw new RealmError('nothing-to-undo', `nothing to undo${where}`, { exitCode: 1 });
    }
    if (!options.dryRun) return revert(context, workspace, record, options);
    const { verb, branch, id } = record;
    const steps = record.steps.filter((step) => step.state !== 'todo' && step.state !== 'undone').reverse();
    return {
      verb,
      branch,
      op: id,
      dryRun: true,
      done: false,
      steps: steps.map(shownStep),
      shared: { state: 'local' },
    };
  });
}

async function theUnfinished(
  context: Context,
  workspace: Workspace,
  verb: ChangeVerb,
  options: AgainOptions,
): Promise<JournalRecord> {
  // A colleague may have started or resumed it.
  await share(context, workspace);
  const every = ownJournals(workspace, await readJournals(workspace.store)).filter(isUnfinished);
  const branch =
    options.branch ??
    branchMeant(
      workspace,
      every.filter((journal) => journal.verb === verb),
    );
  const all = ownJournals(workspace, await unfinished(workspace, branch ?? null));
  const found = all.find((journal) => journal.verb === verb);
  if (found !== undefined) return found;
  const elsewhere = every.find(
    (journal) => journal.verb === verb && [undefined, journal.branch].includes(branch),
  );
  if (elsewhere !== undefined) throw notHere(elsewhere);
  throw new RealmError('nothing-unfinished', `no 'git realm ${verb.replace('-', ' ')}' was interrupted`, {
    exitCode: 1,
    hint:
      all[0] === undefined
        ? 'to undo a finished run: git realm undo'
        : `git realm ${all[0].verb.replace('-', ' ')} --continue`,
  });
}

const notHere = ({ verb, branch, by, host }: JournalRecord): RealmError =>
  new RealmError('not-here', `'${verb}' of '${branch}' was interrupted on ${host}, where its worktrees are`, {
    exitCode: 1,
    hint: `${by} can continue there: git realm ${verb.replace('-', ' ')} --continue`,
  });

async function inCheckouts<T>(
  context: Context,
  workspace: Workspace,
  record: JournalRecord,
  work: (checkouts: Checkouts) => Promise<T>,
): Promise<T> {
  const names = [...new Set(record.steps.flatMap((step) => step.repo ?? []))];
  const checkouts = await openCheckouts(context, workspace, names);
  try {
    return await work(checkouts);
  } finally {
    closeCheckouts(checkouts);
  }
}

function revert(
  context: Context,
  workspace: Workspace,
  record: JournalRecord,
  options: AgainOptions,
): Promise<ChangeRun> {
  return inCheckouts(context, workspace, record, async (checkouts) => {
    mustBeSound(workspace, checkouts, record);
    const elsewhere = !isOfStore(record, workspace.store);
    const journal = await takeUp(context, workspace, record, options.takeOver ?? false);
    // Another machine may have done more than it could tell: every step is looked at.
    if (elsewhere) for (const step of journal.record.steps) if (step.state === 'todo') step.state = 'started';
    const running = { context, workspace, checkouts, record: journal.record, resumed: true };
    try {
      await revertSteps(journal, performerOf(running), () => {});
    } catch (error) {
      await journal.finish('stopped');
      throw error;
    }
    const shared = await share(context, workspace);
    const { verb, branch, id, steps } = journal.record;
    return { verb, branch, op: id, dryRun: false, done: true, steps: steps.map(shownStep), shared };
  });
}
