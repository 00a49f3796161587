import { runSteps } from '../../change/run.ts';
import type { ChangeVerb, JournalRecord, JournalStep, Plan, StepState } from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { type JsonObject, sameJson } from '../../json.ts';
import { beginJournal, pruneJournals, readJournals, resumeJournal } from '../../store/journal.ts';
import { type Flow, isoSeconds, randomId } from '../flow.ts';
import type { Shared } from '../share.ts';
import { share, type Workspace } from '../workspace.ts';
import type { Checkouts } from './checkouts.ts';
import { performerOf } from './perform.ts';
import { shareJournal } from './share.ts';

/** How a command over many repositories went. */
export interface ChangeRun {
  verb: ChangeVerb;
  branch: string;
  /** The journal's id; `null` in a dry run and where nothing was to be done. */
  op: string | null;
  dryRun: boolean;
  done: boolean;
  steps: {
    repo: string | null;
    words: string;
    state: StepState;
    error: string | null;
    result: JsonObject | null;
  }[];
  shared: Shared;
}

export interface DriveOptions {
  dryRun: boolean;
  jobs?: number | undefined;
}

/**
 * Run a plan with a journal. One that an interrupted run of the same command left behind is finished where it must be (its
 * commits know of each other), else superseded: the plan holds only what is missing.
 */
export async function drive(
  flow: Flow,
  workspace: Workspace,
  checkouts: Checkouts,
  plan: Plan,
  options: DriveOptions,
): Promise<ChangeRun> {
  const local: Shared = { state: 'local' };
  if (options.dryRun || plan.steps.length === 0) {
    const steps = plan.steps.map(
      (step): JournalStep => ({ ...step, state: 'todo', result: null, error: null }),
    );
    const done = plan.steps.length === 0;
    return {
      verb: plan.verb,
      branch: plan.branch,
      op: null,
      dryRun: options.dryRun,
      done,
      steps,
      shared: local,
    };
  }
  const who = workspace.who();
  await pruneJournals(workspace.store, flow.now());
  let resumed = false;
  for (const old of await unfinished(workspace, plan.branch, plan.verb)) {
    const journal = await resumeJournal(workspace.store, old, who);
    await journal.finish('superseded');
    resumed = true;
  }
  const head = { id: randomId(), at: isoSeconds(flow.now()) };
  const journal = await beginJournal(workspace.store, plan, head, who);
  const context = { flow, workspace, checkouts, record: journal.record, resumed };
  return finish(flow, workspace, journal.record, () =>
    runSteps(journal, performerOf(context, options.jobs), noteOf(flow, journal.record)),
  );
}

/** Go on with what a journal has left. */
export async function resume(
  flow: Flow,
  workspace: Workspace,
  checkouts: Checkouts,
  record: JournalRecord,
  jobs?: number,
): Promise<ChangeRun> {
  const journal = await resumeJournal(workspace.store, record, workspace.who());
  const context = { flow, workspace, checkouts, record: journal.record, resumed: true };
  return finish(flow, workspace, journal.record, () =>
    runSteps(journal, performerOf(context, jobs), noteOf(flow, journal.record)),
  );
}

async function finish(
  flow: Flow,
  workspace: Workspace,
  record: JournalRecord,
  run: () => Promise<boolean>,
): Promise<ChangeRun> {
  const done = await run();
  const shared = await share(flow, workspace);
  await shareJournal(flow, workspace, record);
  const { verb, branch, id, steps } = record;
  return { verb, branch, op: id, dryRun: false, done, steps, shared };
}

/** Runs of this branch that did not come to an end, the newest first. */
export const unfinished = async (
  workspace: Workspace,
  branch: string | null,
  verb?: ChangeVerb,
): Promise<JournalRecord[]> =>
  (await readJournals(workspace.store)).filter(
    (one) =>
      (one.state === 'running' || one.state === 'stopped') &&
      (branch === null || one.branch === branch) &&
      (verb === undefined || one.verb === verb),
  );

/**
 * The interrupted run of this command that a rerun must finish rather than plan anew. Throws `op-unfinished` where it asked
 * for something else.
 */
export async function interrupted(
  workspace: Workspace,
  branch: string,
  verb: ChangeVerb,
  args: JsonObject,
): Promise<JournalRecord | null> {
  const [old] = await unfinished(workspace, branch, verb);
  if (old === undefined) return null;
  if (sameJson(old.args, args)) return old;
  const command = verb.replace('-', ' ');
  throw new RealmError('op-unfinished', `an earlier 'git realm ${command}' of '${branch}' was not finished`, {
    hint: `git realm ${command} --continue\ngit realm ${command} --abort`,
    data: { id: old.id, args: old.args },
  });
}

const noteOf =
  (flow: Flow, record: JournalRecord) =>
  (_step: JournalStep): void => {
    const ended = record.steps.filter((one) => one.state === 'done' || one.state === 'failed').length;
    flow.progress(record.verb).at(ended, record.steps.length);
  };
