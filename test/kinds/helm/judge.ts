import Ajv from 'ajv';
import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../lib/json.ts';

/**
 * What Helm and a cluster make of values and resources, written from their documentation and from nothing of the program: a second
 * opinion for tests.
 */

const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });

/** Is a value valid? Compiled once. */
export function checker(schema: JsonValue): (value: JsonValue) => boolean {
  if (schema === null) return () => true;
  const validate = ajv.compile(schema as object);
  return (value) => validate(value) as boolean;
}

const copy = <T extends JsonValue>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Coalescing ("Values Files", "Deleting a default key"): maps are merged, null removes a key, all else is replaced. */
export function coalesce(defaults: JsonObject, given: JsonObject): JsonObject {
  const result = copy(defaults);
  for (const [key, value] of Object.entries(given)) {
    const under = result[key];
    if (value === null && key in defaults) delete result[key];
    else result[key] = isObject(value) && isObject(under) ? coalesce(under, value) : copy(value);
  }
  return result;
}

/** Is everything in a value in the other one too, with the same scalars and lists? */
export function isWithin(part: JsonValue, whole: JsonValue | undefined): boolean {
  if (!isObject(part)) return whole !== undefined && sameJson(part, whole);
  return isObject(whole) && Object.entries(part).every(([key, inner]) => isWithin(inner, whole[key]));
}

/** Pruning, then defaulting ("Field pruning", "Defaulting and Nullable"): what the cluster keeps of a resource. */
export function stored(schema: JsonObject, value: JsonValue): JsonValue {
  return defaulted(schema, pruned(schema, value));
}

function pruned(schema: JsonObject, value: JsonValue): JsonValue {
  if (Array.isArray(value))
    return value.map((item) => (isObject(schema.items) ? pruned(schema.items, item) : item));
  if (!isObject(value)) return value;
  const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const own = properties[key];
    if (own !== undefined) result[key] = pruned(own, inner);
    else if (schema['x-kubernetes-preserve-unknown-fields'] === true) result[key] = inner;
  }
  return result;
}

function defaulted(schema: JsonObject, value: JsonValue): JsonValue {
  if (Array.isArray(value))
    return value.map((item) => (isObject(schema.items) ? defaulted(schema.items, item) : item));
  if (!isObject(value)) return value;
  const result = { ...value };
  for (const [key, own] of Object.entries((schema.properties ?? {}) as Record<string, JsonObject>)) {
    // Null where it is not allowed is removed, and makes room for the default.
    if (own.default !== undefined && result[key] === null && own.nullable !== true) delete result[key];
    if (result[key] === undefined && own.default !== undefined) result[key] = copy(own.default);
    if (result[key] !== undefined) result[key] = defaulted(own, result[key] ?? null);
  }
  return result;
}
