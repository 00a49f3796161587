import { ANYTHING, FIRST_VARIABLE } from './charset.ts';
import { readGlob } from './glob.ts';
import { readIam } from './iam.ts';
import { type Nfa, nfaOf } from './nfa.ts';
import type { Atom, Reading, Variables } from './pattern.ts';
import { type Bounds, Budget, findWord } from './search.ts';

export { Budget } from './search.ts';

/** How path patterns are written: `iam`, where `*` crosses `/`, or `glob`, where it does not. */
export type Dialect = 'iam' | 'glob';
export const isDialect = (name: unknown): name is Dialect => name === 'iam' || name === 'glob';

/** The paths that any of the patterns matches. */
export interface PathLanguage {
  patterns: readonly string[];
  dialect: Dialect;
}

export type Containment =
  | { contained: true }
  | {
      contained: false;
      /** A shortest path that is needed and not had. */
      witness: string;
      /** The needed pattern that matches it. */
      pattern: string;
    }
  | { unknown: true; reason: string; pattern: string };

/** One needed pattern that is not covered, or cannot be decided. */
export type Missing = { pattern: string; witness: string } | { pattern: string; unknown: string };

/**
 * Does `have` match every path that `need` matches? A definite `no` wins over what cannot be decided; what is past the
 * bounds, or written in a way that is not read, is `unknown` and never `contained`.
 */
export function pathsContain(
  have: readonly string[],
  need: readonly string[],
  dialect: Dialect,
  bounds?: Bounds | Budget,
): Containment {
  const open = uncoveredPatterns({ patterns: have, dialect }, { patterns: need, dialect }, bounds);
  const definite = open.find((gap) => 'witness' in gap);
  if (definite && 'witness' in definite)
    return { contained: false, witness: definite.witness, pattern: definite.pattern };
  const unknown = open[0];
  if (unknown && 'unknown' in unknown)
    return { unknown: true, reason: unknown.unknown, pattern: unknown.pattern };
  return { contained: true };
}

/** The patterns of `need` that `have` does not cover, each with a shortest path that shows it. */
export const missing = (
  have: readonly string[],
  need: readonly string[],
  dialect: Dialect,
  bounds?: Bounds | Budget,
): Missing[] => uncoveredPatterns({ patterns: have, dialect }, { patterns: need, dialect }, bounds);

/** As `missing`, where the two sides may be written in different dialects. */
export function uncoveredPatterns(
  have: PathLanguage,
  need: PathLanguage,
  bounds?: Bounds | Budget,
): Missing[] {
  const budget = bounds instanceof Budget ? bounds : new Budget(bounds);
  const same = new Set(have.dialect === need.dialect ? have.patterns : []);
  const wanted = [...new Set(need.patterns)].filter((pattern) => !same.has(pattern));
  if (wanted.length === 0) return [];
  const reader = new Reader();
  const had = new Haves(have, reader);
  const out: Missing[] = [];
  for (const pattern of wanted) {
    const answer = difference([{ patterns: [pattern], dialect: need.dialect }], had, reader, budget);
    if ('witness' in answer) out.push({ pattern, witness: answer.witness });
    else if ('unknown' in answer) out.push({ pattern, unknown: answer.unknown });
  }
  return out;
}

export type Sample = { witness: string } | { empty: true } | { unknown: string };

/** A shortest path that every language of `allOf` holds and `noneOf` does not. */
export function samplePath(
  allOf: readonly PathLanguage[],
  noneOf?: PathLanguage,
  bounds?: Bounds | Budget,
): Sample {
  const budget = bounds instanceof Budget ? bounds : new Budget(bounds);
  const reader = new Reader();
  const had = new Haves(noneOf ?? { patterns: [], dialect: 'iam' }, reader);
  let unknown: string | undefined;
  // Pattern by pattern on the first side: small automata, and the bound refers to one of them.
  for (const pattern of new Set(allOf[0]?.patterns)) {
    const first: PathLanguage = { patterns: [pattern], dialect: allOf[0]?.dialect ?? 'iam' };
    const answer = difference([first, ...allOf.slice(1)], had, reader, budget);
    if ('witness' in answer) return answer;
    if ('unknown' in answer) unknown ??= answer.unknown;
  }
  return unknown === undefined ? { empty: true } : { unknown };
}

/** Does the pattern match this very path? Undefined where that cannot be decided. */
export function matchesPath(pattern: string, path: string, dialect: Dialect): boolean | undefined {
  const quoted =
    dialect === 'iam'
      ? path.replace(/[*?$]/g, (char) => `\${${char}}`)
      : path.replace(/[^\w/.-]/gu, (char) => `\\${char}`);
  const answer = pathsContain([pattern], [quoted], dialect);
  return 'contained' in answer ? answer.contained : undefined;
}

/** A shortest path in all of `positives` and not in `had`, pattern variables considered. */
function difference(positives: readonly PathLanguage[], had: Haves, reader: Reader, budget: Budget): Sample {
  if (budget.spent) return { unknown: PAST_BOUND };
  const sides = positives.map((language) => reader.compile(language, budget));
  const prefix = sides.reduce(
    (longest, { prefix }) => (prefix.length > longest.length ? prefix : longest),
    '',
  );
  const rivals = had.near(prefix, budget);
  const strict = findWord(
    sides.map((side) => side.strict),
    rivals.map((rival) => rival.strict),
    budget,
  );
  if ('bound' in strict) return { unknown: PAST_BOUND };
  if ('none' in strict) {
    const unread = sides.find((side) => side.unread !== undefined)?.unread;
    if (unread !== undefined) return { unknown: unread };
    // Two sides that differ as written may still meet once a variable has its text.
    if (sides.length === 1 || sides.every((side) => side.loose === side.strict)) return { empty: true };
    const meeting = findWord(
      sides.map((side) => side.loose),
      rivals.map((rival) => rival.strict),
      budget,
    );
    return 'none' in meeting ? { empty: true } : { unknown: 'bound' in meeting ? PAST_BOUND : VARIABLE };
  }
  if (strict.word.some((code) => code >= FIRST_VARIABLE)) return { unknown: VARIABLE };
  const unread = rivals.find((rival) => rival.unread !== undefined)?.unread;
  if (unread !== undefined) return { unknown: unread };
  if (rivals.every((rival) => rival.loose === rival.strict)) return { witness: textOf(strict.word) };
  const loose = findWord(
    sides.map((side) => side.strict),
    rivals.map((rival) => rival.loose),
    budget,
  );
  if ('bound' in loose) return { unknown: PAST_BOUND };
  if ('none' in loose || loose.word.some((code) => code >= FIRST_VARIABLE)) return { unknown: VARIABLE };
  return { witness: textOf(loose.word) };
}

const PAST_BOUND = 'the comparison of the path patterns takes too many steps';
const VARIABLE = 'it contains a policy variable, so it cannot be decided';

interface Compiled {
  /** A variable stands for itself: what it matches, it matches whatever the variable's text is. */
  strict: Nfa;
  /** A variable stands for any text: what it does not match, it never matches. The same object without variables. */
  loose: Nfa;
  /** Text that every match begins with. */
  prefix: string;
  /** Why a pattern is left out, which makes the language smaller than it is. */
  unread: string | undefined;
}

/** What is had, found by the literal text it begins with: only patterns that agree with a need's text can cover it. */
class Haves {
  private readonly byPrefix = new Map<string, string[]>();
  private readonly prefixes: string[];
  private readonly compiled = new Map<string, Compiled>();

  constructor(
    private readonly language: PathLanguage,
    private readonly reader: Reader,
  ) {
    for (const pattern of new Set(language.patterns)) {
      const prefix = literalPrefix(pattern, language.dialect);
      const list = this.byPrefix.get(prefix);
      if (list) list.push(pattern);
      else this.byPrefix.set(prefix, [pattern]);
    }
    this.prefixes = [...this.byPrefix.keys()].sort();
  }

  near(prefix: string, budget: Budget): Compiled[] {
    const out: Compiled[] = [];
    const take = (at: string): void => {
      for (const pattern of this.byPrefix.get(at) ?? [])
        if (!budget.spent) out.push(this.compile(pattern, budget));
    };
    for (let end = 0; end < prefix.length; end++) take(prefix.slice(0, end));
    let low = 0;
    for (let high = this.prefixes.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.prefixes[middle] ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    for (let i = low; this.prefixes[i]?.startsWith(prefix); i++) take(this.prefixes[i] ?? '');
    return out;
  }

  private compile(pattern: string, budget: Budget): Compiled {
    let compiled = this.compiled.get(pattern);
    if (!compiled) {
      compiled = this.reader.compile({ patterns: [pattern], dialect: this.language.dialect }, budget);
      this.compiled.set(pattern, compiled);
    }
    return compiled;
  }
}

/** Reads patterns, and remembers the variables by name over all sides of a question. */
class Reader {
  private readonly variables: Variables = new Map();

  compile({ patterns, dialect }: PathLanguage, budget: Budget): Compiled {
    const alternatives: Atom[][] = [];
    let unread: string | undefined;
    for (const pattern of patterns) {
      const reading = this.read(pattern, dialect);
      budget.work -= pattern.length + 1;
      if ('unread' in reading) unread ??= `pattern '${shorten(pattern)}': ${reading.unread}`;
      else alternatives.push(...reading.alternatives);
      if (budget.spent) break;
    }
    const strict = nfaOf(alternatives);
    const varies = alternatives.some((atoms) => atoms.some(isVariable));
    const [only = ''] = patterns;
    return {
      strict,
      loose: varies ? nfaOf(alternatives.map((atoms) => atoms.map(anyText))) : strict,
      prefix: patterns.length === 1 ? literalPrefix(only, dialect) : '',
      unread,
    };
  }

  private read(pattern: string, dialect: Dialect): Reading {
    if (pattern.length > MAX_PATTERN) return { unread: `it is longer than ${MAX_PATTERN} characters` };
    return dialect === 'iam' ? readIam(pattern, this.variables) : readGlob(pattern);
  }
}

/** An S3 key has at most 1,024 bytes. */
const MAX_PATTERN = 4096;

const isVariable = (atom: Atom): boolean =>
  'set' in atom && !atom.many && (atom.set[0] ?? 0) >= FIRST_VARIABLE;

const anyText = (atom: Atom): Atom => (isVariable(atom) ? { set: ANYTHING, many: true } : atom);

/** Text that every match begins with, as far as it is plain in the pattern. */
function literalPrefix(pattern: string, dialect: Dialect): string {
  const end = pattern.search(dialect === 'iam' ? /[*?$]/ : /[*?[\]\\{}!+@(]/);
  return end < 0 ? pattern : pattern.slice(0, end);
}

const textOf = (word: readonly number[]): string => word.map((code) => String.fromCodePoint(code)).join('');

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
