import { visible } from './visible.ts';

/**
 * Text of others in what we write to a forge, in Markdown as forges read it: it makes no markup, mentions nobody, refers to
 * nothing, closes nothing, and can be taken for no marker of ours. The one place where that is done.
 */

const MAX_TEXT = 500;
const MAX_TITLE = 200;

/** Between two characters it shows nothing, and what a forge looks for (`@who`, `#1`, `https://`) is not there any more. */
const GAP = '&#8203;';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line of text, also in a table cell; shortened. */
export function inline(text: string): string {
  return flat(text, MAX_TEXT)
    .replace(/[&<>]/g, (mark) => ENTITIES[mark] ?? mark)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/[@#]|[!%](?=\w)|(?<=\bGH)-(?=\d)|(?<=\bwww)\.|:(?=\/\/)/gi, `$&${GAP}`)
    .replace(/^(?:[-+=]|\d+(?=[.)](?:\s|$)))/, (start) =>
      /\d/.test(start) ? `${start}${GAP}` : `\\${start}`,
    );
}

/** The same between backticks, where only those, and what begins a comment, mean something. */
export function code(text: string): string {
  const plain = flat(text, MAX_TEXT).replace(/<(?=!)|(?<=\{)#/g, (mark) =>
    mark === '<' ? '\\x3c' : '\\x23',
  );
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 || plain === '' ? `${fence} ${plain} ${fence}` : `${fence}${plain}${fence}`;
}

/** The same in a title, which forges show as it is but for what it mentions and refers to. */
export const title = (text: string): string =>
  flat(text, MAX_TITLE).replace(/[@#](?=\w)|(?<=\bGH)-(?=\d)|:(?=\/\/)/gi, '$& ');

/** Part of a marker, which is an HTML comment: it cannot end it, nor hold a space that takes its parts apart. */
export const inMarker = (text: string): string =>
  text.replace(/\p{Cs}/gu, '?').replace(/[\s<>%\p{C}]/gu, encodeURIComponent);

/** A link that a forge gave, if it is no more than that; else `otherwise`. */
export const linkOr = (url: unknown, otherwise: string): string =>
  typeof url === 'string' && /^https?:\/\/[\w.:-]+\/[\w./#~-]*$/.test(url) ? url : otherwise;

const flat = (text: string, length: number): string =>
  visible(text.slice(0, length).replace(/\s+/g, ' ').trim());
