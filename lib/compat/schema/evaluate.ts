import { canonical, isObject, type JsonValue } from '../../json.ts';
import { hasFormat } from './formats.ts';
import { type Formula, kindOf, type Literal } from './formula.ts';
import { readPattern } from './pattern.ts';
import { compare, fromNumber, isInteger, over } from './rational.ts';
import { type Machine, PatternMachine, run } from './words.ts';

/**
 * Whether a value satisfies a formula: `undefined` where that hangs on a predicate nobody here can look into. Slow
 * and simple on purpose: it is also what candidate values are tried with.
 */
export function evaluate(formula: Formula, value: JsonValue): boolean | undefined {
  switch (formula.op) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return every(formula.parts, (part) => evaluate(part, value));
    case 'or':
      return negate(every(formula.parts, (part) => negate(evaluate(part, value))));
    case 'kinds':
      return (formula.mask & kindOf(value)) !== 0;
    case 'enum':
      return formula.values.has(canonical(value));
    case 'notEnum':
      return !formula.values.has(canonical(value));
    case 'ref': {
      const result = evaluate(formula.target.body(), value);
      return formula.negated ? negate(result) : result;
    }
    case 'opaque':
      return (formula.mask & kindOf(value)) === 0 ? !formula.negated : undefined;
    case 'literal':
      return (formula.kind & kindOf(value)) === 0 || holds(formula.literal, value);
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

function holds(literal: Literal, value: JsonValue): boolean | undefined {
  if (typeof value === 'number') return holdsForNumber(literal, value);
  if (typeof value === 'string') return holdsForString(literal, value);
  if (Array.isArray(value)) return holdsForArray(literal, value);
  return isObject(value) ? holdsForObject(literal, value) : true;
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

function holdsForString(literal: Literal, value: string): boolean | undefined {
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

function holdsForArray(literal: Literal, value: JsonValue[]): boolean | undefined {
  const counts = (of: Formula): [number, number] => {
    const results = value.map((item) => evaluate(of, item));
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
      return every(value.slice(literal.from, literal.to), (item) => evaluate(literal.of, item));
    case 'some':
      return negate(
        every(value.slice(literal.from, literal.to), (item) => negate(evaluate(literal.of, item))),
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
      return (new Set(value.map(canonical)).size === value.length) !== literal.negated;
    default:
      return true;
  }
}

function holdsForObject(literal: Literal, value: { [key: string]: JsonValue }): boolean | undefined {
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
      return every(Object.entries(value), ([name, member]) =>
        implies(literal.names, name, literal.of, member),
      );
    case 'someMember':
      return negate(
        every(Object.entries(value), ([name, member]) =>
          negate(both(evaluate(literal.names, name), () => evaluate(literal.of, member))),
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

const implies = (names: Formula, name: string, of: Formula, member: JsonValue): boolean | undefined =>
  negate(both(evaluate(names, name), () => negate(evaluate(of, member))));

const machines = new Map<string, Machine | undefined>();

/** Whether a pattern matches somewhere in the text, in linear time; `undefined` beyond what automata can say. */
export function matchesPattern(source: string, text: string): boolean | undefined {
  const machine = machineOf(source);
  const matches = machine && run(machine, text);
  if (matches === undefined) machines.delete(source);
  return matches;
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
