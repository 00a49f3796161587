/**
 * `lib/actions/change`: one change over several repositories: worktrees, commits, pushes, pull requests.
 * Every command plans its steps and hands them to `drive`, here, which keeps the journal, resumes and
 * undoes.
 */

import { readied, runSteps } from '../../change/run.ts';
import { journalProblem } from '../../change/sound.ts';
import {
  type ChangeVerb,
  type Effect,
  type JournalRecord,
  type JournalStep,
  type JournalWriter,
  LOCAL_VERBS,
  type Plan,
  type StepState,
} from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { type JsonObject, sameJson } from '../../json.ts';
import { changeSetOf, pullsOf } from '../../realm/change-sets.ts';
import {
  beginJournal,
  isOfStore,
  isUnfinished,
  isWithinReach,
  newestFirst,
  readJournals,
} from '../../store/journal.ts';
import { type ListedJournal, listJournals, pruneJournals, pushJournals } from '../../store/journal-share.ts';
import { type Context, isoSeconds, randomId } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { type Shared, share } from '../share/share.ts';
import type { Checkouts } from './checkouts.ts';
import { performerOf } from './performer.ts';
import { isOurs, journalContext, takeUp } from './take-up.ts';

/** How a command over many repositories went. */
export interface ChangeRun {
  verb: ChangeVerb;
  branch: string;
  /** The journal's id; `null` in a dry run and where nothing was to be done. */
  op: string | null;
  dryRun: boolean;
  done: boolean;
  steps: {
    kind: Effect['kind'];
    repo: string | null;
    words: string;
    state: StepState;
    error: string | null;
    result: JsonObject | null;
  }[];
  shared: Shared;
}

/** A step as an answer has it, without what its journal keeps for going on. */
export const shownStep = ({
  effect,
  repo,
  words,
  state,
  error,
  result,
}: JournalStep): ChangeRun['steps'][number] => ({
  kind: effect.kind,
  repo,
  words,
  state,
  error,
  result,
});

export interface DriveOptions {
  dryRun: boolean;
  jobs?: number | undefined;
  /** The journals as they were listed a moment ago; for runs that others do not see. */
  journals?: Promise<ListedJournal[]> | undefined;
}

/** The journals, for `interrupted` and then `drive`, while other things are looked at. */
export function journalsNow(workspace: Workspace): Promise<ListedJournal[]> {
  const listed = workspace.remote().then((remote) => listJournals(workspace.store, remote));
  // Anyone who waits for them is notified.
  listed.catch(() => {});
  return listed;
}

/**
 * Run a plan with a journal. One that an interrupted run of the same command left behind is finished where it must be (its
 * commits know of each other), else superseded: the plan holds only what is missing.
 */
export async function drive(
  context: Context,
  workspace: Workspace,
  checkouts: Checkouts,
  plan: Plan,
  options: DriveOptions,
): Promise<ChangeRun> {
  const local: Shared = { state: 'local' };
  if (options.dryRun || plan.steps.length === 0) {
    const steps = plan.steps.map((step) => shownStep({ ...step, state: 'todo', result: null, error: null }));
    const done = plan.steps.length === 0;
    // Nothing is left to do, but what was done may wait here: the realm could not be reached.
    const shared =
      options.dryRun || LOCAL_VERBS.includes(plan.verb) ? local : await share(context, workspace);
    return {
      verb: plan.verb,
      branch: plan.branch,
      op: null,
      dryRun: options.dryRun,
      done,
      steps,
      shared,
    };
  }
  const remote = await workspace.remote();
  const seen = remote !== null && !LOCAL_VERBS.includes(plan.verb);
  // What others began meanwhile is known before anything is begun here.
  if (seen) await share(context, workspace);
  const journals = (await options.journals) ?? (await listJournals(workspace.store, remote));
  const own = { now: context.now(), who: workspace.who().email };
  const kept = await pruneJournals(workspace.store, remote, own, journals);
  let resumed = false;
  for (const old of unfinishedOf(kept, workspace, plan.branch, plan.verb).filter(isOurs(workspace))) {
    const journal = await takeUp(context, workspace, old, false);
    await journal.finish('superseded');
    resumed = true;
  }
  const head = { id: randomId(), at: isoSeconds(context.now()) };
  const journal = await beginJournal(journalContext(context, workspace, seen), plan, head);
  if (seen) await pushJournals(workspace.store, remote, [head.id]);
  return go(context, workspace, checkouts, journal, { resumed, jobs: options.jobs });
}

/** Throws `op-unsound` for a journal that asks for what its command could not have planned here. */
export function mustBeSound(workspace: Workspace, checkouts: Checkouts, record: JournalRecord): void {
  const { model } = workspace.snapshot;
  const tracked = typeof record.branch === 'string' ? changeSetOf(model, record.branch)?.file.prs : [];
  const problem = journalProblem(record, {
    publishing: (repo) => checkouts.get(repo)?.heads.tip.branch,
    pulls: (repo) => [
      ...(tracked ?? []).flatMap((pull) => (pull.repo === repo ? [pull.number] : [])),
      ...pullsOf(model, repo).flatMap((pull) => (pull.head === record.branch ? [pull.number] : [])),
    ],
  });
  if (problem === null) return;
  const command = String(record.verb).replace('-', ' ');
  throw new RealmError(
    'op-unsound',
    `refusing to resume '${command}' from the journal of ${record.by}: ${problem}`,
    {
      hint: `to start over: git realm ${command}`,
      data: { id: record.id },
    },
  );
}

/** Do the remaining steps of a journal. `takeOver`: although a process elsewhere may still run it. */
export async function resume(
  context: Context,
  workspace: Workspace,
  checkouts: Checkouts,
  record: JournalRecord,
  options: { jobs?: number | undefined; takeOver?: boolean } = {},
): Promise<ChangeRun> {
  mustBeSound(workspace, checkouts, record);
  // What another machine calls done is looked at again: what it did to the realm may never have been pushed.
  if (!isOfStore(record, workspace.store))
    for (const step of record.steps) if (step.state === 'done') step.state = 'started';
  readied(record.steps);
  const journal = await takeUp(context, workspace, record, options.takeOver ?? false);
  return go(context, workspace, checkouts, journal, { resumed: true, jobs: options.jobs });
}

async function go(
  context: Context,
  workspace: Workspace,
  checkouts: Checkouts,
  journal: JournalWriter,
  { resumed, jobs }: { resumed: boolean; jobs: number | undefined },
): Promise<ChangeRun> {
  const { record } = journal;
  const running = { context, workspace, checkouts, record, resumed };
  const done = await runSteps(journal, performerOf(running, jobs), noteOf(context, record));
  const shared = await share(context, workspace);
  const { verb, branch, id, steps } = record;
  return { verb, branch, op: id, dryRun: false, done, steps: steps.map(shownStep), shared };
}

/** Unfinished runs of this branch that can be resumed from here, newest first. */
export const unfinished = async (
  workspace: Workspace,
  branch: string | null,
  verb?: ChangeVerb,
): Promise<JournalRecord[]> => unfinishedOf(await readJournals(workspace.store), workspace, branch, verb);

const unfinishedOf = (
  journals: readonly JournalRecord[],
  workspace: Workspace,
  branch: string | null,
  verb?: ChangeVerb,
): JournalRecord[] =>
  journals.filter(
    (journal) =>
      isUnfinished(journal) &&
      isWithinReach(journal, workspace.store) &&
      (branch === null || journal.branch === branch) &&
      (verb === undefined || journal.verb === verb),
  );

/**
 * The interrupted run of this command that a rerun must finish rather than plan again. Throws `op-unfinished` where it asked
 * for something else.
 */
export async function interrupted(
  workspace: Workspace,
  branch: string,
  verb: ChangeVerb,
  args: JsonObject,
  journals: Promise<ListedJournal[]>,
): Promise<JournalRecord | null> {
  const here = (await journals).flatMap(({ record, here }) => (here === undefined ? [] : [record]));
  const [old] = unfinishedOf(here.sort(newestFirst), workspace, branch, verb).filter(isOurs(workspace));
  if (old === undefined) return null;
  if (sameJson(old.args, args)) return old;
  const command = verb.replace('-', ' ');
  throw new RealmError('op-unfinished', `an earlier 'git realm ${command}' of '${branch}' is unfinished`, {
    hint: [`git realm ${command} --continue`, `git realm ${command} --abort`],
    data: { id: old.id, args: old.args },
  });
}

const noteOf =
  (context: Context, record: JournalRecord) =>
  (_step: JournalStep): void => {
    const ended = record.steps.filter((step) => step.state === 'done' || step.state === 'failed').length;
    context.progress(record.verb).at(ended, record.steps.length);
  };
