/**
 * `lib/regexp`: runs regular expressions that somebody else wrote, in bounded steps.
 */

import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { CharSet } from 'refa';
import { CharTest, compile, type Program, Unsupported } from './program.ts';
import { after, type Reading, Run } from './run.ts';
import { maximum } from './sets.ts';
import type { Steps } from './steps.ts';

export { OutOfSteps, type Steps } from './steps.ts';

/** What one match holds; groups without a part in it are left out. */
export interface Match {
  index: number;
  text: string;
  groups: [name: string, text: string][];
}

/**
 * A regular expression that a stranger wrote, as ECMA-262 means it, without a backtracking engine: what it costs is counted in
 * steps, and is linear in the text unless it has back-references. The only way to run one (a test looks for others).
 */
export interface SafeRegExp {
  readonly source: string;
  /** Names of its groups, in order, each once. */
  readonly groups: readonly string[];
  /** Whether it matches somewhere. Throws `OutOfSteps`. */
  test(text: string, steps: Steps): boolean;
  /** All its matches from the left, none over another. Throws `OutOfSteps`. */
  matches(text: string, steps: Steps): Generator<Match>;
}

export type SafeResult =
  | { ok: true; regexp: SafeRegExp }
  /** `invalid`: no regular expression; else one that cannot be run here, because it has `why`. */
  | { ok: false; invalid: boolean; why: string };

/** Longest source that is read. */
const MAX_SOURCE = 4_000;

/** Reads a regular expression. `unicode`: its `u` flag, without which the older syntax is read too. Never throws. */
export function safeRegExp(source: string, { unicode, multiline }: Reading): SafeResult {
  if (source.length > MAX_SOURCE) return cannot(`more than ${MAX_SOURCE} characters`);
  try {
    const program = compile(parse(source, unicode), unicode);
    return { ok: true, regexp: new Matcher(source, program, { unicode, multiline }) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, invalid: true, why: error.message };
    if (error instanceof Unsupported) return cannot(error.message);
    if (error instanceof RangeError) return cannot('nested too deeply');
    throw error;
  }
}

/** Whether a text is a regular expression with the `u` flag, be it one that can be run here or not. */
export function isRegExp(source: string): boolean {
  if (source.length > MAX_SOURCE) return true;
  try {
    parse(source, true);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const parse = (source: string, unicode: boolean): AST.Pattern =>
  new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, undefined, undefined, { unicode });

const cannot = (why: string): SafeResult => ({ ok: false, invalid: false, why });

class Matcher implements SafeRegExp {
  readonly groups: readonly string[];
  readonly #program: Program;
  readonly #reading: Reading;
  /** Where a match can begin, behind the first place of the text; `null`: anywhere. */
  readonly #first: CharTest | null;

  constructor(
    readonly source: string,
    program: Program,
    reading: Reading,
  ) {
    this.#program = program;
    this.#reading = reading;
    this.groups = [...new Set(program.groups.map(({ name }) => name))];
    this.#first = firstOf(program, reading);
  }

  test(text: string, steps: Steps): boolean {
    return this.#from(0, text, new Run(this.#program, text, this.#reading, steps), steps) !== undefined;
  }

  *matches(text: string, steps: Steps): Generator<Match> {
    const run = new Run(this.#program, text, this.#reading, steps);
    for (let from = 0; ; ) {
      const slots = this.#from(from, text, run, steps);
      if (slots === undefined) return;
      const [index = 0, end = 0] = slots;
      const groups = this.#program.groups.flatMap(({ name, slot }): [string, string][] => {
        const [begins = -1, ends = -1] = [slots[slot], slots[slot + 1]];
        return begins < 0 || ends < 0 ? [] : [[name, text.slice(begins, ends)]];
      });
      yield { index, text: text.slice(index, end), groups };
      run.forgetAt(end);
      from = end > index ? end : after(text, end, this.#reading.unicode);
    }
  }

  #from(from: number, text: string, run: Run, steps: Steps): Int32Array | undefined {
    for (let at = from; at <= text.length; at = after(text, at, this.#reading.unicode)) {
      if (at > 0 && this.#first !== null) {
        const begin = at;
        at = this.#nextStart(text, at);
        steps.left -= (at - begin) >> 2;
        if (at > text.length) return undefined;
      }
      const slots = run.matchAt(at);
      if (slots !== undefined) return slots;
    }
    return undefined;
  }

  #nextStart(text: string, from: number): number {
    const { unicode } = this.#reading;
    for (let at = from; at < text.length; at = after(text, at, unicode))
      if (this.#first?.has(unicode ? (text.codePointAt(at) ?? 0) : text.charCodeAt(at))) return at;
    return text.length + 1;
  }
}

/** What a match begins with, away from the start of the text; `null` where it may begin with nothing. */
function firstOf({ code, start }: Program, { unicode, multiline }: Reading): CharTest | null {
  const sets: CharSet[] = [];
  const seen = new Set([start]);
  for (const at of seen) {
    const step = code[at];
    if (step === undefined || step.is === 'match' || step.is === 'again') return null;
    if (step.is === 'char') sets.push(step.test.set);
    else if (step.is === 'split') seen.add(step.next).add(step.other);
    else if (step.is !== 'assert' || step.at !== 'start' || multiline) seen.add(step.next);
  }
  return new CharTest(CharSet.empty(maximum(unicode)).union(...sets));
}
