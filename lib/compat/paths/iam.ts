import { ANY, ANYTHING, FIRST_VARIABLE, only } from './charset.ts';
import type { Atom, Reading, Variables } from './pattern.ts';

/**
 * Read a pattern as IAM does in a policy's `Resource`: `*` is any run of characters, `/` among them, `?` is one character,
 * `${*}`, `${?}` and `${$}` are those characters themselves; any other `${name}` is a policy variable with a text that is
 * only known at the time of a request. Everything else, backslashes included, stands for itself.
 */
export function readIam(pattern: string, variables: Variables): Reading {
  const atoms: Atom[] = [];
  for (const [token] of pattern.matchAll(TOKEN)) {
    const code = token.codePointAt(0) ?? 0;
    if (token === '*') {
      const last = atoms.at(-1);
      if (!(last && 'many' in last && last.many)) atoms.push({ set: ANYTHING, many: true });
    } else if (token === '?') atoms.push({ set: ANY, many: false });
    else if (!token.startsWith('${')) atoms.push({ set: only(code), many: false });
    else if (/^\$\{[*?$]\}$/.test(token)) atoms.push({ set: only(token.charCodeAt(2)), many: false });
    else atoms.push({ set: only(numberOf(token, variables)), many: false });
  }
  return { alternatives: [atoms] };
}

const TOKEN = /\$\{[^{}]{1,256}\}|./gsu;

/** A variable's number; a default (`${name, 'text'}`) is part of what it is called. */
function numberOf(variable: string, variables: Variables): number {
  let number = variables.get(variable);
  if (number === undefined) {
    number = FIRST_VARIABLE + variables.size;
    variables.set(variable, number);
  }
  return number;
}
