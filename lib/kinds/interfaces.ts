import type { ValueComparison } from '../compat/types.ts';
import { isObject, type JsonValue, sameJson } from '../json.ts';
import { contentOf, kindOf } from './index.ts';
import { jsonSchema } from './json-schema/index.ts';
import type { Content, Kind } from './types.ts';

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
  const { verdict, changes } = await comparedOnce(
    after,
    contentOf({ schema: old, compatibility }),
    contentOf({ schema: now, compatibility }),
  );
  if (after.name !== 'json-schema') return { verdict, changes };
  // A changelog is about the contract's file.
  return { verdict, changes: changes.map((change) => ({ ...change, pointer: `/schema${change.pointer}` })) };
}

/** A comparison that was made: by whom, of what, and under which promise. */
interface Compared {
  kind: Kind;
  level: string | undefined;
  from: WeakRef<object>;
  to: WeakRef<object>;
  result: Promise<ValueComparison>;
}

/** Comparisons that are remembered, for as long as somebody holds what was compared; a document is never changed in place. */
const MOST_REMEMBERED = 4;
let remembered: readonly Compared[] = [];

/** A hook judges the same two documents for its report, for the draft and for the publication, and one comparison may take seconds. */
function comparedOnce(kind: Kind, from: Content, to: Content): Promise<ValueComparison> {
  const { level } = from;
  if (!isObject(from.schema) || !isObject(to.schema)) return kind.compare(from, to);
  const known = remembered.find(
    (past) =>
      past.kind === kind &&
      past.level === level &&
      isStill(past.from, from.schema) &&
      isStill(past.to, to.schema),
  );
  if (known) return known.result;
  const refs = { from: new WeakRef<object>(from.schema), to: new WeakRef<object>(to.schema) };
  const result = kind.compare(from, to);
  remembered = [{ kind, level, ...refs, result }, ...remembered.slice(0, MOST_REMEMBERED - 1)];
  return result;
}

function isStill(ref: WeakRef<object>, schema: JsonValue): boolean {
  const known = ref.deref();
  return known !== undefined && sameJson(known as JsonValue, schema);
}

/** A schema beside a value describes it: what only hints at paths is a JSON Schema all the same. */
const kindOfDocument = (schema: JsonValue) => {
  const kind = kindOf({ schema: typeof schema === 'boolean' ? {} : schema });
  return kind.direction === 'offers' ? kind : jsonSchema;
};
