import { canonical, type JsonValue } from '../../json.ts';
import type { Formula, Why } from './formula.ts';
import { Best, type Outcome } from './outcome.ts';
import type { Solver } from './solve.ts';
import type { Conjunction } from './state.ts';

interface Problem {
  min: number;
  max: number;
  every: { from: number; to: number; of: Formula }[];
  /** Items that must be somewhere; those of one `group` are different items. */
  wanted: { from: number; to: number; of: Formula; group: number }[];
  atMost: { n: number; of: Formula }[];
  unique: boolean;
  notUnique: boolean;
  /** Items from here on are all under the same constraints. */
  tail: number;
}

const maxItems = 1_000;
const maxUnique = 120;
const never: Outcome = { is: 'unsat' };

/** Arrays: each length that could matter in turn, and in it a place for each wanted item. */
export function solveArray(solver: Solver, conjunction: Conjunction): Outcome {
  const problem = gather(conjunction);
  const beyond = (reason: string): Outcome => ({
    is: 'unknown',
    why: solver.why(conjunction.literals.keys(), reason),
  });
  const wantedCount = problem.wanted.length + (problem.notUnique ? 2 : 0);
  // A longer array than this has an item too many: one of the tail that nothing asks for.
  const enough = Math.max(problem.min, problem.tail + wantedCount);
  if (problem.min > problem.max || (problem.unique && problem.notUnique)) return never;
  const last = Math.min(problem.max, enough);
  const best = new Best();
  for (let length = problem.min; length <= last; length++) {
    if (length > maxItems)
      return best.outcome.is === 'sat'
        ? best.outcome
        : beyond(`arrays of more than ${maxItems} items are not checked`);
    // No array reaches beyond an item that cannot be.
    if (length > 0 && !canBe(solver, problem, length)) break;
    const goals = Array.from({ length }, (_, index) => goalAt(problem, index));
    if (best.take(place(solver, problem, goals, 0, new Map()))) break;
  }
  return best.outcome;
}

/** All items before `length` can be, one by one; only those not looked at for a shorter length matter. */
function canBe(solver: Solver, problem: Problem, length: number): boolean {
  const from = length === problem.min ? 0 : length - 1;
  for (let index = from; index < Math.min(length, problem.tail + 1); index++)
    if (solver.solve(goalAt(problem, index)).is === 'unsat') return false;
  return true;
}

function gather(conjunction: Conjunction): Problem {
  const problem: Problem = {
    min: 0,
    max: Number.POSITIVE_INFINITY,
    every: [],
    wanted: [],
    atMost: [],
    unique: false,
    notUnique: false,
    tail: 0,
  };
  const reach = (from: number, to: number): void => {
    problem.tail = Math.max(problem.tail, from, to === Number.POSITIVE_INFINITY ? 0 : to);
  };
  let group = 0;
  for (const literal of conjunction.literals.values()) {
    if (literal.is === 'minItems') problem.min = Math.max(problem.min, literal.n);
    else if (literal.is === 'maxItems') problem.max = Math.min(problem.max, literal.n);
    else if (literal.is === 'every') {
      problem.every.push(literal);
      reach(literal.from, literal.to);
    } else if (literal.is === 'some') {
      problem.wanted.push({ ...literal, group: group++ });
      reach(literal.from, literal.to);
    } else if (literal.is === 'atLeast') {
      group++;
      problem.min = Math.max(problem.min, literal.n);
      for (let n = 0; n < Math.min(literal.n, maxItems + 1); n++)
        problem.wanted.push({ from: 0, to: Number.POSITIVE_INFINITY, of: literal.of, group });
    } else if (literal.is === 'atMost') problem.atMost.push(literal);
    else if (literal.is === 'unique') problem[literal.negated ? 'notUnique' : 'unique'] = true;
  }
  return problem;
}

const goalAt = (problem: Problem, index: number): Formula[] =>
  problem.every.filter(({ from, to }) => from <= index && index < to).map(({ of }) => of);

/** Finds a place for each wanted item, backtracking; `holders` are the places a group has taken. */
function place(
  solver: Solver,
  problem: Problem,
  goals: readonly Formula[][],
  index: number,
  holders: ReadonlyMap<number, readonly number[]>,
): Outcome {
  solver.spend();
  const wanted = problem.wanted[index];
  if (!wanted) return limit(solver, problem, goals, 0, 0, 0);
  const best = new Best();
  const taken = holders.get(wanted.group) ?? [];
  let freshTail = false;
  // Places of one group are interchangeable, so they are taken in ascending order.
  const start = Math.max(wanted.from, taken.length > 0 ? (taken[taken.length - 1] ?? 0) + 1 : 0);
  for (let at = start; at < Math.min(wanted.to, goals.length); at++) {
    const isUntouchedTail =
      at >= problem.tail && ![...holders.values()].some((places) => places.includes(at));
    // One untouched item of the tail is like any other.
    if (isUntouchedTail && freshTail) continue;
    freshTail ||= isUntouchedTail;
    const goal = [...(goals[at] ?? []), wanted.of];
    const outcome = solver.solve(goal);
    if (outcome.is === 'unsat') continue;
    if (outcome.is === 'unknown') {
      best.take(outcome);
      continue;
    }
    const next = goals.map((other, place) => (place === at ? goal : other));
    const held = new Map(holders).set(wanted.group, [...taken, at]);
    if (best.take(place(solver, problem, next, index + 1, held))) break;
  }
  return best.outcome;
}

/** Decides for each item and each upper count whether the item is one of the counted. */
function limit(
  solver: Solver,
  problem: Problem,
  goals: readonly Formula[][],
  index: number,
  item: number,
  counted: number,
): Outcome {
  solver.spend();
  const bound = problem.atMost[index];
  if (!bound) return finish(solver, problem, goals);
  // As many may be counted as there are items left: nothing more to decide.
  if (item >= goals.length || bound.n - counted >= goals.length - item)
    return limit(solver, problem, goals, index + 1, 0, 0);
  const best = new Best();
  const goal = [...(goals[item] ?? []), solver.formulas.not(bound.of)];
  const outcome = solver.solve(goal);
  if (outcome.is === 'unknown') best.take(outcome);
  if (outcome.is === 'sat') {
    const next = goals.map((other, place) => (place === item ? goal : other));
    if (best.take(limit(solver, problem, next, index, item + 1, counted))) return best.outcome;
  }
  if (counted < bound.n) best.take(limit(solver, problem, goals, index, item + 1, counted + 1));
  return best.outcome;
}

function finish(solver: Solver, problem: Problem, goals: readonly Formula[][]): Outcome {
  if (problem.unique) return distinct(solver, goals);
  if (!problem.notUnique) return collect(goals.map((goal) => solver.solve(goal)));
  const best = new Best();
  for (let a = 0; a < goals.length; a++)
    for (let b = a + 1; b < goals.length; b++) {
      const shared = solver.solve([...(goals[a] ?? []), ...(goals[b] ?? [])]);
      if (shared.is === 'unknown') best.take(shared);
      if (shared.is !== 'sat') continue;
      const items = goals.map((goal, index) => (index === a || index === b ? shared : solver.solve(goal)));
      if (best.take(collect(items))) return best.outcome;
    }
  return best.outcome;
}

function collect(items: readonly Outcome[]): Outcome {
  const value: JsonValue[] = [];
  let doubt: Why | undefined;
  for (const item of items) {
    if (item.is !== 'sat') return item;
    if (!item.sure) doubt ??= item.why;
    value.push(item.value);
  }
  return doubt ? { is: 'sat', value, sure: false, why: doubt } : { is: 'sat', value, sure: true };
}

/** Different values for all items: those with fewer values than there are items are matched, the rest choose freely. */
function distinct(solver: Solver, goals: readonly Formula[][]): Outcome {
  const unknown = (why: Why): Outcome => ({ is: 'unknown', why });
  if (goals.length > maxUnique)
    return unknown({
      reason: `more than ${maxUnique} unique items are not checked`,
      pointer: '',
      keyword: 'uniqueItems',
    });
  const domains: Map<string, JsonValue>[] = [];
  let doubt: Why | undefined;
  const known = new Map<string, Map<string, JsonValue>>();
  for (const goal of goals) {
    const key = goal.map(({ id }) => id).join();
    const domain = known.get(key) ?? new Map<string, JsonValue>();
    if (known.has(key)) {
      domains.push(domain);
      continue;
    }
    known.set(key, domain);
    while (domain.size < goals.length) {
      const outcome = solver.solve([...goal, solver.formulas.noneOfValues(domain.values())]);
      if (outcome.is === 'unknown') {
        doubt ??= outcome.why;
        break;
      }
      if (outcome.is === 'unsat') break;
      if (!outcome.sure) doubt ??= outcome.why;
      domain.set(canonical(outcome.value), outcome.value);
    }
    domains.push(domain);
  }
  const owners = new Map<string, number>();
  for (let item = 0; item < domains.length; item++)
    if (!assign(domains, owners, item, new Set())) return doubt ? unknown(doubt) : never;
  const value: JsonValue[] = [];
  for (const [key, item] of owners) value[item] = domains[item]?.get(key) ?? null;
  return doubt ? { is: 'sat', value, sure: false, why: doubt } : { is: 'sat', value, sure: true };
}

/** One augmenting path of a bipartite matching between items and values. */
function assign(
  domains: readonly Map<string, JsonValue>[],
  owners: Map<string, number>,
  item: number,
  tried: Set<string>,
): boolean {
  for (const key of domains[item]?.keys() ?? []) {
    if (tried.has(key)) continue;
    tried.add(key);
    const owner = owners.get(key);
    if (owner !== undefined && !assign(domains, owners, owner, tried)) continue;
    owners.set(key, item);
    return true;
  }
  return false;
}
