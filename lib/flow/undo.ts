import { revertSteps } from '../change/run.ts';
import type { ChangeVerb, JournalRecord } from '../change/types.ts';
import { RealmError } from '../errors.ts';
import { isOfStore, isUnfinished, isWithinReach, readJournals } from '../store/journal.ts';
import { type Checkouts, closeCheckouts, openCheckouts } from './change/checkouts.ts';
import { type ChangeRun, mustBeSound, resume, takeUp, unfinished } from './change/drive.ts';
import { performerOf } from './change/perform.ts';
import type { Flow } from './flow.ts';
import { inWorkspace, share, type Workspace } from './workspace.ts';

export interface AgainOptions {
  branch?: string | undefined;
  jobs?: number | undefined;
  /** Although a process on another machine may still run it. */
  takeOver?: boolean;
}

/** `--continue`: finish the interrupted run of a command. Throws `nothing-unfinished`. */
export function continueRun(flow: Flow, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    const record = await theUnfinished(flow, workspace, verb, options);
    return inCheckouts(flow, workspace, record, (checkouts) =>
      resume(flow, workspace, checkouts, record, options),
    );
  });
}

/** `--abort`: take back what the interrupted run of a command did. Throws `nothing-unfinished`. */
export function abortRun(flow: Flow, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    const record = await theUnfinished(flow, workspace, verb, options);
    return revert(flow, workspace, record, options);
  });
}

/** Take back the last operation over several repositories, finished or not. Throws `nothing-to-undo`. */
export function undoLast(flow: Flow, options: AgainOptions & { dryRun: boolean }): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    if (!options.dryRun) await share(flow, workspace);
    const mine = (await readJournals(workspace.store)).filter(
      (one) =>
        one.by === workspace.who().email &&
        isWithinReach(one, workspace.store) &&
        (options.branch === undefined || one.branch === options.branch),
    );
    const record = mine.find((one) => one.state !== 'undone' && one.state !== 'superseded');
    if (record === undefined)
      throw new RealmError('nothing-to-undo', 'there is no operation to undo', { exitCode: 1 });
    if (!options.dryRun) return revert(flow, workspace, record, options);
    const { verb, branch, id } = record;
    const steps = record.steps.filter((step) => step.state !== 'todo' && step.state !== 'undone').reverse();
    return { verb, branch, op: id, dryRun: true, done: false, steps, shared: { state: 'local' } };
  });
}

async function theUnfinished(
  flow: Flow,
  workspace: Workspace,
  verb: ChangeVerb,
  options: AgainOptions,
): Promise<JournalRecord> {
  // A colleague may have begun it, or gone on with it.
  await share(flow, workspace);
  const all = await unfinished(workspace, options.branch ?? null);
  const found = all.find((one) => one.verb === verb);
  if (found !== undefined) return found;
  const elsewhere = (await readJournals(workspace.store)).find(
    (one) => one.verb === verb && isUnfinished(one) && [undefined, one.branch].includes(options.branch),
  );
  if (elsewhere !== undefined) throw notHere(elsewhere);
  throw new RealmError('nothing-unfinished', `no 'git realm ${verb.replace('-', ' ')}' was interrupted`, {
    exitCode: 1,
    hint:
      all[0] === undefined
        ? 'git realm undo takes back what is finished'
        : `git realm ${all[0].verb.replace('-', ' ')} --continue`,
  });
}

const notHere = ({ verb, branch, by, host }: JournalRecord): RealmError =>
  new RealmError('not-here', `'${verb}' of '${branch}' was interrupted on ${host}, where its worktrees are`, {
    exitCode: 1,
    hint: `${by} goes on there: git realm ${verb.replace('-', ' ')} --continue`,
  });

async function inCheckouts<T>(
  flow: Flow,
  workspace: Workspace,
  record: JournalRecord,
  work: (checkouts: Checkouts) => Promise<T>,
): Promise<T> {
  const names = [...new Set(record.steps.flatMap((step) => step.repo ?? []))];
  const checkouts = await openCheckouts(flow, workspace, names);
  try {
    return await work(checkouts);
  } finally {
    closeCheckouts(checkouts);
  }
}

function revert(
  flow: Flow,
  workspace: Workspace,
  record: JournalRecord,
  options: AgainOptions,
): Promise<ChangeRun> {
  return inCheckouts(flow, workspace, record, async (checkouts) => {
    mustBeSound(workspace, checkouts, record);
    const elsewhere = !isOfStore(record, workspace.store);
    const journal = await takeUp(flow, workspace, record, options.takeOver ?? false);
    // Another machine may have done more than it could tell: every step is looked at.
    if (elsewhere) for (const step of journal.record.steps) if (step.state === 'todo') step.state = 'started';
    const context = { flow, workspace, checkouts, record: journal.record, resumed: true };
    try {
      await revertSteps(journal, performerOf(context), () => {});
    } catch (error) {
      await journal.finish('stopped');
      throw error;
    }
    const shared = await share(flow, workspace);
    const { verb, branch, id, steps } = journal.record;
    return { verb, branch, op: id, dryRun: false, done: true, steps, shared };
  });
}
