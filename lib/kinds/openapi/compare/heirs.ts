import { isObject, type JsonObject, type JsonValue } from '../../../json.ts';

const SCHEMAS = '#/components/schemas/';

/** The component that a reference leads to; `undefined`: it leads elsewhere. */
export const schemaIn = ($ref: JsonValue | undefined): string | undefined =>
  typeof $ref === 'string' && $ref.startsWith(SCHEMAS) ? $ref.slice(SCHEMAS.length) : undefined;

/** The component that a part of `allOf` refers to. */
const baseIn = (part: JsonValue): string | undefined => (isObject(part) ? schemaIn(part.$ref) : undefined);

/** The components that inherit each one: their `allOf` refers to it (OpenAPI, "Composition and Inheritance"). */
export function heirsByBase(schemas: JsonObject): Map<string, string[]> {
  const heirs = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(schemas))
    for (const part of isObject(schema) && Array.isArray(schema.allOf) ? schema.allOf : []) {
      const base = baseIn(part);
      if (base !== undefined) heirs.set(base, [...(heirs.get(base) ?? []), name]);
    }
  return heirs;
}

/** All that inherit one, directly or not. */
export function heirsOf(base: string, heirs: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const waiting = [base];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
    for (const heir of heirs.get(name) ?? []) {
      if (found.has(heir)) continue;
      found.add(heir);
      waiting.push(heir);
    }
  return found;
}

/** A schema without what it inherits of a family. Its other parts keep their places. */
export function ownPart(schema: JsonObject, family: ReadonlySet<string>): JsonObject {
  const { allOf } = schema;
  if (!Array.isArray(allOf)) return schema;
  return { ...schema, allOf: allOf.map((part): JsonValue => (family.has(baseIn(part) ?? '') ? {} : part)) };
}
