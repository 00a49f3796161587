import { canonical, isObject, type JsonValue } from '../../json.ts';
import { OutOfSteps, safeRegExp } from '../../regexp/index.ts';
import { hasFormat } from './formats.ts';
import { type Formula, kindOf, type Literal, soleName } from './formula.ts';
import { readPattern, unicodeSource } from './pattern.ts';
import { compare, fromNumber, isInteger, over } from './rational.ts';
import { type Machine, PatternMachine, run } from './words.ts';
import type { Work } from './work.ts';

/**
 * Whether a value satisfies a formula: `undefined` where that hangs on a predicate nobody here can look into. Slow
 * and simple on purpose: it is also what candidate values are tried with.
 */
export function evaluate(formula: Formula, value: JsonValue, work: Work): boolean | undefined {
  work.spend(1);
  switch (formula.op) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return every(formula.parts, (part) => evaluate(part, value, work));
    case 'or':
      return negate(every(formula.parts, (part) => negate(evaluate(part, value, work))));
    case 'kinds':
      return (formula.mask & kindOf(value)) !== 0;
    case 'enum':
      return formula.values.has(textOf(value, work));
    case 'notEnum':
      return !formula.values.has(textOf(value, work));
    case 'ref': {
      const result = evaluate(formula.target.body(), value, work);
      return formula.negated ? negate(result) : result;
    }
    case 'opaque':
      return (formula.mask & kindOf(value)) === 0 ? !formula.negated : undefined;
    case 'literal':
      return (formula.kind & kindOf(value)) === 0 || holds(formula.literal, value, work);
  }
}

const negate = (result: boolean | undefined): boolean | undefined =>
  result === undefined ? undefined : !result;

function every<T>(items: Iterable<T>, test: (item: T) => boolean | undefined): boolean | undefined {
  let all: boolean | undefined = true;
  for (const item of items) {
    const result = test(item);
    if (result === false) return false;
    if (result === undefined) all = undefined;
  }
  return all;
}

function holds(literal: Literal, value: JsonValue, work: Work): boolean | undefined {
  if (typeof value === 'number') return holdsForNumber(literal, value);
  if (typeof value === 'string') return holdsForString(literal, value, work);
  if (Array.isArray(value)) return holdsForArray(literal, value, work);
  return isObject(value) ? holdsForObject(literal, value, work) : true;
}

function holdsForNumber(literal: Literal, value: number): boolean {
  const exact = fromNumber(value);
  switch (literal.is) {
    case 'min':
    case 'max': {
      const order = compare(exact, literal.at) * (literal.is === 'min' ? 1 : -1);
      return literal.exclusive ? order > 0 : order >= 0;
    }
    case 'multiple':
    case 'notMultiple':
      return isInteger(over(exact, literal.of)) === (literal.is === 'multiple');
    default:
      return true;
  }
}

function holdsForString(literal: Literal, value: string, work: Work): boolean | undefined {
  work.spend(1 + (value.length >> 3));
  switch (literal.is) {
    case 'minLength':
      return [...value].length >= literal.n;
    case 'maxLength':
      return value.length <= literal.n || [...value].length <= literal.n;
    case 'pattern': {
      const matches = matchesPattern(literal.source, value);
      return matches === undefined ? undefined : matches !== literal.negated;
    }
    case 'format': {
      const fits = hasFormat(literal.name, value);
      return fits === undefined ? undefined : fits !== literal.negated;
    }
    default:
      return true;
  }
}

function holdsForArray(literal: Literal, value: JsonValue[], work: Work): boolean | undefined {
  const counts = (of: Formula): [number, number] => {
    const results = value.map((item) => evaluate(of, item, work));
    return [
      results.filter((result) => result === true).length,
      results.filter((result) => result !== false).length,
    ];
  };
  switch (literal.is) {
    case 'minItems':
      return value.length >= literal.n;
    case 'maxItems':
      return value.length <= literal.n;
    case 'every':
      return every(value.slice(literal.from, literal.to), (item) => evaluate(literal.of, item, work));
    case 'some':
      return negate(
        every(value.slice(literal.from, literal.to), (item) => negate(evaluate(literal.of, item, work))),
      );
    case 'atLeast': {
      const [sure, possible] = counts(literal.of);
      return sure >= literal.n ? true : possible < literal.n ? false : undefined;
    }
    case 'atMost': {
      const [sure, possible] = counts(literal.of);
      return possible <= literal.n ? true : sure > literal.n ? false : undefined;
    }
    case 'unique':
      return (new Set(value.map((item) => textOf(item, work))).size === value.length) !== literal.negated;
    default:
      return true;
  }
}

function holdsForObject(
  literal: Literal,
  value: { [key: string]: JsonValue },
  work: Work,
): boolean | undefined {
  switch (literal.is) {
    case 'has':
      return Object.hasOwn(value, literal.key);
    case 'lacks':
      return !Object.hasOwn(value, literal.key);
    case 'minProperties':
      return Object.keys(value).length >= literal.n;
    case 'maxProperties':
      return Object.keys(value).length <= literal.n;
    case 'eachMember':
      return every(membersNamed(literal.names, value, work), ([name, member]) =>
        negate(both(evaluate(literal.names, name, work), () => negate(evaluate(literal.of, member, work)))),
      );
    case 'someMember':
      return negate(
        every(membersNamed(literal.names, value, work), ([name, member]) =>
          negate(both(evaluate(literal.names, name, work), () => evaluate(literal.of, member, work))),
        ),
      );
    default:
      return true;
  }
}

const both = (first: boolean | undefined, second: () => boolean | undefined): boolean | undefined => {
  if (first === false) return false;
  const result = second();
  return result === false ? false : first === undefined ? undefined : result;
};

/** The members that a literal may refer to: where it names one, there is no need to look at the others. */
function membersNamed(
  names: Formula,
  value: { [key: string]: JsonValue },
  work: Work,
): Iterable<[string, JsonValue]> {
  const sole = soleName(names);
  if (sole !== undefined) return Object.hasOwn(value, sole) ? [[sole, value[sole] ?? null]] : [];
  const members = Object.entries(value);
  work.spend(members.length);
  return members;
}

/** The canonical text of a value, paid for. */
function textOf(value: JsonValue, work: Work): string {
  const text = canonical(value);
  work.spendText(text.length);
  return text;
}

/** A pure memo: a machine follows from its source alone, and `matchesPattern` keeps what it has walked from counting for others. */
const machines = new Map<string, Machine | undefined>();

/** What running one pattern that no automaton says may take over one text. */
const stepsPerRun = 20_000;

/** Whether a pattern that no automaton says matches somewhere in the text; undefined where it cannot be run to its end. */
export function runPattern(source: string, text: string): boolean | undefined {
  const compiled = safeRegExp(unicodeSource(source) ?? source, { unicode: true, multiline: false });
  if (!compiled.ok) return undefined;
  try {
    return compiled.regexp.test(text, { left: stepsPerRun });
  } catch (error) {
    if (error instanceof OutOfSteps) return undefined;
    throw error;
  }
}

/** Whether a pattern matches somewhere in the text; `undefined` where that needs too many steps. */
function matchesPattern(source: string, text: string): boolean | undefined {
  const kept = machineOf(source);
  if (kept === undefined) return runPattern(source, text);
  const matches = run(kept, text);
  if (matches !== undefined) return matches;
  // Other texts have filled its tables, too: whether this one needs too many steps is for a machine of its own to say.
  machines.delete(source);
  const own = machineOf(source);
  return own && run(own, text);
}

/** The machine of a pattern, kept while its table of states is small. */
export function machineOf(source: string): Machine | undefined {
  if (machines.has(source)) return machines.get(source);
  const pattern = readPattern(source);
  const machine = pattern.is === 'automaton' ? new PatternMachine(pattern.automaton, false) : undefined;
  if (machines.size > 200) machines.clear();
  machines.set(source, machine);
  return machine;
}
