/** How the paths of a call stand to those of an operation: all of them are its paths, some may be, none is. */
export type Fit = 'in' | 'some' | 'none';

/**
 * Is every path that a call may have a path of the operation? The call's template has `{}` for text without a slash and `{*}`
 * for any text; the operation's has `{name}` and, at its end, `{name*}`. A slash at the end makes no difference.
 */
export function fitOf(call: string, operation: string): Fit {
  const asked = segmentsOf(call);
  const offered = segmentsOf(operation);
  let fit: Fit = 'in';
  for (const [at, has] of offered.entries()) {
    const isRest = /\{[^{}]*\*\}/.test(has);
    if (isRest && at === offered.length - 1) return fit;
    const segment = asked[at];
    if (segment === undefined) return 'none';
    if (isRest || segment.includes('{*}')) return 'some';
    const here = segmentFit(segment, has);
    if (here === 'none') return 'none';
    if (here === 'some') fit = 'some';
  }
  if (asked.length === offered.length) return fit;
  return asked.length === offered.length + 1 && asked.at(-1) === '{*}' ? 'some' : 'none';
}

/** How much of an operation's path is written out: the most of it is what servers answer by. */
export const literalsIn = (template: string): number =>
  segmentsOf(template).filter((segment) => !segment.includes('{')).length;

const segmentsOf = (template: string): string[] => template.replace(/\/+$/, '').split('/').slice(1);

function segmentFit(call: string, operation: string): Fit {
  const [asked, offered] = [piecesOf(call), piecesOf(operation)];
  if (offered.length === 1) {
    if (asked.length === 1) return call === operation ? 'in' : 'none';
    return matches(asked, operation) ? 'some' : 'none';
  }
  // What stands for any text is put in as text that no document has: what fits then fits always.
  if (matches(offered, asked.join('\0'))) return 'in';
  const apart = (a = '', b = '', side: 'start' | 'end'): boolean =>
    side === 'start' ? !a.startsWith(b) && !b.startsWith(a) : !a.endsWith(b) && !b.endsWith(a);
  return asked.length === 1 ||
    apart(asked[0], offered[0], 'start') ||
    apart(asked.at(-1), offered.at(-1), 'end')
    ? 'none'
    : 'some';
}

/** What is written out of a segment, before, between and after its placeholders. */
const piecesOf = (segment: string): string[] => segment.split(/\{[^{}]*\}/);

/** Whether a text has the pieces in their order, with at least one character for each placeholder between them. */
function matches(pieces: readonly string[], text: string): boolean {
  const [first = '', ...more] = pieces;
  const last = more.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of more) {
    const found = text.indexOf(piece, at + 1);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length > at;
}
