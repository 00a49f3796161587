import type { JsonObject, JsonValue } from '../../json.ts';
import { evaluate } from './evaluate.ts';
import { type Formula, Kind, soleName, type Why } from './formula.ts';
import { Best, type Outcome } from './outcome.ts';
import type { Solver } from './solve.ts';
import type { Conjunction } from './state.ts';
import type { Work } from './work.ts';

interface Rule {
  names: Formula;
  of: Formula;
}

interface Problem {
  /** What is said of single keys: must they be there, or not, and what of their value. */
  keys: Map<string, { must: boolean; mustNot: boolean; goal: Formula[] }>;
  /** Of every member whose name satisfies `names`. */
  rules: Rule[];
  /** Of some member. */
  wanted: Rule[];
  min: number;
  max: number;
  work: Work;
}

/** A member to be: a known key, or a new name that satisfies `names`. */
interface Slot {
  key: string | undefined;
  names: Formula[];
  goal: Formula[];
}

const maxMembers = 300;
const never: Outcome = { is: 'unsat' };

/** Objects: known keys first, then members that are wanted by pattern, then as many more as the count asks for. */
export function solveObject(solver: Solver, conjunction: Conjunction): Outcome {
  const problem = gather(conjunction, solver.formulas.work);
  if (problem.min > problem.max) return never;
  const slots: Slot[] = [];
  let doubt: Outcome | undefined;
  for (const [key, { must, mustNot }] of problem.keys) {
    if (!must) continue;
    if (mustNot) return never;
    const slot = keySlot(problem, key);
    const outcome = solver.solve(slot.goal);
    if (outcome.is === 'unsat' && !isDoubtful(problem, key)) return never;
    if (outcome.is !== 'sat') doubt ??= outcome.is === 'unknown' ? outcome : doubtful(solver, problem);
    slots.push(slot);
  }
  if (slots.length > problem.max) return never;
  if (doubt) return doubt;
  if (problem.min > maxMembers && problem.min > slots.length)
    return {
      is: 'unknown',
      why: solver.why(
        conjunction.literals.keys(),
        `objects of more than ${maxMembers} members are not checked`,
      ),
    };
  return place(solver, problem, slots, 0);
}

function gather(conjunction: Conjunction, work: Work): Problem {
  const problem: Problem = {
    ...{ keys: new Map(), rules: [], wanted: [], work },
    ...{ min: 0, max: Number.POSITIVE_INFINITY },
  };
  work.spend(conjunction.literals.size);
  const at = (key: string) => {
    let known = problem.keys.get(key);
    if (!known) {
      known = { must: false, mustNot: false, goal: [] };
      problem.keys.set(key, known);
    }
    return known;
  };
  for (const literal of conjunction.literals.values()) {
    if (literal.is === 'has') at(literal.key).must = true;
    else if (literal.is === 'lacks') at(literal.key).mustNot = true;
    else if (literal.is === 'minProperties') problem.min = Math.max(problem.min, literal.n);
    else if (literal.is === 'maxProperties') problem.max = Math.min(problem.max, literal.n);
    else if (literal.is === 'someMember') problem.wanted.push(literal);
    else if (literal.is === 'eachMember') {
      const key = soleName(literal.names);
      if (key === undefined) problem.rules.push(literal);
      else at(key).goal.push(literal.of);
    }
  }
  return problem;
}

/** A known key with everything the rules say of its value. A rule that cannot be read for the name is kept as doubt. */
function keySlot(problem: Problem, key: string): Slot {
  const goal = [...(problem.keys.get(key)?.goal ?? [])];
  for (const { names, of } of problem.rules) if (evaluate(names, key, problem.work) !== false) goal.push(of);
  return { key, names: [], goal };
}

/** Whether a rule's names leave open if they mean this key: then what follows from the rule is not certain. */
const isDoubtful = (problem: Problem, key: string): boolean =>
  problem.rules.some(({ names }) => evaluate(names, key, problem.work) === undefined);

/** Finds a member for each wanted one, backtracking over which it is. */
function place(solver: Solver, problem: Problem, slots: readonly Slot[], index: number): Outcome {
  solver.spend();
  const wanted = problem.wanted[index];
  if (!wanted) return fill(solver, problem, slots);
  const best = new Best();
  for (const next of homes(problem, slots, wanted)) {
    if (next.length > problem.max) continue;
    const changed = next.find((slot) => !slots.includes(slot));
    if (changed) {
      const outcome =
        changed.key === undefined ? freshMember(solver, problem, changed, []) : solver.solve(changed.goal);
      if (outcome.is === 'unsat') {
        if (changed.key !== undefined && isDoubtful(problem, changed.key))
          best.take(doubtful(solver, problem));
        continue;
      }
      if (outcome.is === 'unknown') {
        best.take(outcome);
        continue;
      }
    }
    if (best.take(place(solver, problem, next, index + 1))) break;
  }
  return best.outcome;
}

/** The ways to give a wanted member a home: a new name, a known key not yet used, or a member already there. */
function* homes(problem: Problem, slots: readonly Slot[], wanted: Rule): Generator<Slot[]> {
  yield [...slots, { key: undefined, names: [wanted.names], goal: [wanted.of] }];
  for (const [key, { mustNot }] of problem.keys) {
    if (
      mustNot ||
      slots.some((slot) => slot.key === key) ||
      evaluate(wanted.names, key, problem.work) === false
    )
      continue;
    const slot = keySlot(problem, key);
    yield [...slots, { ...slot, goal: [...slot.goal, wanted.of] }];
  }
  for (const slot of slots) {
    if (slot.key !== undefined && evaluate(wanted.names, slot.key, problem.work) === false) continue;
    const names = slot.key === undefined ? [...slot.names, wanted.names] : slot.names;
    yield slots.map((other) =>
      other === slot ? { ...slot, names, goal: [...slot.goal, wanted.of] } : other,
    );
  }
}

/** Gives every slot its value, and adds members until there are enough. */
function fill(solver: Solver, problem: Problem, slots: readonly Slot[]): Outcome {
  const members = new Map<string, JsonValue>();
  let doubt: Why | undefined;
  let isExact = true;
  for (const slot of slots) {
    const outcome: Outcome =
      slot.key === undefined
        ? freshMember(solver, problem, slot, [...members.keys()])
        : solver.solve(slot.goal);
    if (outcome.is === 'unknown') return outcome;
    if (outcome.is === 'unsat')
      // Two new names may have been in each other's way: another choice of the first might have left one.
      return slot.key === undefined && slots.some((other) => other !== slot && other.key === undefined)
        ? doubtful(solver, problem)
        : never;
    if (!outcome.sure) doubt ??= outcome.why;
    if (slot.key !== undefined && isDoubtful(problem, slot.key)) isExact = false;
    const [name, value] =
      slot.key === undefined ? (outcome.value as [string, JsonValue]) : [slot.key, outcome.value];
    members.set(name, value);
  }
  for (const [key, { mustNot }] of problem.keys) {
    if (members.size >= problem.min) break;
    if (mustNot || members.has(key)) continue;
    const outcome = solver.solve(keySlot(problem, key).goal);
    if (outcome.is === 'unsat') {
      if (isDoubtful(problem, key)) isExact = false;
      continue;
    }
    if (outcome.is === 'unknown') {
      doubt ??= outcome.why;
      continue;
    }
    if (!outcome.sure) doubt ??= outcome.why;
    members.set(key, outcome.value);
  }
  while (members.size < problem.min) {
    const outcome = freshMember(solver, problem, { key: undefined, names: [], goal: [] }, [
      ...members.keys(),
    ]);
    if (outcome.is === 'unknown') return outcome;
    if (outcome.is === 'unsat') {
      if (doubt) return { is: 'unknown', why: doubt };
      return isExact ? never : doubtful(solver, problem);
    }
    if (!outcome.sure) doubt ??= outcome.why;
    const [name, value] = outcome.value as [string, JsonValue];
    members.set(name, value);
  }
  const value: JsonObject = Object.fromEntries(members);
  return doubt ? { is: 'sat', value, sure: false, why: doubt } : { is: 'sat', value, sure: true };
}

const doubtful = (solver: Solver, problem: Problem): Outcome => ({
  is: 'unknown',
  why: solver.why(
    problem.rules.flatMap(({ names, of }) => [names, of]),
    'cannot decide which other property names are possible',
  ),
});

/**
 * A name that is none of the known keys nor `taken`, with its value, as a pair. Each rule is either one whose names it
 * has, and then binds the value, or one whose names it has not.
 */
function freshMember(solver: Solver, problem: Problem, slot: Slot, taken: readonly string[]): Outcome {
  const used = new Set([...problem.keys.keys(), ...taken]);
  const easy = easyMember(solver, problem, slot, used);
  if (easy) return easy;
  const { formulas } = solver;
  const names = [formulas.kinds(Kind.string), formulas.noneOfValues(used), ...slot.names];
  return choose(solver, problem, names, slot.goal, 0);
}

function easyMember(
  solver: Solver,
  problem: Problem,
  slot: Slot,
  used: ReadonlySet<string>,
): Outcome | undefined {
  let tries = 0;
  for (const name of plainNames()) {
    if (used.has(name)) continue;
    if (++tries > 4) return undefined;
    const truths = [...slot.names, ...problem.rules.map(({ names }) => names)].map((names) =>
      evaluate(names, name, problem.work),
    );
    if (truths.includes(undefined)) continue;
    if (!slot.names.every((_, index) => truths[index])) continue;
    const goal = [...slot.goal];
    for (const [index, { of }] of problem.rules.entries())
      if (truths[slot.names.length + index]) goal.push(of);
    const outcome = solver.solve(goal);
    if (outcome.is === 'sat' && outcome.sure) return { ...outcome, value: [name, outcome.value] };
  }
  return undefined;
}

function* plainNames(): Generator<string> {
  yield* ['a', 'b', 'c', 'x'];
  for (let n = 0; ; n++) yield `p${n}`;
}

function choose(
  solver: Solver,
  problem: Problem,
  names: readonly Formula[],
  goal: readonly Formula[],
  index: number,
): Outcome {
  solver.spend();
  const name = solver.solve(names);
  if (name.is === 'unsat') return never;
  const value = solver.solve(goal);
  if (value.is === 'unsat') return never;
  const rule = problem.rules[index];
  if (!rule) return pair(name, value);
  const best = new Best();
  const { formulas } = solver;
  if (best.take(choose(solver, problem, [...names, formulas.not(rule.names)], goal, index + 1)))
    return best.outcome;
  best.take(choose(solver, problem, [...names, rule.names], [...goal, rule.of], index + 1));
  return best.outcome;
}

function pair(name: Outcome, value: Outcome): Outcome {
  if (name.is === 'unknown') return name;
  if (value.is === 'unknown') return value;
  if (name.is === 'unsat' || value.is === 'unsat') return never;
  const both: JsonValue = [name.value, value.value];
  if (!name.sure) return { is: 'sat', value: both, sure: false, why: name.why };
  return value.sure
    ? { is: 'sat', value: both, sure: true }
    : { is: 'sat', value: both, sure: false, why: value.why };
}
