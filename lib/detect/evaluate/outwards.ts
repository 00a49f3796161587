import type { Block } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { encloses } from './scopes.ts';
import type { Site } from './sites.ts';
import type { Env } from './values.ts';

/** Ways that are followed for one place, at most. */
const MOST_WAYS = 600;

/** Functions that are left on the way outwards, at most. */
const FURTHEST = 5;

/** How much is known in one way: nothing; something, so that a caller may say more; all that is asked. */
export type Known = 'nothing' | 'some' | 'all';

/**
 * The ways that the code of a block runs, each followed outwards through its callers only as far as it takes to know what is
 * asked: a path that a function puts together itself is one way, and one that it is handed in is one for each call.
 * `isCut`: there are more than were followed.
 */
export function outwards(
  block: Block,
  e: Evaluator,
  known: (env: Env | undefined) => Known,
): { envs: (Env | undefined)[]; isCut: boolean } {
  let left = MOST_WAYS;
  let isCut = false;
  const go = (steps: readonly Site[]): { envs: (Env | undefined)[]; known: Known } => {
    const envs = waysThrough(block, steps, e);
    const own = { envs, known: least(envs.map(known)) };
    left -= envs.length;
    if (own.known === 'all' || steps.length === FURTHEST) return own;
    const around = e.calls.around(steps.at(-1)?.call.block ?? block);
    const all = around ? e.calls.sites.of(around).filter((site) => !steps.includes(site)) : [];
    // That a function calls itself says nothing of what it is called with first.
    const others = all.filter(({ call }) => !around || !encloses(around, call.block.scope));
    const sites = others.length > 0 ? others : all;
    if (sites.length > left || e.spent) {
      isCut = true;
      return own;
    }
    const further = sites.map((site) => go([...steps, site]));
    if (further.length === 0 || (own.known === 'some' && further.every((way) => way.known !== 'all')))
      return own;
    return { envs: further.flatMap((way) => way.envs), known: least(further.map((way) => way.known)) };
  };
  const { envs } = go([]);
  return { envs: [...new Set(envs)], isCut };
}

const ranks: readonly Known[] = ['nothing', 'some', 'all'];

const least = (all: readonly Known[]): Known => ranks.find((rank) => all.includes(rank)) ?? 'all';

/** The ways to run a block through calls, the innermost of them first; nothing is known of the callers of the last. */
function waysThrough(block: Block, steps: readonly Site[], e: Evaluator): (Env | undefined)[] {
  const { calls } = e;
  const around = calls.around(block);
  const [first, ...rest] = steps;
  const envs: (Env | undefined)[] = !around
    ? [undefined]
    : first
      ? waysThrough(first.call.block, rest, e).flatMap((env) => calls.through(around, first, env))
      : [{ scope: around, args: new Map(), depth: 0, closed: HANDED_IN }];
  return envs.flatMap((env) => calls.rounds.around(block, env));
}

/** Why a parameter is not known where callers are not asked. */
export const HANDED_IN = 'it is handed in';
