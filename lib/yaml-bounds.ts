/**
 * What a YAML text would cost its parser, estimated before it is parsed: every collection, pair, anchor, tag, comment and line costs
 * some microseconds and up to two kilobytes, so that a megabyte made of nothing else takes seconds and gigabytes.
 */

/** In microseconds of a usual machine, roughly: what a parser then takes is well below a second and 200 MB. */
export const MAX_COST = 600_000;
/** Nobody writes a file that nests deeper. */
const MAX_DEPTH = 128;
/** Keys that begin with `?`: the parser takes cubic time over nested ones. */
const MAX_EXPLICIT = 100;

/** Brackets that close nothing: the parser takes quadratic time over them. */
const MAX_STRAY = 1_000;

const COST = {
  line: 6,
  open: 12,
  entry: 8,
  item: 5,
  property: 14,
  comment: 2,
  other: 6,
  quote: 6,
  innerQuote: 1,
};

export interface Excess {
  /** Where in the text it became too much. */
  offset: number;
  kind: 'size' | 'depth' | 'keys';
}

/** Where a text becomes more than a parser should be given; `undefined`: nowhere. Linear in the text, a few ms a megabyte. */
export function yamlExcess(text: string, most = MAX_COST): Excess | undefined {
  const { length } = text;
  let [cost, depth, explicit, items, stray, marks] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x0a:
        cost += COST.line;
        items = 0;
        break;
      case 0x5b: // [
      case 0x7b: // {
        cost += COST.open;
        if (++depth > MAX_DEPTH) return { offset: at, kind: 'depth' };
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth > 0) depth--;
        else if (++stray > MAX_STRAY) return { offset: at, kind: 'depth' };
        break;
      case 0x2c: // ,
        cost += COST.entry;
        break;
      case 0x3a: // :
        if (isGap(text, at + 1)) cost += COST.entry;
        break;
      case 0x2d: // -
      case 0x3f: // ?
        if (text.startsWith('---', at) && isLineStart(text, at)) cost += COST.other;
        if (!isGap(text, at - 1) || !isGap(text, at + 1)) break;
        cost += COST.item;
        if (++items > MAX_DEPTH) return { offset: at, kind: 'depth' };
        if (text.charCodeAt(at) === 0x3f && ++explicit > MAX_EXPLICIT) return { offset: at, kind: 'keys' };
        break;
      case 0x21: // !
      case 0x25: // %
      case 0x26: // &
      case 0x2a: // *
        if (isGap(text, at - 1)) cost += COST.property;
        break;
      case 0x3e: // >
      case 0x40: // @
      case 0x60: // `
      case 0x7c: // |
        if (isGap(text, at - 1)) cost += COST.other;
        break;
      case 0x23: // #
        if (isGap(text, at - 1)) cost += COST.comment;
        break;
      case 0xfeff: // A byte order mark begins a file, and nothing else; the parser takes quadratic time over more.
        if (at > 0 && ++marks > MAX_EXPLICIT) return { offset: at, kind: 'size' };
        break;
      case 0x22: // "
      case 0x27: // '
        // What stands in quotes counts too: the parser ends a string where a line is not indented enough.
        cost += isGap(text, at - 1) ? COST.quote : COST.innerQuote;
        break;
    }
    if (cost > most) return { offset: at, kind: 'size' };
  }
  return undefined;
}

/**
 * What `parse` returns. An error of the parser costs ten times as much where it says where in the program it was made, and a
 * hostile text has one in every line.
 */
export function withoutTraces<T>(parse: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return parse();
  } finally {
    Error.stackTraceLimit = before;
  }
}

const isLineStart = (text: string, at: number): boolean => at === 0 || text.charCodeAt(at - 1) === 0x0a;

/** Is there white space, a bracket or comma, or nothing: what stands around an indicator? */
function isGap(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    Number.isNaN(code) ||
    code <= 0x20 ||
    code === 0x2c ||
    code === 0x5b ||
    code === 0x5d ||
    code === 0x7b ||
    code === 0x7d
  );
}
