import type { JsonValue } from '../../json.ts';
import type { Steps } from '../../regexp/index.ts';
import { solveArray } from './arrays.ts';
import { evaluate } from './evaluate.ts';
import { type Formula, type Formulas, firstOpaque, Kind, type Or, soleName, type Why } from './formula.ts';
import { solveNumber } from './numbers.ts';
import { solveObject } from './objects.ts';
import { Best, type Outcome } from './outcome.ts';
import { State } from './state.ts';
import { solveString } from './strings.ts';

export type Accept = (value: JsonValue, sure: boolean) => boolean;

const kinds = [Kind.null, Kind.boolean, Kind.number, Kind.string, Kind.array, Kind.object];

const maxDepth = 100;

const maxLookahead = 4;

export interface Limits {
  steps: number;
  /** What several searches may take together. */
  shared: Steps;
}

class OutOfBudget extends Error {}

/**
 * Searches values that satisfy formulas: one kind of value at a time, alternatives by backtracking with the theory of
 * the kind cutting branches early, members and items as smaller problems of the same sort. A problem that contains
 * itself has no smallest value, so on its own path it counts as having none (containment is coinductive).
 */
export class Solver {
  readonly #known = new Map<string, Outcome>();
  readonly #open = new Map<string, number>();
  #lowest = Number.POSITIVE_INFINITY;
  #lastGoal: Formula | undefined;

  constructor(
    readonly formulas: Formulas,
    readonly limits: Limits,
  ) {}

  /** Tries candidate after candidate until `accept` takes one. */
  search(goal: readonly Formula[], accept: Accept): Outcome {
    try {
      return this.#overKinds(goal, accept);
    } catch (error) {
      if (error instanceof OutOfBudget) return { is: 'unknown', why: this.#exhausted(goal) };
      throw error;
    }
  }

  /** Whether a part of the value (an item, a member, a name) can satisfy all of the formulas. */
  solve(goal: readonly Formula[]): Outcome {
    const parts = this.#flatten(goal);
    if (!parts) return { is: 'unsat' };
    const key = parts
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join();
    const known = this.#known.get(key);
    if (known) return known;
    const opened = this.#open.get(key);
    if (opened !== undefined) {
      this.#lowest = Math.min(this.#lowest, opened);
      return { is: 'unsat' };
    }
    this.spend();
    const depth = this.#open.size;
    if (depth > maxDepth)
      return { is: 'unknown', why: this.why(parts, `no answer within ${maxDepth} levels of nesting`) };
    this.#open.set(key, depth);
    const around = this.#lowest;
    this.#lowest = Number.POSITIVE_INFINITY;
    try {
      const outcome = this.#overKinds(parts, (_, sure) => sure);
      // An answer that leant on a problem still open around it holds only there.
      if (this.#lowest >= depth || outcome.is === 'sat') this.#known.set(key, outcome);
      if (this.#lowest >= depth) this.#lowest = Number.POSITIVE_INFINITY;
      return outcome;
    } finally {
      this.#open.delete(key);
      this.#lowest = Math.min(around, this.#lowest);
    }
  }

  /** One step of the bounded search; ends it by throwing when the budget is used up. */
  spend(steps = 1): void {
    this.limits.steps -= steps;
    this.limits.shared.left -= steps;
    if (this.limits.steps < 0 || this.limits.shared.left < 0) throw new OutOfBudget();
  }

  /** Names the part that an answer is missing for. */
  why(parts: Iterable<Formula>, reason: string): Why {
    for (const part of parts) {
      const origin = this.formulas.originOf(part);
      if (origin) return { reason, pointer: origin.pointer, keyword: origin.keyword };
    }
    return { reason, pointer: '' };
  }

  #exhausted(goal: readonly Formula[]): Why {
    return this.why(
      [...(this.#lastGoal ? [this.#lastGoal] : []), ...goal],
      'not decided within the maximum number of steps',
    );
  }

  #flatten(goal: readonly Formula[]): Formula[] | undefined {
    const parts = new Set<Formula>();
    for (const part of goal)
      for (const formula of part.op === 'and' ? part.parts : [part]) parts.add(formula);
    parts.delete(this.formulas.true);
    if (parts.has(this.formulas.false)) return undefined;
    for (const part of parts) if (parts.has(this.formulas.not(part))) return undefined;
    return [...parts];
  }

  #overKinds(goal: readonly Formula[], accept: Accept): Outcome {
    const best = new Best();
    for (const kind of kinds) {
      const state = new State(this.formulas, kind);
      if (!goal.every((part) => state.add(part))) continue;
      if (best.take(this.#choose(state, goal, accept))) break;
    }
    return best.outcome;
  }

  /** Picks one of the open alternatives and goes on, or hands over to the theory of the kind. */
  #choose(state: State, goal: readonly Formula[], accept: Accept): Outcome {
    this.spend();
    const next = this.#narrow(state);
    if (!next) return { is: 'unsat' };
    const candidates = next.state.candidates();
    if (candidates) return this.#tryEach(candidates, goal, next.state, accept);
    if (!next.branches) return this.#leaf(next.state, accept);
    const best = new Best();
    for (const branch of next.branches) if (best.take(this.#choose(branch, goal, accept))) break;
    return best.outcome;
  }

  /**
   * Takes what follows at once, and then an alternative to branch over: the one with the fewest branches that the
   * theory leaves, where there are few; the first (what the old side says comes first) where looking at all of them
   * would cost more than it saves. `undefined` when the state contradicts itself.
   */
  #narrow(state: State): { state: State; branches?: Iterable<State> } | undefined {
    let here = state;
    for (;;) {
      const open = here.alternatives();
      if (!open) return undefined;
      const [first] = open;
      if (!first || here.candidates()) return { state: here };
      if (open.length === 1) return { state: here, branches: this.#branches(here, first) };
      if (!this.#isPossible(here)) return undefined;
      if (open.length > maxLookahead) return { state: here, branches: this.#branches(here, first) };
      let fewest: State[] | undefined;
      for (const alternative of open) {
        const branches: State[] = [];
        for (const branch of this.#branches(here, alternative)) {
          if (this.#isPossible(branch)) branches.push(branch);
          if (fewest && branches.length >= fewest.length) break;
        }
        if (branches.length === 0) return undefined;
        if (!fewest || branches.length < fewest.length) fewest = branches;
        if (fewest.length === 1) break;
      }
      const [only] = fewest ?? [];
      if (!fewest || !only) return undefined;
      if (fewest.length > 1) return { state: here, branches: fewest };
      here = only;
    }
  }

  *#branches(state: State, alternative: Or): Generator<State> {
    this.#lastGoal = alternative.parts[0];
    for (const part of alternative.parts) {
      this.spend();
      if (!this.#fitsMembers(state, part)) continue;
      this.spend(state.literals.size >> 4);
      const branch = state.with(alternative, part);
      if (branch) yield branch;
    }
  }

  /** A cheap look before a state is copied: can the one member that a part refers to be what the part wants? */
  #fitsMembers(state: State, part: Formula): boolean {
    if (part.op !== 'and' || state.kind !== Kind.object) return true;
    for (const formula of part.parts) {
      if (formula.op !== 'literal' || formula.literal.is !== 'eachMember') continue;
      const key = soleName(formula.literal.names);
      if (key === undefined || !part.parts.includes(this.formulas.literal(Kind.object, { is: 'has', key })))
        continue;
      if (this.solve([...state.said(key), formula.literal.of]).is === 'unsat') return false;
    }
    return true;
  }

  #isPossible(state: State): boolean {
    return state.candidates() !== undefined || this.#theory(state).is !== 'unsat';
  }

  #leaf(state: State, accept: Accept): Outcome {
    const outcome = this.#theory(state);
    if (outcome.is !== 'sat') return outcome;
    const why = state.uncertain;
    const sure = outcome.sure && why === undefined;
    if (accept(outcome.value, sure)) return { is: 'sat', value: outcome.value, sure: true };
    if (!outcome.sure) return outcome;
    return why
      ? { is: 'sat', value: outcome.value, sure: false, why }
      : { is: 'unknown', why: { reason: 'no counterexample could be confirmed', pointer: '' } };
  }

  #theory(state: State): Outcome {
    this.spend(1 + (state.literals.size >> 1));
    if (state.kind === Kind.number) return solveNumber(this, state);
    if (state.kind === Kind.string) return solveString(this, state);
    return state.kind === Kind.array ? solveArray(this, state) : solveObject(this, state);
  }

  #tryEach(values: Iterable<JsonValue>, goal: readonly Formula[], state: State, accept: Accept): Outcome {
    const best = new Best();
    for (const value of values) {
      this.spend();
      let holds: boolean | undefined = true;
      for (const part of goal) {
        const result = evaluate(part, value, this.formulas.work);
        if (result !== true) holds = result;
        if (result === false) break;
      }
      if (holds === false) continue;
      const why = state.uncertain ?? firstOpaque(goal) ?? this.why(goal, 'a value could not be checked');
      if (accept(value, holds === true)) return { is: 'sat', value, sure: true };
      best.take(
        holds
          ? { is: 'unknown', why: { reason: 'no counterexample could be confirmed', pointer: '' } }
          : { is: 'sat', value, sure: false, why },
      );
    }
    return best.outcome;
  }
}
