import { DFA, JS, NFA, TooManyNodesError } from 'refa';

/**
 * Straightforward matchers, one character at a time with memory, written from the documentation of the dialects and
 * sharing no code with the program: what the automata are judged by.
 */
export function iamMatches(pattern: string, path: string): boolean {
  const p = [...pattern];
  const s = [...path];
  let row = new Set([0]);
  const skip = (at: Set<number>): Set<number> => {
    for (const i of at) if (p[i] === '*') at.add(i + 1);
    return at;
  };
  row = skip(row);
  for (const char of s) {
    const next = new Set<number>();
    for (const i of row) {
      if (p[i] === '*') next.add(i);
      else if (p[i] === '?' || p[i] === char) next.add(i + 1);
    }
    row = skip(next);
  }
  return row.has(p.length);
}

/** Globs as a JavaScript regular expression source; braces are text that is expanded first. */
export const globSource = (pattern: string): string => `(?:${expand(pattern).map(plainSource).join('|')})`;

function expand(pattern: string): string[] {
  const brace = /\{([^{}]*)\}/.exec(pattern);
  if (!brace) return [pattern];
  const tail = pattern.slice(brace.index + brace[0].length);
  return (brace[1] ?? '')
    .split(',')
    .flatMap((choice) => expand(pattern.slice(0, brace.index) + choice + tail));
}

function plainSource(pattern: string): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    const atStart = i === 0 || pattern[i - 1] === '/';
    if (atStart && /^\*\*\//.test(rest)) {
      out += '(?:[^]*\\/)?';
      i += 2;
    } else if (atStart && rest === '**') {
      out += '[^]*';
      i += 1;
    } else if (rest.startsWith('*')) {
      out += '[^/]*';
      while (pattern[i + 1] === '*') i++;
    } else if (rest.startsWith('?')) out += '[^/]';
    else if (rest.startsWith('[')) {
      const body = /^\[([!^]?)([^\]]+)\]/.exec(rest);
      if (!body) throw new Error(`not for this reference: ${pattern}`);
      out += body[1] ? `[^/${body[2]}]` : `[${body[2]}]`;
      i += body[0].length - 1;
    } else if (rest.startsWith('\\')) {
      out += `\\${pattern[i + 1]}`;
      i++;
    } else out += (pattern[i] ?? '').replace(/[.+^$(){}|\]/]/g, '\\$&');
  }
  return out;
}

export const iamSource = (pattern: string): string =>
  [...pattern]
    .map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/[.+^$(){}|[\]\\/]/g, '\\$&')))
    .join('');

/** Containment as refa decides it, on patterns given as regular expressions; undefined past refa's own bound. */
export function refaContains(have: readonly string[], need: readonly string[]): boolean | undefined {
  try {
    const { nfa: left } = automatonOf(need);
    const right = DFA.fromFA(automatonOf(have).nfa);
    right.complement();
    return NFA.fromIntersection(left, right).isEmpty;
  } catch (error) {
    if (error instanceof TooManyNodesError) return undefined;
    throw error;
  }
}

function automatonOf(sources: readonly string[]): { nfa: NFA } {
  const source = sources.length === 0 ? '[]' : `(?:${sources.join('|')})`;
  const { expression, maxCharacter } = JS.Parser.fromLiteral({ source, flags: 'u' }).parse();
  return { nfa: NFA.fromRegex(expression, { maxCharacter }) };
}
