import { isObject, type JsonObject, type JsonValue } from '../../json.ts';

/**
 * What a chart's templates see: what is given over what `values.yaml` has. Maps are merged, everything else is replaced, and null removes
 * a default (Helm, "Values Files" and "Deleting a default key").
 */
export function coalesced(defaults: JsonObject, given: JsonObject): JsonObject {
  const values: JsonObject = { ...given };
  for (const [key, own] of Object.entries(defaults)) {
    if (!Object.hasOwn(given, key)) put(values, key, own);
    else if (given[key] === null) delete values[key];
    else if (isObject(own) && isObject(given[key])) put(values, key, coalesced(own, given[key]));
  }
  return values;
}

/** The same of two files of values, of which the second counts more: null stays, since it removes what is below both. */
export function layered(below: JsonObject, above: JsonObject): JsonObject {
  const values: JsonObject = { ...below };
  for (const [key, own] of Object.entries(above)) {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    put(values, key, isObject(own) && isObject(under) ? layered(under, own) : own);
  }
  return values;
}

/** Sets a member, `__proto__` like any other. */
export function put(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
