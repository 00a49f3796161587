import { HOST_WIDTH, hostOf } from '../../change/pool.ts';
import type { Performer } from '../../change/run.ts';
import type { Effect, JournalRecord, JournalStep } from '../../change/types.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { withoutCredentials } from '../../names.ts';
import type { Op } from '../../realm/ops/types.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { isEmbedded } from '../share/forges.ts';
import { perform } from '../share/perform.ts';
import { type Checkout, type Checkouts, localWidth, theCheckout } from './checkouts.ts';
import { commitStep } from './steps/commit.ts';
import { linkStep } from './steps/link.ts';
import { pullBlockStep, pullCloseStep, pullDraftStep, pullMergeStep, pullStep } from './steps/pull.ts';
import { pushStep } from './steps/push.ts';
import { worktreeRemoveStep, worktreeStep } from './steps/worktree.ts';

/** What a step may use. */
export interface RunningChange {
  context: Context;
  workspace: Workspace;
  checkouts: Checkouts;
  record: JournalRecord;
  /** An earlier process ran this: what it did last may have landed without being written down. */
  resumed: boolean;
}

/** How one kind of step is done and undone, in the checkout of its repo. */
export interface Handler<E extends Effect> {
  apply(running: RunningChange, checkout: Checkout, effect: E, step: JournalStep): Promise<JsonObject>;
  revert(running: RunningChange, checkout: Checkout, effect: E, step: JournalStep): Promise<void>;
}

type Handlers = {
  [K in Exclude<Effect['kind'], 'realm'>]: Handler<Extract<Effect, { kind: K }>>;
};

const handlers: Handlers = {
  worktree: worktreeStep,
  'worktree-remove': worktreeRemoveStep,
  commit: commitStep,
  link: linkStep,
  push: pushStep,
  pull: pullStep,
  'pull-block': pullBlockStep,
  'pull-merge': pullMergeStep,
  'pull-close': pullCloseStep,
  'pull-draft': pullDraftStep,
};

/** Performs the steps of a plan in the checkouts of this machine and in the realm. */
export function performerOf(running: RunningChange, jobs?: number): Performer {
  const handlerOf = (effect: Effect) =>
    handlers[effect.kind as Exclude<Effect['kind'], 'realm'>] as unknown as Handler<Effect>;
  return {
    apply: async (step) => {
      if (step.effect.kind === 'realm') return applyToRealm(running, step.effect.op);
      const checkout = theCheckout(running.checkouts, step.repo);
      return handlerOf(step.effect).apply(running, checkout, step.effect, step);
    },
    revert: async (step) => {
      if (step.effect.kind === 'realm') {
        if (step.effect.undo !== null) await applyToRealm(running, step.effect.undo);
        return;
      }
      const checkout = theCheckout(running.checkouts, step.repo);
      await handlerOf(step.effect).revert(running, checkout, step.effect, step);
    },
    lane: (step) => laneOf(running, step, jobs),
  };
}

/**
 * Local work goes as wide as there are cores, network by host, what is written to the realm one by one. What is written to a
 * forge is put in a row by its connection.
 */
function laneOf(running: RunningChange, step: JournalStep, jobs?: number): ReturnType<Performer['lane']> {
  const { kind } = step.effect;
  const checkout = running.checkouts.get(step.repo ?? '');
  const isPull = kind.startsWith('pull');
  const isInRealm = isPull && (checkout === undefined || isEmbedded(running.context, checkout));
  if (kind === 'realm' || isInRealm) return { name: 'realm', width: 1 };
  if (kind !== 'push' && !isPull) return { name: 'local', width: localWidth(jobs), local: true };
  const url = checkout?.config.get(`remote.${checkout.remote}.url`);
  return {
    name: `host ${hostOf(withoutCredentials(url ?? ''))}`,
    width: Math.min(jobs ?? HOST_WIDTH, HOST_WIDTH),
  };
}

/** An operation whose values stand for what earlier steps made (`{ "from": "<step>", "key": "oid" }`). */
async function applyToRealm(running: RunningChange, op: JsonObject): Promise<JsonObject> {
  const { context, workspace, record } = running;
  const applied = await perform(context, workspace, filled(op, record) as unknown as Op);
  return { commit: applied.commit };
}

function filled(op: JsonObject, record: JournalRecord): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(op)) {
    const found = filledValue(value, record);
    if (found !== undefined) result[key] = found;
  }
  return result;
}

function filledValue(value: JsonValue, record: JournalRecord): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => filledValue(item, record) ?? null);
  if (!isObject(value)) return value;
  if (typeof value.$from !== 'string') return filled(value, record);
  const step = record.steps.find((other) => other.id === value.$from);
  return step?.result?.[String(value.$key)] ?? undefined;
}
