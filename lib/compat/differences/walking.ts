import { isObject } from '../../json.ts';
import type { Work } from '../schema/work.ts';
import { listOf } from './pair.ts';
import type { Report } from './report.ts';
import type { Reader, Spot } from './types.ts';
import { constrains } from './words.ts';

/** What the comparisons of single keywords use of the walk that they are part of. */
export interface Walking {
  readonly before: Reader;
  readonly after: Reader;
  readonly work: Work;
  readonly report: Report;
  /** Compare two schemas further down; `path` is their place in the value. */
  pair(old: Spot, now: Spot, path: string): void;
}

/** Where references end; undefined where one leads nowhere or in a circle. What stands beside one holds as well as it does. */
export function target(reader: Reader, spot: Spot): Spot | undefined {
  let here = spot;
  for (let hops = 0; hops < 32; hops++) {
    if (!isObject(here.node)) return here;
    const { $ref, ...beside } = reader.normal(here.node);
    if (typeof $ref !== 'string') return here;
    if (Object.keys(beside).some(constrains)) {
      return { ...here, node: { ...beside, allOf: [...listOf(beside.allOf), { $ref }] } };
    }
    const next = reader.follow($ref, here.pointer);
    if (!next) return undefined;
    here = next;
  }
  return undefined;
}
