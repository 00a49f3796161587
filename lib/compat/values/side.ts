import { isObject, type JsonValue } from '../../json.ts';
import type { Annotation, Guide, Kind } from '../annotations.ts';
import type { Bucket } from '../buckets.ts';
import type { Budget } from '../paths/index.ts';
import type { Place, Report } from './report.ts';

/** A part of one side; `value` is undefined where the side does not have it. */
export interface Side {
  value: JsonValue | undefined;
  guide: Guide;
  /** The nearest bucket that the schema names. */
  bucket: Bucket;
}

/** What the comparisons of single kinds use of the walk that they are part of. */
export interface Walking {
  readonly report: Report;
  readonly budget: Budget;
  /** Compare two parts further down. */
  visit(place: Place, before: Side, after: Side): void;
}

/** The more careful of what the two sides say, and of what the values look like. */
export function kindOf(
  old: JsonValue | undefined,
  now: JsonValue | undefined,
  was: Annotation | undefined,
  is: Annotation | undefined,
): Kind {
  const said = [was?.kind, is?.kind].filter((kind) => kind !== undefined);
  if (said.includes('scalar')) return 'scalar';
  if (said.includes('list')) return 'list';
  // Paths on one side only are text to the other side's readers.
  if (said.includes('set') || said.includes('paths')) return 'set';
  if (said.includes('record')) return 'record';
  const lists = [old, now].filter((value) => Array.isArray(value));
  if (lists.length > 0) return lists.every((list) => list.every(isScalar)) ? 'set' : 'list';
  return isObject(old ?? now) ? 'record' : 'scalar';
}

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;
