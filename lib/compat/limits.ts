import { isBeyond } from './numbers.ts';

/** How deep a value may nest before comparing it is refused; real contracts nest a handful of levels. */
const MAX_DEPTH = 512;
const MAX_NODES = 5_000_000;

/**
 * Why a value cannot be compared exactly, in words, or undefined where it can: it is nested too deeply, is too large, or holds
 * what JSON cannot say (NaN, Infinity, a date) or a number cannot hold (integers of 2^53 and more have lost digits by the
 * time they are read, so that different ones look equal; `known` are those of which no two do). Walks without recursion.
 */
export function unfit(value: unknown, known: ReadonlySet<number> = new Set()): string | undefined {
  let level: unknown[] = [value];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    const next: unknown[] = [];
    for (const value of level) {
      const reason = unfitScalar(value, known);
      if (reason !== undefined) return reason;
      if (typeof value !== 'object' || value === null) continue;
      const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
      nodes += children.length;
      if (nodes > MAX_NODES) return `it has more than ${MAX_NODES.toLocaleString('en')} parts`;
      for (const child of children) next.push(child);
    }
    level = next;
  }
  return undefined;
}

function unfitScalar(value: unknown, known: ReadonlySet<number>): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${value} is not a valid JSON number`;
    if (isBeyond(value) && !known.has(value)) {
      return `${value} is beyond 2^53, where different numbers compare as equal`;
    }
    return undefined;
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (Array.isArray(value)) return undefined;
  if (typeof value === 'object' && [null, Object.prototype].includes(Object.getPrototypeOf(value)))
    return undefined;
  return `it contains a ${typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value}, which JSON cannot represent`;
}
