import { RealmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { JournalStep, JournalWriter, StepChange } from './types.ts';

/** What does a step and takes it back. Both look first: run twice they do nothing the second time. */
export interface Performer {
  apply(step: JournalStep): Promise<JsonObject>;
  revert(step: JournalStep): Promise<void>;
  /** Steps of one lane run at most `width` at a time. `local`: nobody else sees what they do. */
  lane(step: JournalStep): { name: string; width: number; local?: boolean };
}

export type OnStep = (step: JournalStep) => void;

/**
 * Steps as a run begins with them: what waits for nothing that is open counts as started, so that the line that begins the
 * journal announces it too. A step that says so and was not begun is looked at like one that was.
 */
export function readied(steps: readonly JournalStep[]): void {
  const isDone = (id: string) => steps.find((step) => step.id === id)?.state === 'done';
  for (const step of steps) {
    if (step.state === 'done') continue;
    Object.assign(step, { state: step.after.every(isDone) ? 'started' : 'todo', error: null });
  }
}

/**
 * Do what is left of a run: each step as soon as the steps it waits for are done, written down before and after; those that
 * say `started` were announced by the user who began the journal (`readied`). A step that fails stops only what waits for it.
 * Returns whether all is done.
 */
export async function runSteps(
  journal: JournalWriter,
  performer: Performer,
  onStep: OnStep,
): Promise<boolean> {
  const { steps } = journal.record;
  for (const step of steps)
    if (step.state !== 'done' && step.state !== 'started')
      Object.assign(step, { state: 'todo', error: null });
  const isDone = (id: string) => steps.find((step) => step.id === id)?.state === 'done';
  const late = written(journal, steps);
  const phases = phasesOf(steps);
  await inLanes(
    steps.filter((step) => step.state !== 'done'),
    performer,
    isDone,
    async (batch) => late.now(batch.map(({ id }) => ({ id, state: 'started' }))),
    async (step) => {
      // The realm's own, where it is the last, is written with the end of the run.
      const isLast = step.repo === null && steps.every((other) => other === step || !isOpen(other));
      const mark = performer.lane(step).local === true || isLast ? late.soon : late.now;
      try {
        await mark([{ id: step.id, state: 'done', result: await performer.apply(step) }]);
      } catch (error) {
        if (!(error instanceof RealmError)) throw error;
        const words = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
        await mark([{ id: step.id, state: 'failed', error: words }]);
      }
      onStep(step);
      if (phases.endsWith(step)) await journal.share();
    },
  );
  // What was announced early, and then never begun.
  for (const step of steps) if (step.state === 'started') step.state = 'todo';
  const done = steps.every((step) => step.state === 'done');
  const rest = late.rest();
  // Reported together, they share one commit.
  const last = rest.length > 0 ? journal.mark(rest) : undefined;
  await Promise.all([last, journal.finish(done ? 'done' : 'stopped')]);
  return done;
}

/** Milliseconds that what became of local steps may stay unwritten. */
const LATE = 1000;

/**
 * What became of a step, in the journal. `soon`: known at once, written with the next thing that is; a step that only this
 * machine sees is looked at again after a kill, so that one line in the journal for many of them is enough.
 */
function written(journal: JournalWriter, steps: readonly JournalStep[]) {
  let waiting: StepChange[] = [];
  let timer: NodeJS.Timeout | undefined;
  let broken: unknown;
  /** What is not written yet, for the user who writes it now. */
  const rest = (): StepChange[] => {
    clearTimeout(timer);
    timer = undefined;
    const all = waiting;
    waiting = [];
    if (broken !== undefined) throw broken;
    return all;
  };
  const now = async (changes: readonly StepChange[]): Promise<void> => {
    const all = [...rest(), ...changes];
    if (all.length > 0) await journal.mark(all);
  };
  const soon = async (changes: readonly StepChange[]): Promise<void> => {
    for (const { id, ...change } of changes) {
      const step = steps.find((other) => other.id === id);
      if (step !== undefined) Object.assign(step, change);
    }
    waiting.push(...changes);
    timer ??= setTimeout(() => {
      now([]).catch((error: unknown) => {
        broken ??= error;
      });
    }, LATE);
  };
  return { now, soon, rest };
}

const isOpen = ({ state }: JournalStep): boolean => state === 'todo' || state === 'started';

/** Steps that wait for nothing are the first phase; a phase ends with its last step, where another one follows. */
function phasesOf(steps: readonly JournalStep[]): { endsWith(step: JournalStep): boolean } {
  const depths = new Map<string, number>();
  const depth = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const after = steps.find((step) => step.id === id)?.after ?? [];
    depths.set(id, Math.max(0, ...after.map((other) => depth(other) + 1)));
    return depths.get(id) ?? 0;
  };
  return {
    endsWith: ({ id }) =>
      !steps.some((step) => isOpen(step) && depth(step.id) <= depth(id)) && steps.some(isOpen),
  };
}

/** Undo what a run did, the last step first; a step that had started is treated like a finished step. */
export async function revertSteps(
  journal: JournalWriter,
  performer: Performer,
  onStep: OnStep,
): Promise<void> {
  const { steps } = journal.record;
  const left = steps.filter((step) => ['done', 'started', 'failed'].includes(step.state));
  for (const step of left.reverse()) {
    await performer.revert(step);
    await journal.mark([{ id: step.id, state: 'undone' }]);
    onStep(step);
  }
  await journal.finish('undone');
}

/**
 * Starts whatever is ready, as wide as its lane is. The realm's own steps are announced as soon as all that they wait for is
 * under way, so that nobody waits for that line in the journal later: they are undone from the plan alone, where
 * others need what the steps before them made.
 */
async function inLanes(
  steps: readonly JournalStep[],
  performer: Performer,
  isDone: (id: string) => boolean,
  announce: (batch: readonly JournalStep[]) => Promise<void>,
  run: (step: JournalStep) => Promise<void>,
): Promise<void> {
  const waiting = new Set(steps);
  const begun = new Set<string>();
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let early: Promise<void> | undefined;
  let broken: unknown;
  const broke = (error: unknown): void => {
    broken ??= error;
  };
  const isUnderWay = (id: string): boolean =>
    begun.has(id) && steps.find((step) => step.id === id)?.state === 'started';
  const news = (isNear: (id: string) => boolean): JournalStep[] =>
    [...waiting].filter((step) => step.state !== 'started' && step.after.every(isNear));
  for (;;) {
    // What is ready is written down at once, also where it has to queue: then one line in the journal begins it all.
    const batch = broken === undefined ? news(isDone) : [];
    if (batch.length > 0) await announce(batch);
    const ready = broken === undefined ? [...waiting].filter((step) => step.after.every(isDone)) : [];
    if (ready.length > 0 && early !== undefined) {
      await early;
      continue;
    }
    for (const step of ready) {
      const { name, width } = performer.lane(step);
      if ((busy.get(name) ?? 0) >= width) continue;
      busy.set(name, (busy.get(name) ?? 0) + 1);
      waiting.delete(step);
      begun.add(step.id);
      const job: Promise<void> = run(step)
        .catch(broke)
        .finally(() => {
          busy.set(name, (busy.get(name) ?? 1) - 1);
          running.delete(job);
        });
      running.add(job);
    }
    if (running.size === 0) break;
    const next =
      broken === undefined && early === undefined
        ? news((id) => isDone(id) || isUnderWay(id)).filter((step) => step.repo === null)
        : [];
    if (next.length > 0)
      early = announce(next)
        .catch(broke)
        .finally(() => {
          early = undefined;
        });
    await Promise.race(running);
  }
  await early;
  if (broken !== undefined) throw broken;
}
