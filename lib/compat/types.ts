import type { JsonValue } from '../json.ts';

/**
 * What a change means for who relied on the old side (DESIGN §7). `unknown` is an answer and is treated as breaking;
 * a false `compatible` is the worst bug this program can have.
 */
export type Verdict =
  | { verdict: 'equal' }
  | { verdict: 'compatible' }
  | {
      verdict: 'breaking';
      /** A value or path that the old side allowed and the new one does not. */
      witness: JsonValue;
      /** JSON pointer into the side that forbids the witness. */
      pointer: string;
      /** The JSON Schema keyword, or `paths`, `set`, `record` … for values. */
      keyword: string;
      reason: string;
    }
  | { verdict: 'unknown'; reason: string; pointer: string; keyword?: string };

export type VerdictName = Verdict['verdict'];

/** One line of a changelog: what was added, removed or changed, at which key. */
export interface Change {
  kind: 'added' | 'removed' | 'changed' | 'described';
  pointer: string;
  /** The element: a path, a string, or the value's JSON. */
  subject: JsonValue;
  /** For `changed`: what it was. */
  before?: JsonValue;
  /** Does this change alone break who relied on the old side? */
  breaking: boolean;
}

/** A verdict on two values with the list of their differences. */
export interface ValueComparison {
  verdict: Verdict;
  changes: Change[];
}
