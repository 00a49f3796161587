import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { put } from './coalesce.ts';

/** Maps from names to schemas, and keywords whose values are not schemas. */
const MAPS = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas']);
const VALUES = new Set(['enum', 'const', 'examples', 'example']);
/** What decides nothing about values: Helm does not apply defaults of a schema. */
const IGNORED = new Set(['default', 'readOnly', 'writeOnly', '$schema', 'id', '$id']);

/**
 * A schema of values, of whatever draft, as draft 2020-12 writes it, for a document in which it stands at `at`. An identifier only
 * matters where a reference uses it: such a reference stays as it is, and leads nowhere.
 */
export function modern(schema: JsonValue, at: string): JsonValue {
  const isOld =
    isObject(schema) &&
    !/draft\/20(?:19|20)/.test(String(schema.$schema ?? 'http://json-schema.org/draft-07'));
  const convert = (node: JsonValue): JsonValue => {
    if (Array.isArray(node)) return node.map(convert);
    if (!isObject(node)) return node;
    if (isOld && typeof node.$ref === 'string') return { $ref: refOf(node.$ref, at) };
    const made: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      if (IGNORED.has(keyword)) continue;
      if (keyword === '$ref' && typeof value === 'string') put(made, keyword, refOf(value, at));
      else if (VALUES.has(keyword)) put(made, keyword, value);
      else if (MAPS.has(keyword) && isObject(value)) put(made, keyword, mapped(value, convert));
      else if (isOld && keyword === 'dependencies' && isObject(value)) dependencies(made, value, convert);
      else put(made, keyword, convert(value));
    }
    if (isOld && Array.isArray(node.items)) tuple(made);
    return made;
  };
  return convert(schema);
}

const refOf = ($ref: string, at: string): string =>
  $ref === '#' ? `#${at}` : $ref.startsWith('#/') ? `#${at}${$ref.slice(1)}` : $ref;

function mapped(map: JsonObject, convert: (node: JsonValue) => JsonValue): JsonObject {
  const made: JsonObject = {};
  for (const [name, node] of Object.entries(map)) put(made, name, convert(node));
  return made;
}

/** `dependencies` of draft 7: names that go together, or a schema that holds besides. */
function dependencies(made: JsonObject, map: JsonObject, convert: (node: JsonValue) => JsonValue): void {
  const [names, schemas]: [JsonObject, JsonObject] = [{}, {}];
  for (const [name, own] of Object.entries(map))
    put(Array.isArray(own) ? names : schemas, name, Array.isArray(own) ? own : convert(own));
  if (Object.keys(names).length > 0) made.dependentRequired = names;
  if (Object.keys(schemas).length > 0) made.dependentSchemas = schemas;
}

/** `items` as a list, and `additionalItems` for the rest. */
function tuple(made: JsonObject): void {
  const { items, additionalItems } = made;
  made.prefixItems = items ?? [];
  delete made.items;
  delete made.additionalItems;
  if (additionalItems !== undefined) made.items = additionalItems;
}
