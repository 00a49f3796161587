import { Kind, type Literal } from './formula.ts';
import type { Outcome } from './outcome.ts';
import {
  add,
  ceil,
  commonDivisor,
  commonMultiple,
  compare,
  floor,
  isInteger,
  over,
  type Rational,
  rational,
  times,
  toNumber,
} from './rational.ts';
import type { Solver } from './solve.ts';
import type { Conjunction } from './state.ts';

interface Bound {
  at: Rational;
  exclusive: boolean;
}

interface Range {
  min: Bound | undefined;
  max: Bound | undefined;
  /** Numbers must be multiples of this. */
  step: Rational | undefined;
  /** Numbers must be multiples of none of these. */
  notSteps: Rational[];
  excluded: Set<string>;
}

const maxTries = 4_000;

/** Numbers between bounds, on a grid, off other grids and none of the excluded ones. */
export function solveNumber(solver: Solver, conjunction: Conjunction): Outcome {
  const range = gather(conjunction);
  const { min, max } = range;
  if (min && max) {
    const order = compare(min.at, max.at);
    if (order > 0 || (order === 0 && (min.exclusive || max.exclusive))) return { is: 'unsat' };
  }
  if (range.step && range.notSteps.some((other) => isInteger(over(range.step as Rational, other))))
    return { is: 'unsat' };
  const found = range.step ? onGrid(range, range.step) : offGrid(range);
  if (found === 'none') return { is: 'unsat' };
  if (found !== undefined) return { is: 'sat', value: found, sure: true };
  return {
    is: 'unknown',
    why: solver.why(conjunction.literals.keys(), 'cannot decide whether such a number exists'),
  };
}

function gather(conjunction: Conjunction): Range {
  const range: Range = { min: undefined, max: undefined, step: undefined, notSteps: [], excluded: new Set() };
  const takeStep = (of: Rational): void => {
    range.step = range.step ? commonMultiple(range.step, of) : of;
  };
  for (const literal of conjunction.literals.values()) takeLiteral(range, literal, takeStep);
  if (conjunction.mask === Kind.integer) takeStep(rational(1n));
  if (conjunction.mask === Kind.fraction) range.notSteps.push(rational(1n));
  for (const value of conjunction.excluded.values())
    if (typeof value === 'number') range.excluded.add(String(value));
  return range;
}

function takeLiteral(range: Range, literal: Literal, takeStep: (of: Rational) => void): void {
  if (literal.is === 'multiple') takeStep(literal.of);
  else if (literal.is === 'notMultiple') range.notSteps.push(literal.of);
  else if (literal.is === 'min' || literal.is === 'max') {
    const known = range[literal.is];
    const order = known ? compare(literal.at, known.at) * (literal.is === 'min' ? 1 : -1) : 1;
    if (order > 0 || (order === 0 && literal.exclusive))
      range[literal.is] = { at: literal.at, exclusive: literal.exclusive };
  }
}

/** Multiples of `step`: exact, since a finite range is tried through and an infinite one has a free multiple. */
function onGrid(range: Range, step: Rational): number | 'none' | undefined {
  const low = range.min && ceil(over(range.min.at, step));
  const high = range.max && floor(over(range.max.at, step));
  const first =
    low !== undefined && range.min?.exclusive && compare(times(rational(low), step), range.min.at) === 0
      ? low + 1n
      : low;
  const last =
    high !== undefined && range.max?.exclusive && compare(times(rational(high), step), range.max.at) === 0
      ? high - 1n
      : high;
  if (first !== undefined && last !== undefined && first > last) return 'none';
  let lost = false;
  let tries = 0;
  for (const factor of factors(first, last)) {
    if (++tries > maxTries + range.excluded.size) return undefined;
    const exact = times(rational(factor), step);
    if (range.notSteps.some((other) => isInteger(over(exact, other)))) continue;
    const value = toNumber(exact);
    if (value === undefined) lost = true;
    else if (!range.excluded.has(String(value))) return value;
  }
  return lost ? undefined : 'none';
}

/** The integers of a range, small ones first; endless where a bound is missing. */
function* factors(first: bigint | undefined, last: bigint | undefined): Generator<bigint> {
  const inside = (n: bigint): boolean =>
    (first === undefined || n >= first) && (last === undefined || n <= last);
  const from = inside(0n) ? 0n : first !== undefined && first > 0n ? first : (last ?? 0n);
  yield from;
  const round = roundBeyond(from);
  if (round !== undefined && inside(round)) yield round;
  for (let away = 1n; ; away++) {
    const [up, down] = [from + away, from - away];
    if (!inside(up) && !inside(down)) return;
    if (inside(up)) yield up;
    if (inside(down)) yield down;
  }
}

/** Where integers are too large for each to be a double: the next power of ten away from zero, which is one. */
function roundBeyond(n: bigint): bigint | undefined {
  const digits = `${n < 0n ? -n : n}`;
  if (digits.length < 16) return undefined;
  return 10n ** BigInt(digits.length) * (n < 0n ? -1n : 1n);
}

/** Any decimal: a range of more than one point has too many to run out of. */
function offGrid(range: Range): number | 'none' | undefined {
  const { min, max } = range;
  const fits = (exact: Rational): number | undefined => {
    if (min && compare(exact, min.at) < (min.exclusive ? 1 : 0)) return undefined;
    if (max && compare(exact, max.at) > (max.exclusive ? -1 : 0)) return undefined;
    if (range.notSteps.some((other) => isInteger(over(exact, other)))) return undefined;
    const value = toNumber(exact);
    return value === undefined || range.excluded.has(String(value)) ? undefined : value;
  };
  if (min && max && compare(min.at, max.at) === 0) {
    const value = fits(min.at);
    if (value !== undefined) return value;
    return toNumber(min.at) === undefined ? undefined : 'none';
  }
  for (const exact of decimals(range)) {
    const value = fits(exact);
    if (value !== undefined) return value;
  }
  return undefined;
}

function* decimals({ min, max, notSteps, excluded }: Range): Generator<Rational> {
  const zero = rational(0n);
  yield zero;
  if (min) yield min.at;
  if (max) yield max.at;
  const from = min?.at ?? max?.at ?? zero;
  const round = roundBeyond(from.num / from.den);
  if (round !== undefined) yield rational(round);
  const sign = min || !max ? 1n : -1n;
  const span = min && max ? add(max.at, { num: -min.at.num, den: min.at.den }) : rational(1n);
  const count = BigInt(20 + 4 * notSteps.length + excluded.size);
  // Steps finer than every forbidden grid, so that few of them fall on it.
  const grain = notSteps.reduce((finest, step) => commonDivisor(finest, step), rational(1n));
  for (const fraction of [1n, 2n, 10n, 7n, 1000n, 123n, 65_536n]) {
    for (let n = 1n; n <= count; n++) {
      yield add(from, rational(sign * n, fraction));
      yield add(from, times(rational(sign * n, fraction), grain));
      if (max && min) yield add(from, times(span, rational(n, count * fraction)));
    }
  }
}
