import { isObject, type JsonObject, type JsonValue, sameJson } from '../../json.ts';

/** Lists are joined, objects merged key by key; undefined where the values contradict each other. */
export function mergeValues(values: readonly JsonValue[]): JsonValue | undefined {
  let merged = values[0];
  for (const next of values.slice(1)) {
    const both = merged === undefined ? undefined : mergeTwo(merged, next);
    if (both === undefined) return undefined;
    merged = both;
  }
  return merged;
}

function mergeTwo(before: JsonValue, next: JsonValue): JsonValue | undefined {
  if (sameJson(before, next)) return before;
  if (Array.isArray(before) && Array.isArray(next))
    return [...before, ...next.filter((item) => !before.some((known) => sameJson(known, item)))];
  if (!isObject(before) || !isObject(next)) return undefined;
  const merged: JsonObject = {};
  for (const [key, value] of [...Object.entries(before), ...Object.entries(next)]) {
    const known = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const both = known === undefined ? value : mergeTwo(known, value);
    if (both === undefined) return undefined;
    Object.defineProperty(merged, key, { value: both, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/**
 * A schema that says only what every later value will surely share: its type, and the elements' type of a list. More
 * would turn each new key into a breaking change of the schema.
 */
export function schemaOf(value: JsonValue): JsonObject {
  if (Array.isArray(value)) {
    const types = new Set(value.map(typeName));
    const [only] = types;
    return types.size === 1 && only !== undefined && only !== 'object' && only !== 'array'
      ? { type: 'array', items: { type: only } }
      : { type: 'array' };
  }
  return { type: typeName(value) };
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'number' : typeof value;
}
