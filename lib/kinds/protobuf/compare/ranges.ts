import type { Range } from '../parse/types.ts';

/** Ranges of whole numbers in order, without overlaps. */
function merged(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

/** The ranges of one side that the other does not have as a whole. */
export function lacking(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const have = merged(others);
  return merged(ranges).filter(([start, end]) => !have.some((range) => range[0] <= start && end <= range[1]));
}

/** Is a number in one of them? */
export const holds = (ranges: readonly Range[], number: number): boolean =>
  ranges.some(([start, end]) => start <= number && number <= end);

/** `1, 5 to 9`. */
export const rangesText = (ranges: readonly Range[]): string =>
  ranges.map(([start, end]) => (start === end ? `${start}` : `${start} to ${end}`)).join(', ');
