import type { ValueComparison } from '../compat/types.ts';
import type { JsonValue } from '../json.ts';
import { contentOf, kindOf } from './index.ts';
import { jsonSchema } from './json-schema/index.ts';

/**
 * Compares the schemas or interface documents of two versions of a contract, old to new. The kind of each says
 * how; documents of different kinds are `unknown`. No schema at all (`true`, `{}`) is one that allows everything.
 */
export async function compareInterfaces(
  old: JsonValue,
  now: JsonValue,
  compatibility?: { level?: string },
): Promise<ValueComparison> {
  const [before, after] = [kindOfDocument(old), kindOfDocument(now)];
  if (before !== after) {
    const reason = `the kind of the old version is ${before.name}, that of the new version ${after.name}`;
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  const { verdict, changes } = await after.compare(
    contentOf({ schema: old, compatibility }),
    contentOf({ schema: now, compatibility }),
  );
  if (after.name !== 'json-schema') return { verdict, changes };
  // A changelog is about the contract's file.
  return { verdict, changes: changes.map((change) => ({ ...change, pointer: `/schema${change.pointer}` })) };
}

/** A schema beside a value describes it: what only hints at paths is a JSON Schema all the same. */
const kindOfDocument = (schema: JsonValue) => {
  const kind = kindOf({ schema: typeof schema === 'boolean' ? {} : schema });
  return kind.direction === 'offers' ? kind : jsonSchema;
};
