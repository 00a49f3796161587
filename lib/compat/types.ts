/**
 * `lib/compat`: what a change of a contract means for those who rely on it: verdicts with a witness,
 * versions, import ranges. Kinds are built with its tools; it knows no realm and reads no file.
 */

import type { JsonValue } from '../json.ts';

/**
 * What a change means for who relied on the old side (docs/design/compatibility.md). `unknown` is an answer and is treated as breaking;
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

/** What one change means, worst first: `none` changes nothing for anybody. */
export const levels = ['breaking', 'unknown', 'compatible', 'none'] as const;
export type ChangeLevel = (typeof levels)[number];

/** One difference of two versions, and one line of a changelog: what was added, removed or changed, and what it means. */
export interface Change {
  kind: 'added' | 'removed' | 'changed' | 'described';
  /** JSON pointer into the new side, or into the old one for what was removed. */
  pointer: string;
  /** The element: a path, a string, or the value's JSON. */
  subject: JsonValue;
  /** For `changed`: what it was. */
  before?: JsonValue;
  /** Does this change alone break who relied on the old side? True for `unknown` too. */
  breaking: boolean;
  /** Which rule it falls under: `openapi/response-property-removed`. docs/rules.md says what each means. */
  rule?: string;
  level?: ChangeLevel;
  /** The place in words: `GET /positions → 200 → [].outdated`. */
  where?: string;
  /** JSON pointer into the old side, where it is another one or the only one. */
  oldPointer?: string;
  /** Only the old side has it: both pointers are into that. */
  gone?: true;
  /** A value, request or path that was fine and is not any more. */
  witness?: JsonValue;
  /** One sentence. */
  reason?: string;
}

/** Where a change stands in the files that were compared. */
export interface Places {
  old?: { path: string; line: number };
  new?: { path: string; line: number };
}

/** A verdict on two values with the list of their differences. */
export interface ValueComparison {
  verdict: Verdict;
  changes: Change[];
}
