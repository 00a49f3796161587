import { revertSteps } from '../change/run.ts';
import type { ChangeVerb, JournalRecord } from '../change/types.ts';
import { RealmError } from '../errors.ts';
import { readJournals, resumeJournal } from '../store/journal.ts';
import { type Checkouts, closeCheckouts, openCheckouts } from './change/checkouts.ts';
import { type ChangeRun, resume, unfinished } from './change/drive.ts';
import { performerOf } from './change/perform.ts';
import { shareJournal } from './change/share.ts';
import type { Flow } from './flow.ts';
import { inWorkspace, share, type Workspace } from './workspace.ts';

export interface AgainOptions {
  branch?: string | undefined;
  jobs?: number | undefined;
}

/** `--continue`: finish the interrupted run of a command. Throws `nothing-unfinished`. */
export function continueRun(flow: Flow, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    const record = await theUnfinished(workspace, verb, options);
    return inCheckouts(flow, workspace, record, (checkouts) =>
      resume(flow, workspace, checkouts, record, options.jobs),
    );
  });
}

/** `--abort`: take back what the interrupted run of a command did. Throws `nothing-unfinished`. */
export function abortRun(flow: Flow, verb: ChangeVerb, options: AgainOptions): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    const record = await theUnfinished(workspace, verb, options);
    return revert(flow, workspace, record);
  });
}

/** Take back the last operation over several repositories, finished or not. Throws `nothing-to-undo`. */
export function undoLast(flow: Flow, options: AgainOptions & { dryRun: boolean }): Promise<ChangeRun> {
  return inWorkspace(flow, async (workspace) => {
    const mine = (await readJournals(workspace.store)).filter(
      (one) =>
        one.by === workspace.who().email && (options.branch === undefined || one.branch === options.branch),
    );
    const record = mine.find((one) => one.state !== 'undone' && one.state !== 'superseded');
    if (record === undefined)
      throw new RealmError('nothing-to-undo', 'there is no operation to undo', { exitCode: 1 });
    if (!options.dryRun) return revert(flow, workspace, record);
    const { verb, branch, id } = record;
    const steps = record.steps.filter((step) => step.state !== 'todo' && step.state !== 'undone').reverse();
    return { verb, branch, op: id, dryRun: true, done: false, steps, shared: { state: 'local' } };
  });
}

async function theUnfinished(
  workspace: Workspace,
  verb: ChangeVerb,
  options: AgainOptions,
): Promise<JournalRecord> {
  const all = await unfinished(workspace, options.branch ?? null);
  const found = all.find((one) => one.verb === verb);
  if (found !== undefined) return found;
  throw new RealmError('nothing-unfinished', `no 'git realm ${verb.replace('-', ' ')}' was interrupted`, {
    exitCode: 1,
    hint:
      all[0] === undefined
        ? 'git realm undo takes back what is finished'
        : `git realm ${all[0].verb.replace('-', ' ')} --continue`,
  });
}

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

function revert(flow: Flow, workspace: Workspace, record: JournalRecord): Promise<ChangeRun> {
  return inCheckouts(flow, workspace, record, async (checkouts) => {
    const journal = await resumeJournal(workspace.store, record, workspace.who());
    const context = { flow, workspace, checkouts, record: journal.record, resumed: true };
    try {
      await revertSteps(journal, performerOf(context), () => {});
    } catch (error) {
      await journal.finish('stopped');
      throw error;
    }
    const shared = await share(flow, workspace);
    await shareJournal(flow, workspace, journal.record);
    const { verb, branch, id, steps } = journal.record;
    return { verb, branch, op: id, dryRun: false, done: true, steps, shared };
  });
}
