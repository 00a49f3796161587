/**
 * What strangers write (realms, clones, forges, sessions) as text that shows all of itself: nothing in it moves the cursor,
 * reorders or hides other text, or speaks to the machine that reads the log.
 */

/**
 * Controls except tab and newline, format characters (`Cf`: bidi, tags, zero width, soft hyphen, joiners of emoji too), line
 * and paragraph separators, lone surrogates, and whatever else Unicode lets a renderer ignore: variation selectors, fillers.
 */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Nearly all text is this, and needs no second look. */
const isPlain = (text: string): boolean => !/[^\t\n\x20-\x7e]|::|##/.test(text);

/** A runner obeys `::` behind the spaces that begin a line, and these anywhere in it. */
const COMMANDS = /^([^\S\n]*)::|##(?=\[|vso\[|teamcity\[)/gim;

/** The text with every hidden character spelled out (`\x1b`, `\u202e`), and no line that a CI runner obeys. Line ends stay. */
export function visible(text: string): string {
  if (isPlain(text)) return text;
  return text
    .replace(HIDDEN, escapeCharacter)
    .replace(COMMANDS, (_found, indent?: string) => (indent === undefined ? '#\\x23' : `${indent}\\x3a:`));
}

/** The same for what is one value, or one sentence: line ends are spelled out too. */
export const oneLine = (text: string): string => visible(text.replaceAll('\n', '\\n'));

/** A text of these lines: a value in one of them adds no line of its own. */
export const inLines = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/[\r\n]/g, escapeCharacter)).join('\n');

/** JSON that is also safe to show. Its own escapes serve, so that anyone who parses it gets the value as it was. */
export function visibleJson(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  if (isPlain(text)) return text;
  return text
    .replace(HIDDEN, (character) => character.split('').map(jsonEscape).join(''))
    .replace(COMMANDS, (found) => (found.startsWith('##') ? '#\\u0023' : found));
}

/** The same value with `visible` text in it, keys too: for readers that take it as data and show it. */
export function visibleValue<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleValue) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [visible(key), visibleValue(item)]),
  ) as T;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

const jsonEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
