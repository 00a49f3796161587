import {
  ANYTHING,
  type CharSet,
  complement,
  fromRanges,
  intersect,
  NOT_SLASH,
  only,
  SLASH,
} from './charset.ts';
import type { Atom, Reading } from './pattern.ts';

const MAX_ALTERNATIVES = 1024;
const MAX_EXPANDED_LENGTH = 1_000_000;

/**
 * Read a pattern as gitignore(5) and the glob libraries do: `*` and `?` stay inside one directory; `**` as a whole segment
 * is any number of directories, and at the end everything inside; elsewhere it is `*`. `[a-z]`, `[!a-z]`, `[[:digit:]]`
 * never match `/`; `{a,b}` and `{1..9}` are alternatives, nested too; a backslash takes the next character as it is.
 * A dot is a character like any other. Not read: a leading `!` and extended groups such as `!(a|b)`.
 */
export function readGlob(pattern: string): Reading {
  if (pattern.startsWith('!'))
    return { unread: "a leading '!' excludes, which a list of patterns cannot express" };
  const group = /(?<!\\)[?*+@!]\([^()]*\)/.exec(pattern);
  if (group) return { unread: `the extended group '${group[0]}' is not supported` };
  const expanded = expandBraces(pattern);
  if ('unread' in expanded) return expanded;
  const alternatives: Atom[][] = [];
  for (const text of expanded.texts) {
    const atoms = readPlain(text);
    if (typeof atoms === 'string') return { unread: atoms };
    alternatives.push(atoms);
  }
  return { alternatives };
}

/** Braces are text that is expanded before anything else is read, as in a shell. */
function expandBraces(pattern: string): { texts: string[] } | { unread: string } {
  const done = new Set<string>();
  const waiting = [pattern];
  let length = 0;
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    const brace = firstBrace(text);
    if (brace && 'unread' in brace) return brace;
    if (!brace) done.add(text);
    else {
      const head = text.slice(0, brace.start);
      const tail = text.slice(brace.end);
      for (const choice of brace.choices) {
        waiting.push(head + choice + tail);
        length += head.length + choice.length + tail.length;
      }
    }
    if (done.size + waiting.length > MAX_ALTERNATIVES || length > MAX_EXPANDED_LENGTH) {
      return { unread: `its braces expand to more than ${MAX_ALTERNATIVES} patterns` };
    }
  }
  return { texts: [...done] };
}

interface Brace {
  start: number;
  end: number;
  choices: string[];
}

/** The first `{…}` that has a comma or a range in it; other braces stand for themselves. */
function firstBrace(text: string): Brace | { unread: string } | undefined {
  const open: { at: number; commas: number[] }[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '{') open.push({ at: i, commas: [] });
    else if (char === ',') open.at(-1)?.commas.push(i);
    else if (char === '}') {
      const brace = open.pop();
      if (!brace) continue;
      const choices = choicesOf(text.slice(brace.at + 1, i), brace, text);
      if (!choices) continue;
      // An inner brace is expanded first; the outer one is met again with what it became.
      return 'unread' in choices ? choices : { start: brace.at, end: i + 1, choices: choices.texts };
    }
  }
  return undefined;
}

function choicesOf(
  body: string,
  brace: { at: number; commas: number[] },
  text: string,
): { texts: string[] } | { unread: string } | undefined {
  if (brace.commas.length > 0) {
    const edges = [brace.at, ...brace.commas, brace.at + 1 + body.length];
    return { texts: edges.slice(1).map((end, i) => text.slice((edges[i] ?? 0) + 1, end)) };
  }
  const range = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(\.\.-?\d+)?$/.exec(body);
  if (!range) return undefined;
  const [, from = '', to = '', step] = range;
  const numeric = /^-?\d+$/.test(from);
  if (step || numeric !== /^-?\d+$/.test(to) || /^-?0\d/.test(from) || /^-?0\d/.test(to)) {
    return { unread: `the range '{${body}}' is not supported` };
  }
  const first = numeric ? Number(from) : from.charCodeAt(0);
  const last = numeric ? Number(to) : to.charCodeAt(0);
  const size = Math.abs(last - first) + 1;
  if (size > MAX_ALTERNATIVES)
    return { unread: `the range '{${body}}' expands to more than ${MAX_ALTERNATIVES} patterns` };
  const numbers = Array.from({ length: size }, (_, i) => Math.min(first, last) + i);
  return { texts: numbers.map((n) => (numeric ? String(n) : escaped(String.fromCharCode(n)))) };
}

const escaped = (char: string): string => (/[a-zA-Z0-9]/.test(char) ? char : `\\${char}`);

/** A pattern without braces; a string says why it is not read. */
function readPlain(text: string): Atom[] | string {
  const atoms: Atom[] = [];
  const addOne = (set: CharSet): void => void atoms.push({ set, many: false });
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i) ?? 0;
    const char = String.fromCodePoint(code);
    if (char === '*') {
      const start = i;
      while (text[i] === '*') i++;
      const segmentStart = start === 0 || text[start - 1] === '/';
      if (i - start === 2 && segmentStart && text[i] === '/') {
        atoms.push({ dirs: true });
        i++;
      } else if (i - start === 2 && segmentStart && i === text.length)
        atoms.push({ set: ANYTHING, many: true });
      else atoms.push({ set: NOT_SLASH, many: true });
    } else if (char === '?') {
      addOne(NOT_SLASH);
      i++;
    } else if (char === '\\' && i + 1 < text.length) {
      const next = text.codePointAt(i + 1) ?? 0;
      addOne(only(next));
      i += 1 + String.fromCodePoint(next).length;
    } else if (char === '[') {
      const bracket = readBracket(text, i);
      if (typeof bracket === 'string') return bracket;
      addOne(bracket.set);
      i = bracket.end;
    } else {
      addOne(only(code));
      i += char.length;
    }
  }
  return atoms;
}

const NAMED: Record<string, readonly (readonly [number, number])[]> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  blank: [
    [0x20, 0x20],
    [0x09, 0x09],
  ],
  digit: [[0x30, 0x39]],
  lower: [[0x61, 0x7a]],
  space: [
    [0x20, 0x20],
    [0x09, 0x0d],
  ],
  upper: [[0x41, 0x5a]],
  word: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};

/** `[…]` from `start`; a string says why it is not read. */
function readBracket(text: string, start: number): { set: CharSet; end: number } | string {
  let i = start + 1;
  const negated = text[i] === '!' || text[i] === '^';
  if (negated) i++;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; i < text.length; first = false) {
    if (text[i] === ']' && !first) {
      const set = fromRanges(ranges);
      return { set: intersect(negated ? complement(set) : set, NOT_SLASH), end: i + 1 };
    }
    const named = /^\[:([a-z]+):\]/.exec(text.slice(i, i + 12));
    if (named) {
      const members = Object.hasOwn(NAMED, named[1] ?? '') ? NAMED[named[1] ?? ''] : undefined;
      if (!members) return `the character class '${named[0]}' is not supported`;
      ranges.push(...members);
      i += named[0].length;
      continue;
    }
    const [lo, afterLo] = bracketChar(text, i);
    if (text[afterLo] === '-' && afterLo + 1 < text.length && text[afterLo + 1] !== ']') {
      const [hi, afterHi] = bracketChar(text, afterLo + 1);
      if (hi < lo) return `the range '${text.slice(i, afterHi)}' is out of order`;
      ranges.push([lo, hi]);
      i = afterHi;
    } else {
      ranges.push([lo, lo]);
      i = afterLo;
    }
  }
  return "a '[' is never closed";
}

function bracketChar(text: string, i: number): readonly [code: number, after: number] {
  const at = text[i] === '\\' && i + 1 < text.length ? i + 1 : i;
  const code = text.codePointAt(at) ?? SLASH;
  return [code, at + String.fromCodePoint(code).length];
}
