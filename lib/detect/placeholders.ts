import { forCount } from '../count.ts';
import type { Hole } from './evaluate/values.ts';
import type { Part } from './types.ts';

type Pieces = readonly (string | Hole)[];

/** What source code has where a name is filled in later, braces apart: `$VAR`, `<name>`, `%VERSION%`, `__X__`, `%s`. */
const marks: readonly RegExp[] = [
  /\$\([^()]*\)/y,
  // Hadoop marks a folder by an object `name_$folder$`.
  /\$(?!folder\$)[A-Za-z_]\w*/y,
  /<[A-Za-z][^<>]*>/y,
  /%[A-Za-z_][\w.-]{2,}%/y,
  /%\(\w+\)[a-z]/y,
  // Verbs of printf and strftime, and no percent-encoded byte.
  /%(?!(?:[1-9A-F][0-9A-F]))(?:\d+\$)?(?:\[\d+\])?[-+#]?\d*(?:\.\d+)?[sdivqfxYmHMSjyBbA]/y,
  /__[A-Z][A-Z0-9_]*?__/y,
  /@[A-Z][A-Z0-9_]+@/y,
];

/** IAM's own variables and quoted wildcards, which a policy means as they stand: `${aws:username}`, `${*}`. */
const policyVariable = /\$\{(?:[\w-]+:[^{}]*|[*?$])\}/y;

/**
 * The pieces with what is not a value in their texts as holes: `${…}`, `{name}`, `{{ x }}`, `<expr>`, `%VERSION%`, `__X__`. A
 * text that comes out holds no brace. `policy`: variables of IAM stay.
 */
export function unexpanded(pieces: Pieces, policy = false): (string | Hole)[] {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? split(piece, policy) : [piece]));
}

/** The placeholder that a hole stands for, if it was one. */
export const placeholderOf = (hole: Hole): string | undefined =>
  hole.why.startsWith(PLACEHOLDER) ? hole.label : undefined;

/** How a part was read, with the placeholders that its value has `*` for. */
export const howWords = ({ how, placeholders = [] }: Pick<Part, 'how' | 'placeholders'>): string =>
  placeholders.length === 0
    ? how
    : `${how}; ${placeholders.map((text) => `'${text}'`).join(' and ')} ${forCount(placeholders.length, 'is a placeholder', 'are placeholders')}`;

const PLACEHOLDER = 'placeholder ';

function split(text: string, policy: boolean): (string | Hole)[] {
  if (!/[{}$<%@]|__/.test(text)) return [text];
  const found: (string | Hole)[] = [];
  let plain = 0;
  for (let at = 0; at < text.length; ) {
    const kept = policy ? lengthAt(policyVariable, text, at) : 0;
    const length = kept > 0 ? 0 : placeholderAt(text, at);
    if (length > 0) {
      if (at > plain) found.push(text.slice(plain, at));
      const label = text.slice(at, at + length);
      found.push({ why: `${PLACEHOLDER}'${label}'`, label });
      plain = at + length;
    }
    at += Math.max(length, kept, 1);
  }
  if (plain < text.length) found.push(text.slice(plain));
  return found;
}

/** How many characters a placeholder takes that begins here; 0 where none does. */
function placeholderAt(text: string, at: number): number {
  const opening = /^[$#]?\{/.exec(text.slice(at, at + 2))?.[0];
  if (opening !== undefined) return braced(text, at + opening.length) - at;
  if (text[at] === '}') return 1;
  for (const mark of marks) {
    const length = lengthAt(mark, text, at);
    if (length > 0) return length;
  }
  return 0;
}

/** Characters that a placeholder in braces may have. */
const LONGEST = 1000;

/** Where the brace closes that was opened before `from`; the next slash or the end of the text where it does not. */
function braced(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + LONGEST); at++) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  const slash = text.indexOf('/', from);
  return slash < 0 ? text.length : slash;
}

function lengthAt(mark: RegExp, text: string, at: number): number {
  mark.lastIndex = at;
  return mark.exec(text)?.[0].length ?? 0;
}
