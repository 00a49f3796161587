import { CharSet } from 'refa';
import { machineOf, runPattern } from './evaluate.ts';
import { hasFormat, isPartOf, languageOf, misfits, samplesOf } from './formats.ts';
import type { Literal, Why } from './formula.ts';
import type { Outcome } from './outcome.ts';
import { readPattern, withoutBackReferences } from './pattern.ts';
import type { Solver } from './solve.ts';
import type { Conjunction } from './state.ts';
import { type Found, findWord, type Machine, OtherThan, PatternMachine, run } from './words.ts';

interface Demands {
  min: number;
  max: number;
  patterns: { source: string; negated: boolean }[];
  formats: { name: string; negated: boolean }[];
  beyond: Why | undefined;
}

const maxLength = 20_000;
const stepsPerWord = 60_000;
/** Words that a pattern may refute before the search ends. */
const maxRefuted = 40;

/**
 * Strings of a length, in and out of patterns (by automata) and formats, and none of the excluded ones. A format of a fixed
 * shape is taken as asserted; of the others samples are tried, and nothing is proved by them.
 */
export function solveString(solver: Solver, conjunction: Conjunction): Outcome {
  const demands = gather(solver, conjunction);
  if (demands.min > demands.max || contradicts(demands)) return { is: 'unsat' };
  if (demands.min > maxLength)
    return unknown(solver, conjunction, `strings of more than ${maxLength} characters are not checked`);
  const excluded = new Set<string>();
  for (const value of conjunction.excluded.values()) if (typeof value === 'string') excluded.add(value);
  const isFree = demands.patterns.length === 0 && demands.formats.length === 0;
  if (isFree && !demands.beyond) {
    const word = plainWord(demands, excluded);
    return word === undefined ? { is: 'unsat' } : { is: 'sat', value: word, sure: true };
  }
  return withMachines(solver, conjunction, demands, excluded);
}

/** One format is wanted, and another that every such string has is not. */
const contradicts = ({ formats }: Demands): boolean =>
  formats.some(
    ({ name, negated }) => !negated && formats.some((other) => other.negated && isPartOf(name, other.name)),
  );

function withMachines(
  solver: Solver,
  conjunction: Conjunction,
  demands: Demands,
  excluded: Set<string>,
): Outcome {
  const machines: Machine[] = demands.patterns.flatMap(({ source, negated }) => {
    const pattern = readPattern(source);
    if (pattern.is === 'automaton') return [new PatternMachine(pattern.automaton, negated)];
    const wider = negated ? undefined : withoutBackReferences(source);
    const around = wider === undefined ? undefined : readPattern(wider);
    return around?.is === 'automaton' ? [new PatternMachine(around.automaton, false)] : [];
  });
  if (excluded.size > 0) machines.push(otherThan(excluded));
  const sample = fittingSample(demands, machines);
  if (sample !== undefined) return sat(sample, demands.beyond);
  const { min, max } = demands;
  const search = (all: readonly Machine[]): Found => {
    const budget = { steps: stepsPerWord };
    const found = findWord(all, min, max, budget);
    const work = all.reduce((sum, machine) => sum + machine.work, 0);
    solver.spend(Math.ceil((stepsPerWord - budget.steps) / 100 + work / 1_000));
    return found;
  };
  const fits = (found: Found): found is Found & { is: 'word' } =>
    found.is === 'word' &&
    demands.formats.every(({ name, negated }) => hasFormat(name, found.word) === !negated);
  const all = [...machines, ...languagesIn(demands, 'all')];
  const refuted = new Set<string>();
  let found = search(all);
  // Patterns that no automaton says can still be run, so a word that one of them refutes makes room for the next.
  while (found.is === 'word' && refuted.size < maxRefuted && runs(demands, found.word) === false) {
    refuted.add(found.word);
    found = search([...all, otherThan(refuted)]);
  }
  if (found.is === 'none') return { is: 'unsat' };
  if (fits(found))
    return runs(demands, found.word) ? sat(found.word, undefined) : sat(found.word, demands.beyond);
  const usual = languagesIn(demands, 'usual');
  const other = usual.length > 0 ? search([...machines, ...usual]) : found;
  if (fits(other)) return sat(other.word, demands.beyond);
  if (found.is === 'beyond')
    return unknown(solver, conjunction, 'the pattern needs too many steps to decide');
  const [format] = demands.formats;
  return unknown(
    solver,
    conjunction,
    `cannot decide whether a string matches the format '${format?.name ?? ''}' and all other keywords`,
    'format',
  );
}

const otherThan = (words: Iterable<string>): Machine =>
  new OtherThan(words, (codePoint) => CharSet.fromCharacter(0x10ffff, codePoint));

/** Does the text fit the patterns that no automaton says? Undefined where one cannot be run to its end. */
function runs({ patterns }: Demands, text: string): boolean | undefined {
  for (const { source, negated } of patterns) {
    const matches = machineOf(source) ? !negated : runPattern(source, text);
    if (matches === undefined) return undefined;
    if (matches === negated) return false;
  }
  return true;
}

/** What is known of the strings that have the wanted formats. */
function languagesIn({ formats }: Demands, which: 'all' | 'usual'): Machine[] {
  return formats.flatMap(({ name, negated }) => {
    const source = negated ? undefined : languageOf(name)?.[which];
    const pattern = source === undefined ? undefined : readPattern(source);
    return pattern?.is === 'automaton' ? [new PatternMachine(pattern.automaton, false)] : [];
  });
}

const sat = (value: string, why: Why | undefined): Outcome =>
  why ? { is: 'sat', value, sure: false, why } : { is: 'sat', value, sure: true };

function unknown(solver: Solver, conjunction: Conjunction, reason: string, keyword?: string): Outcome {
  const parts = [...conjunction.literals.keys()];
  const named = parts.filter((part) => solver.formulas.originOf(part)?.keyword === (keyword ?? 'pattern'));
  return { is: 'unknown', why: solver.why([...named, ...parts], reason) };
}

function gather(solver: Solver, conjunction: Conjunction): Demands {
  const demands: Demands = {
    min: 0,
    max: Number.POSITIVE_INFINITY,
    patterns: [],
    formats: [],
    beyond: undefined,
  };
  for (const [formula, literal] of conjunction.literals) {
    take(demands, literal);
    if (literal.is !== 'pattern' || machineOf(literal.source)) continue;
    const pattern = readPattern(literal.source);
    const what = pattern.is === 'beyond' ? `has ${pattern.what}` : 'is not a valid regular expression';
    demands.beyond ??= solver.why([formula], `the pattern '${literal.source}' ${what}`);
  }
  return demands;
}

function take(demands: Demands, literal: Literal): void {
  if (literal.is === 'minLength') demands.min = Math.max(demands.min, literal.n);
  else if (literal.is === 'maxLength') demands.max = Math.min(demands.max, literal.n);
  else if (literal.is === 'pattern') demands.patterns.push(literal);
  else if (literal.is === 'format') demands.formats.push(literal);
}

/** A string of a length within the demands that is not excluded; `undefined` when all of them are. */
function plainWord({ min, max }: Demands, excluded: Set<string>): string | undefined {
  if (min === 0 && !excluded.has('')) return '';
  if (max === 0) return undefined;
  const length = Math.max(min, 1);
  const stem = 'a'.repeat(length - 1);
  // More letters than excluded words, so one of them is free.
  for (let letter = 0; letter <= excluded.size; letter++) {
    const word =
      stem + String.fromCodePoint((letter < 26 ? 0x61 : letter < 20_000 ? 0x4e00 : 0x2_0000) + letter);
    if (!excluded.has(word)) return word;
  }
  return undefined;
}

function fittingSample(demands: Demands, machines: readonly Machine[]): string | undefined {
  if (demands.formats.length === 0) return undefined;
  const wanted = demands.formats.filter(({ negated }) => !negated);
  const samples = wanted.length > 0 ? wanted.flatMap(({ name }) => samplesOf(name, demands.min)) : misfits;
  return samples.find((text) => {
    const { length } = [...text];
    return (
      length >= demands.min &&
      length <= demands.max &&
      machines.every((machine) => run(machine, text) === true) &&
      demands.formats.every(({ name, negated }) => hasFormat(name, text) === !negated)
    );
  });
}
