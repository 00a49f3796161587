import type { Meaning } from '../../../compat/differences/levels.ts';
import type { Difference } from '../../../compat/differences/types.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import type { OpenapiDocument } from './document.ts';

/** What a discriminator makes of the values of its property (OpenAPI, Discriminator Object). */
interface Choice {
  document: OpenapiDocument;
  property: string;
  /** The values that are meant to be sent, each with the name of its variant. */
  written: Map<string, string>;
  /** Those, and the names of the schemas, which are understood too. */
  understood: Map<string, string>;
}

/**
 * What a changed discriminator means. Who sends chooses among the values of its document, and who reads must know each of
 * them for the same variant; a value that only the sender knows breaks, whatever else the schemas let through.
 */
export function discriminatorMeaning(
  { pointer, oldPointer }: Difference,
  old: OpenapiDocument,
  now: OpenapiDocument,
  direction: 'received' | 'sent',
): Meaning {
  const [was, is] = [choiceAt(old, oldPointer), choiceAt(now, pointer)];
  if (!was || !is) return { level: 'unknown' };
  if (was.property !== is.property) return { level: 'breaking', witness: was.property };
  const [sender, reader] = direction === 'received' ? [was, is] : [is, was];
  // Without a list of variants, those that inherit the schema are named by the mapping alone.
  if (was.written.size === 0 || is.written.size === 0) return { level: 'unknown' };
  for (const [value, variant] of sender.written) {
    const known = reader.understood.get(value);
    const witness = { [sender.property]: value };
    if (known === undefined)
      return { level: 'breaking', witness, reason: `'${value}' does not name a variant` };
    if (known !== variant && !saySame(sender.document, variant, reader.document, known))
      return { level: 'unknown', reason: `'${value}' names another variant` };
  }
  return { level: 'compatible' };
}

function choiceAt(document: OpenapiDocument, pointer: string | undefined): Choice | undefined {
  if (pointer === undefined) return undefined;
  const schema = atPointer(document.root, pointer.replace(/\/discriminator$/, ''));
  if (!isObject(schema) || !isObject(schema.discriminator)) return undefined;
  const { propertyName, mapping } = schema.discriminator;
  if (typeof propertyName !== 'string') return undefined;
  const names = variantsOf(schema);
  const explicit = Object.entries(isObject(mapping) ? mapping : {}).map(
    ([value, target]): [string, string] => [value, nameOf(String(target))],
  );
  const mapped = new Set(explicit.map(([, name]) => name));
  const unmapped = names.filter((name) => !mapped.has(name)).map((name): [string, string] => [name, name]);
  const all = names.length > 0 ? names : Object.keys(componentsOf(document.root));
  return {
    document,
    property: propertyName,
    written: new Map([...explicit, ...unmapped]),
    understood: new Map([...all.map((name): [string, string] => [name, name]), ...explicit]),
  };
}

const variantsOf = (schema: JsonObject): string[] =>
  [schema.oneOf, schema.anyOf].flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((variant) =>
      isObject(variant) && typeof variant.$ref === 'string' ? [nameOf(variant.$ref)] : [],
    ),
  );

/** Were two components only given different names? */
function saySame(left: OpenapiDocument, name: string, right: OpenapiDocument, other: string): boolean {
  const [a, b] = [componentsOf(left.root)[name], componentsOf(right.root)[other]];
  return a !== undefined && b !== undefined && sameJson(a, b);
}

/** The name of a schema: the last part of a reference to it, or the name itself. */
const nameOf = (target: string): string => target.slice(target.lastIndexOf('/') + 1);

function componentsOf({ components }: JsonObject): JsonObject {
  const schemas: JsonValue | undefined = isObject(components) ? components.schemas : undefined;
  return isObject(schemas) ? schemas : {};
}
