/** What `git-realm/compat` offers; docs/library.md. */

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type LibraryKind = 'openapi' | 'json-schema' | 'graphql' | 'value';

export type Verdict =
  | { verdict: 'equal' }
  | { verdict: 'compatible' }
  | { verdict: 'breaking'; witness: JsonValue; pointer: string; keyword: string; reason: string }
  | { verdict: 'unknown'; reason: string; pointer: string; keyword?: string };

export interface Change {
  kind: 'added' | 'removed' | 'changed' | 'described';
  pointer: string;
  subject: JsonValue;
  before?: JsonValue;
  breaking: boolean;
  rule?: string;
  level?: 'breaking' | 'unknown' | 'compatible' | 'none';
  where?: string;
  oldPointer?: string;
  gone?: true;
  witness?: JsonValue;
  reason?: string;
}

export interface ValueComparison {
  verdict: Verdict;
  changes: Change[];
}

export function compare(kind: LibraryKind, old: unknown, now: unknown): Promise<ValueComparison>;
export function breakingChanges(comparison: ValueComparison): Change[];
