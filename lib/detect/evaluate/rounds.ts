import type { Block, Entry, Expr, Module } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { functionAround } from './scopes.ts';
import type { Env, Located } from './values.ts';

/** Ways to run one place that are distinguished; where there are more, nothing is said of its parameters. */
export const MOST_CONTEXTS = 200;
const MOST_ROUNDS = 48;
const MOST_ITEMS = 2000;

/** The rounds of loops and comprehensions, each an environment of its own, where what is looped over stands in the code. */
export class Rounds {
  private readonly e: Evaluator;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** The environment once for each round of the loops around a block, where what is looped over stands in the code. */
  around(block: Block, env: Env | undefined): (Env | undefined)[] {
    let found: (Env | undefined)[] = [env];
    const around = functionAround(block);
    for (let here: Block | undefined = block; here && functionAround(here) === around; here = here.parent) {
      const { each } = here;
      if (!each) continue;
      const { module } = here.scope;
      found = found.flatMap((outer) => {
        const count = this.lengthOf({ expr: each, env: outer, module });
        if (count > MOST_ROUNDS) this.e.blurred(MIXED);
        if (count < 2 || count > MOST_ROUNDS) return [outer];
        return Array.from({ length: count }, (_, round) => inRound(outer, module, each, round));
      });
      if (found.length > MOST_CONTEXTS) {
        this.e.blurred(MIXED);
        return [env];
      }
    }
    return found;
  }

  /** The items of a comprehension, once for each round of its loops that stand in the code. */
  everyRound(items: readonly Expr[], over: readonly Expr[], at: Located): Located[] {
    return this.everyWay(over, at).flatMap((env) => items.map((expr): Located => ({ ...at, expr, env })));
  }

  /** The entries of a comprehension, likewise. */
  everyEntry(
    entries: readonly Entry[],
    over: readonly Expr[],
    at: Located,
  ): { key: Located; value: Located }[] {
    return this.everyWay(over, at).flatMap((env) =>
      entries.map(({ key, value }) => ({
        key: { ...at, expr: key, env },
        value: { ...at, expr: value, env },
      })),
    );
  }

  private everyWay(over: readonly Expr[], at: Located): (Env | undefined)[] {
    let found: (Env | undefined)[] = [at.env];
    for (const each of over)
      found = found.flatMap((env) => {
        const count = this.lengthOf({ ...at, expr: each, env });
        if (count < 1 || count > MOST_CONTEXTS) return [env];
        return Array.from({ length: count }, (_, round) => inRound(env, at.module, each, round));
      });
    if (found.length > MOST_ITEMS) this.e.leftOut(`a comprehension has more than ${MOST_ITEMS} rounds`);
    return found.slice(0, MOST_ITEMS);
  }

  private lengthOf(of: Located): number {
    const [value, ...others] = this.e.evaluate(of);
    if (others.length > 0) return 0;
    if (value?.t === 'list') return this.e.elements(of).length;
    return value?.t === 'map' ? value.entries.length : 0;
  }
}

/** Why the rounds around a place do not count one by one. */
export const MIXED = `the loops around it have too many rounds to distinguish: their variables are combined`;

function inRound(env: Env | undefined, module: Module, each: Expr, round: number): Env {
  const rounds = new Map(env?.rounds).set(each, round);
  return { ...(env ?? { scope: module.root, args: new Map(), depth: 0 }), rounds };
}
