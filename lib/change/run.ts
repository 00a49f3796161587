import { RealmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { JournalStep, JournalWriter } from './types.ts';

/** What does a step and takes it back. Both look first: run twice they do nothing the second time. */
export interface Performer {
  apply(step: JournalStep): Promise<JsonObject>;
  revert(step: JournalStep): Promise<void>;
  /** Steps of one lane run at most `width` at a time. */
  lane(step: JournalStep): { name: string; width: number };
}

export type OnStep = (step: JournalStep) => void;

/**
 * Do what is left of a run: each step as soon as the steps it waits for are done, written down before and after. A step
 * that fails stops only what waits for it. Returns whether all is done.
 */
export async function runSteps(
  journal: JournalWriter,
  performer: Performer,
  onStep: OnStep,
): Promise<boolean> {
  const { steps } = journal.record;
  for (const step of steps) if (step.state !== 'done') Object.assign(step, { state: 'todo', error: null });
  const isDone = (id: string) => steps.find((one) => one.id === id)?.state === 'done';
  await inLanes(
    steps.filter((step) => step.state !== 'done'),
    performer,
    (step) => step.after.every(isDone),
    async (batch) => journal.mark(batch.map(({ id }) => ({ id, state: 'started' }))),
    async (step) => {
      try {
        await journal.mark([{ id: step.id, state: 'done', result: await performer.apply(step) }]);
      } catch (error) {
        if (!(error instanceof RealmError)) throw error;
        const words = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
        await journal.mark([{ id: step.id, state: 'failed', error: words }]);
      }
      onStep(step);
    },
  );
  const done = steps.every((step) => step.state === 'done');
  await journal.finish(done ? 'done' : 'stopped');
  return done;
}

/** Take back what a run did, the last first; a step that had begun is looked at like one that was done. */
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

/** Starts whatever is ready, as wide as its lane is; steps that become ready together are written down together. */
async function inLanes(
  steps: readonly JournalStep[],
  performer: Performer,
  isReady: (step: JournalStep) => boolean,
  announce: (batch: readonly JournalStep[]) => Promise<void>,
  run: (step: JournalStep) => Promise<void>,
): Promise<void> {
  const waiting = new Set(steps);
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  let broken: unknown;
  for (;;) {
    const batch: JournalStep[] = [];
    for (const step of broken === undefined ? waiting : []) {
      const { name, width } = performer.lane(step);
      if (!isReady(step) || (busy.get(name) ?? 0) >= width) continue;
      busy.set(name, (busy.get(name) ?? 0) + 1);
      waiting.delete(step);
      batch.push(step);
    }
    if (batch.length > 0) {
      await announce(batch);
      for (const step of batch) {
        const job: Promise<void> = run(step)
          .catch((error) => {
            broken ??= error;
          })
          .finally(() => {
            const { name } = performer.lane(step);
            busy.set(name, (busy.get(name) ?? 1) - 1);
            running.delete(job);
          });
        running.add(job);
      }
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (broken !== undefined) throw broken;
}
