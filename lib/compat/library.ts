import type { JsonValue } from '../json.ts';
import { compareDocuments, documentKindNamed } from './compare.ts';
import type { Change, ValueComparison } from './types.ts';

/** The kinds whose versions can be compared: OpenAPI and Swagger, JSON Schema, GraphQL (as text), and plain values. */
export type LibraryKind = 'openapi' | 'json-schema' | 'graphql' | 'value';

/**
 * What `git-realm/compat` offers: the verdict on two versions of an interface, with every change. Reads no file, fetches nothing,
 * and loads the code of a kind when it is first asked for. Throws `TypeError` for a kind that there is not.
 */
export async function compare(kind: LibraryKind, old: unknown, now: unknown): Promise<ValueComparison> {
  const named = documentKindNamed(kind);
  if (named === undefined) throw new TypeError(`unknown kind '${kind}'`);
  return compareDocuments({ kind: named, old: old as JsonValue, new: now as JsonValue });
}

/** The changes that break those who rely on the old version, or may. */
export const breakingChanges = ({ changes }: ValueComparison): Change[] =>
  changes.filter(({ breaking }) => breaking);
