import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { CharSet } from 'refa';
import { isRegExp } from '../../regexp/index.ts';
import { charSet, maximum } from '../../regexp/sets.ts';

/**
 * A regular expression as a nondeterministic automaton over code points. `char` consumes, `split` and `assert` do
 * not; `accept` is state 0. Patterns are read with the `u` flag, unanchored, as ECMA-262 and JSON Schema have it.
 */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  readonly sets: readonly CharSet[];
  readonly hasWordAssertion: boolean;
}
export type State =
  | { is: 'accept' }
  | { is: 'char'; set: CharSet; next: number }
  | { is: 'split'; next: readonly number[] }
  | { is: 'assert'; at: 'start' | 'end' | 'boundary' | 'inside'; next: number };

/** How a pattern can be decided: by one automaton, as a combination of others, or not by automata at all. */
export type Pattern =
  | { is: 'automaton'; automaton: Automaton }
  | { is: 'all' | 'any'; of: readonly { source: string; negated: boolean }[] }
  | { is: 'beyond'; what: string }
  | { is: 'invalid'; message: string };

const maxSource = 4_000;
const maxStates = 6_000;
const maxCodePoint = maximum(true);
/** A pure memo: a pattern follows from its source alone, and its cost is charged by `patternCost` whether it was here or not. */
const cache = new Map<string, Pattern>();

/** What a pattern is; never throws. Kept, since the same few patterns come again and again. */
export function readPattern(source: string): Pattern {
  const known = cache.get(source);
  if (known) return known;
  const pattern = analyse(source);
  if (cache.size > 500) cache.clear();
  cache.set(source, pattern);
  return pattern;
}

/** What it costs to read a pattern, in steps, whether or not it was read before. */
export const patternCost = (pattern: Pattern, { length }: string): number =>
  100 + length * 4 + (pattern.is === 'automaton' ? pattern.automaton.states.length * 4 : 0);

/**
 * The source as an expression that the `u` flag accepts: escapes that need none, such as `\-`, are dropped.
 * `undefined` when it is not a valid regular expression either way.
 */
export function unicodeSource(source: string): string | undefined {
  for (const candidate of [source, source.replace(/\\(.)/gsu, needlessEscape)])
    if (isRegExp(candidate)) return candidate;
  return undefined;
}

const needlessEscape = (sequence: string, char: string): string =>
  /[\^$\\.*+?()[\]{}|/\-a-zA-Z0-9]/.test(char) ? (char === '-' ? '\\x2d' : sequence) : char;

function analyse(source: string): Pattern {
  if (source.length > maxSource) return { is: 'beyond', what: `longer than ${maxSource} characters` };
  const readable = unicodeSource(source);
  if (readable === undefined)
    return { is: 'invalid', message: `'${source}' is not a valid regular expression` };
  try {
    const ast = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(readable, undefined, undefined, {
      unicode: true,
    });
    const builder = new Builder();
    if (!builder.add(ast.alternatives)) return split(ast) ?? { is: 'beyond', what: builder.beyond };
    return { is: 'automaton', automaton: builder.finish() };
  } catch (error) {
    return { is: 'beyond', what: error instanceof RangeError ? 'nested too deep' : 'unreadable' };
  }
}

/**
 * A pattern that fits whatever one with back-references fits: each is replaced by the group that it repeats, or nothing, since a
 * group that took no part in a match repeats as nothing (ECMA-262, section 22.2.2.9). Undefined where that cannot be written.
 */
export function withoutBackReferences(source: string): string | undefined {
  const readable = unicodeSource(source);
  if (readable === undefined || readable.length > maxSource) return undefined;
  const found: AST.Backreference[] = [];
  try {
    const ast = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(readable, undefined, undefined, {
      unicode: true,
    });
    visitRegExpAST(ast, { onBackreferenceEnter: (reference) => found.push(reference) });
  } catch {
    return undefined;
  }
  let text = readable;
  for (const { start, end, resolved } of found.reverse()) {
    const groups = Array.isArray(resolved) ? resolved : [resolved];
    const inner = groups.flatMap(({ alternatives }) => alternatives.map(({ raw }) => raw)).join('|');
    // An assertion in a group is about where the group is; a copied group would be counted, or named twice.
    if (/[\^$]|\\[bB1-9k]|\((?!\?:)/.test(inner) || inner.length > maxSource) return undefined;
    text = `${text.slice(0, start)}(?:${inner}|)${text.slice(end)}`;
    if (text.length > maxSource) return undefined;
  }
  return found.length > 0 ? text : undefined;
}

/** A pattern with look-arounds, where they stand so that it is the same as several patterns without. */
function split(ast: AST.Pattern): Pattern | undefined {
  if (ast.alternatives.length > 1)
    return { is: 'any', of: ast.alternatives.map(({ raw }) => ({ source: raw, negated: false })) };
  const elements = ast.alternatives[0]?.elements ?? [];
  const [first, ...rest] = elements;
  if (first?.type !== 'Assertion' || first.kind !== 'start') return undefined;
  const ahead = rest.findIndex((element) => element.type !== 'Assertion' || element.kind !== 'lookahead');
  const looks = ahead < 0 ? rest : rest.slice(0, ahead);
  if (looks.length === 0) return undefined;
  const tail = (ahead < 0 ? [] : rest.slice(ahead)).map(({ raw }) => raw).join('');
  return {
    is: 'all',
    of: [
      ...looks.map((look) => ({
        source: `^(?:${look.raw.slice('(?='.length, -1)})`,
        negated: look.type === 'Assertion' && look.kind === 'lookahead' && look.negate,
      })),
      { source: `^${tail}`, negated: false },
    ],
  };
}

class Builder {
  readonly #states: State[] = [{ is: 'accept' }];
  readonly #sets: CharSet[] = [];
  #start = 0;
  #hasWordAssertion = false;
  beyond = '';

  add(alternatives: readonly AST.Alternative[]): boolean {
    const start = this.#alternatives(alternatives, 0);
    if (start === undefined) return false;
    this.#start = start;
    return true;
  }

  finish(): Automaton {
    return {
      states: this.#states,
      start: this.#start,
      sets: this.#sets,
      hasWordAssertion: this.#hasWordAssertion,
    };
  }

  #alternatives(alternatives: readonly AST.Alternative[], next: number): number | undefined {
    const starts: number[] = [];
    for (const { elements } of alternatives) {
      let at: number | undefined = next;
      for (const element of [...elements].reverse()) {
        at = this.#element(element, at);
        if (at === undefined) return undefined;
      }
      starts.push(at);
    }
    return starts.length === 1 ? starts[0] : this.#state({ is: 'split', next: starts });
  }

  #element(element: AST.Element, next: number): number | undefined {
    switch (element.type) {
      case 'Group':
        if (element.modifiers) return this.#give('flags inside a pattern');
        return this.#alternatives(element.alternatives, next);
      case 'CapturingGroup':
        return this.#alternatives(element.alternatives, next);
      case 'Quantifier':
        return this.#quantifier(element, next);
      case 'Assertion':
        if (element.kind === 'lookahead' || element.kind === 'lookbehind')
          return this.#give('a look-around that is not at the start');
        if (element.kind === 'word') {
          this.#hasWordAssertion = true;
          return this.#state({ is: 'assert', at: element.negate ? 'inside' : 'boundary', next });
        }
        return this.#state({ is: 'assert', at: element.kind, next });
      case 'Character':
        return this.#char(CharSet.fromCharacter(maxCodePoint, element.value), next);
      case 'CharacterSet':
        if (element.kind === 'property' && element.strings) return this.#give('a property of strings');
        return this.#char(charSet([element], true), next);
      case 'CharacterClass': {
        if (element.unicodeSets) return this.#give('a class with set notation');
        const set = charSet(element.elements, true);
        return this.#char(element.negate ? set.negate() : set, next);
      }
      default:
        return this.#give(element.type === 'Backreference' ? 'a back-reference' : element.type);
    }
  }

  #quantifier({ element, min, max }: AST.Quantifier, next: number): number | undefined {
    let at: number | undefined = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#state({ is: 'split', next: [] });
      const body = this.#element(element, loop);
      if (body === undefined) return undefined;
      this.#states[loop] = { is: 'split', next: [body, next] };
      at = loop;
    } else
      for (let optional = min; optional < max; optional++) {
        const body: number | undefined = this.#element(element, at);
        if (body === undefined) return undefined;
        at = this.#state({ is: 'split', next: [body, next] });
      }
    for (let mandatory = 0; mandatory < min; mandatory++) {
      at = this.#element(element, at);
      if (at === undefined) return undefined;
    }
    return at;
  }

  #char(set: CharSet, next: number): number {
    this.#sets.push(set);
    return this.#state({ is: 'char', set, next });
  }

  #state(state: State): number {
    if (this.#states.length >= maxStates) throw new RangeError('too many states');
    return this.#states.push(state) - 1;
  }

  #give(what: string): undefined {
    this.beyond = what;
    return undefined;
  }
}
