/**
 * A set of characters: sorted, disjoint, inclusive ranges of code points, flat as `[lo, hi, lo, hi, …]`. Numbers above
 * Unicode's last code point stand for policy variables, whose text nobody knows here.
 */
export type CharSet = readonly number[];

export const LAST_CODE_POINT = 0x10ffff;
/** The first number that stands for a variable. */
export const FIRST_VARIABLE = LAST_CODE_POINT + 1;

export const SLASH = 0x2f;
/** Any one character. */
export const ANY: CharSet = [0, LAST_CODE_POINT];
/** Any one character, or a variable. */
export const ANYTHING: CharSet = [0, 0x1fffff];
export const NOT_SLASH: CharSet = [0, SLASH - 1, SLASH + 1, LAST_CODE_POINT];

export const only = (code: number): CharSet => [code, code];

export function contains(set: CharSet, code: number): boolean {
  for (let i = 0; i < set.length; i += 2) {
    if (code < at(set, i)) return false;
    if (code <= at(set, i + 1)) return true;
  }
  return false;
}

/** The union of ranges in any order. */
export function fromRanges(ranges: readonly (readonly [number, number])[]): CharSet {
  const out: number[] = [];
  for (const [lo, hi] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.length - 1;
    if (last > 0 && lo <= at(out, last) + 1) out[last] = Math.max(at(out, last), hi);
    else out.push(lo, hi);
  }
  return out;
}

export function intersect(a: CharSet, b: CharSet): CharSet {
  if (a === b) return a;
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const lo = Math.max(at(a, i), at(b, j));
    const hi = Math.min(at(a, i + 1), at(b, j + 1));
    if (lo <= hi) out.push(lo, hi);
    if (at(a, i + 1) < at(b, j + 1)) i += 2;
    else j += 2;
  }
  return out;
}

/** The characters of Unicode that are not in the set. */
export function complement(set: CharSet): CharSet {
  const out: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (at(set, i) > from) out.push(from, at(set, i) - 1);
    from = at(set, i + 1) + 1;
  }
  if (from <= LAST_CODE_POINT) out.push(from, LAST_CODE_POINT);
  return out;
}

/**
 * One character of `base` for every way in which `others` can tell its characters apart, the most readable first, so
 * that a search over them is a search over all of Unicode.
 */
export function representatives(base: CharSet, others: readonly CharSet[]): number[] {
  if (base.length === 2 && base[0] === base[1]) return [at(base, 0)];
  const cuts = new Set<number>();
  for (const set of others) {
    for (let i = 0; i < set.length; i += 2) cuts.add(at(set, i)).add(at(set, i + 1) + 1);
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < base.length; i += 2) {
    let lo = at(base, i);
    const hi = at(base, i + 1);
    while (next < sorted.length && at(sorted, next) <= lo) next++;
    for (let j = next; lo <= hi; j++) {
      const end = j < sorted.length ? Math.min(at(sorted, j) - 1, hi) : hi;
      out.push(readable(lo, end));
      lo = end + 1;
    }
  }
  return out.sort((a, b) => rank(a) - rank(b));
}

const PREFERRED = [...'xaz0A-_'].map((c) => c.codePointAt(0) ?? 0);

/** A character between two code points that a person can read, where there is one. */
function readable(lo: number, hi: number): number {
  for (const code of PREFERRED) if (lo <= code && code <= hi) return code;
  if (lo <= 0x20 && hi > 0x20) return 0x21;
  if (lo >= 0x7f && lo <= 0xa0 && hi > 0xa0) return 0xa1;
  if (lo >= 0xd800 && lo <= 0xdfff && hi > 0xdfff) return 0xe000;
  return lo;
}

function rank(code: number): number {
  const preferred = PREFERRED.indexOf(code);
  if (preferred >= 0) return preferred;
  return code > 0x20 && code < 0x7f && code !== SLASH ? 100 + code : 1000 + code;
}

/** Array access where the index is known to be inside. */
const at = (array: readonly number[], index: number): number => array[index] as number;
