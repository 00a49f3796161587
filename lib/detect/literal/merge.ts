import { canonical, isObject, type JsonObject, type JsonValue, sameJson } from '../../json.ts';

/** Lists are joined, objects merged key by key; undefined where the values contradict each other. */
export function mergeValues(values: readonly JsonValue[]): JsonValue | undefined {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) return first;
  if (values.every(isObject)) return mergeObjects(values);
  if (values.every((value) => Array.isArray(value))) return joinLists(values);
  return others.every((value) => sameJson(first, value)) ? first : undefined;
}

function mergeObjects(objects: readonly JsonObject[]): JsonObject | undefined {
  const byKey = new Map<string, JsonValue[]>();
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const known = byKey.get(key);
    if (known) known.push(value);
    else byKey.set(key, [value]);
  }
  const merged: JsonObject = {};
  for (const [key, values] of byKey) {
    const value = mergeValues(values);
    if (value === undefined) return undefined;
    Object.defineProperty(merged, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

/** The first list as it is, and of each further one what no list before it holds. */
function joinLists([first = [], ...others]: readonly JsonValue[][]): JsonValue[] {
  const joined = [...first];
  const known = new Set(first.map(canonical));
  for (const list of others) {
    const fresh = list.filter((item) => !known.has(canonical(item)));
    joined.push(...fresh);
    for (const item of fresh) known.add(canonical(item));
  }
  return joined;
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
