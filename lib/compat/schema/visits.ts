import { isObject, type JsonValue } from '../../json.ts';
import { children } from './dialect.ts';
import type { Document, Place } from './document.ts';

/** In-place keywords judge the value itself; the rest judge parts of it. */
const inPlace = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'dependencies',
]);
const ofItems = new Set(['items', 'prefixItems', 'additionalItems', 'contains', 'unevaluatedItems']);
const ofMembers = new Set(['patternProperties', 'additionalProperties', 'unevaluatedProperties']);
const references = ['$ref', '$dynamicRef', '$recursiveRef'];

/**
 * How many schemas a validator that remembers nothing visits at most to check the value: in a document of a few lines
 * that can be more than anybody waits for. Infinite where references form a cycle. Counted without visiting any
 * pair of a schema and a part of the value twice.
 */
export function visits(document: Document, value: JsonValue): number {
  const known = new Map<JsonValue, Map<string, number>>();

  function count(place: Place, at: JsonValue): number {
    const { schema, base } = place;
    if (!isObject(schema)) return 1;
    const counts = known.get(at) ?? new Map<string, number>();
    known.set(at, counts);
    const before = counts.get(place.pointer);
    if (before !== undefined) return before;
    document.work.spend(4);
    // On its own way it is a circle.
    counts.set(place.pointer, Number.POSITIVE_INFINITY);
    let sum = 1;
    for (const keyword of references) {
      const reference = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
      if (typeof reference !== 'string') continue;
      const resolved = document.resolve(reference, place);
      if ('place' in resolved) sum += count(resolved.place, at);
    }
    for (const { schema: child, pointer, keyword } of children(schema, place.pointer)) {
      document.work.spend(1);
      for (const part of partsFor(keyword, pointer, at))
        sum += count({ schema: child, pointer, base: document.baseAt(child, base) }, part);
    }
    counts.set(place.pointer, sum);
    return sum;
  }

  return count(document.root, value);
}

/** The parts of a value that a schema under a keyword is asked about. */
function partsFor(keyword: string, pointer: string, value: JsonValue): readonly JsonValue[] {
  if (inPlace.has(keyword)) return [value];
  if (Array.isArray(value)) return ofItems.has(keyword) ? value : [];
  if (!isObject(value)) return [];
  if (keyword === 'properties') {
    const name = pointer
      .slice(pointer.lastIndexOf('/') + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    return Object.hasOwn(value, name) ? [value[name] ?? null] : [];
  }
  if (keyword === 'propertyNames') return Object.keys(value);
  return ofMembers.has(keyword) ? Object.values(value) : [];
}
