import { isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../../json.ts';
import type { Spot } from './types.ts';

/** Two schema objects and where they stand. */
export class Pair {
  constructor(
    readonly old: Spot,
    readonly now: Spot,
    /** Normalised. */
    readonly was: JsonObject,
    readonly is: JsonObject,
    readonly path: string,
  ) {}

  inside(...keys: (string | number)[]): [Spot, Spot] {
    const below = keys.map((key) => `/${pointerToken(key)}`).join('');
    return [
      { node: at(this.was, keys), pointer: this.old.pointer + below },
      { node: at(this.is, keys), pointer: this.now.pointer + below },
    ];
  }
}

function at(schema: JsonObject, keys: readonly (string | number)[]): JsonValue | undefined {
  let here: JsonValue | undefined = schema;
  for (const key of keys) {
    if (Array.isArray(here)) here = here[Number(key)];
    else here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

/** A schema that says nothing is `true`. */
export const objectOf = (node: JsonValue | undefined): JsonObject | undefined =>
  isObject(node) ? node : node === true ? {} : undefined;

export const membersOf = (value: JsonValue | undefined): Map<string, JsonValue> =>
  new Map(isObject(value) ? Object.entries(value) : []);
export const namesIn = (value: JsonValue | undefined): Set<string> =>
  new Set((Array.isArray(value) ? value : []).filter((item) => typeof item === 'string'));
export const lengthOf = (value: JsonValue | undefined): number => (Array.isArray(value) ? value.length : 0);
export const placesIn = (value: JsonValue | undefined): Map<JsonValue, number> =>
  new Map(listOf(value).map((item, at) => [item, at]));
export const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
export const rank = (value: JsonValue): number =>
  value === false ? 0 : value === true || sameJson(value, {}) ? 2 : 1;

export const named = (node: JsonValue | undefined): string =>
  node === undefined ? 'nothing' : node === true ? 'anything' : node === false ? 'nothing' : 'a schema';

export const joined = (path: string, name: string): string => {
  const own = /^[\w$-]+$/.test(name) ? name : JSON.stringify(name);
  return path === '' ? own : `${path}.${own}`;
};

/** What a variant is called: the end of its reference, its title, or its position. */
export function variantName(node: JsonValue | undefined, at: number): string {
  if (!isObject(node)) return String(at);
  if (typeof node.$ref === 'string') return node.$ref.slice(node.$ref.lastIndexOf('/') + 1);
  return typeof node.title === 'string' ? node.title : String(at);
}

export function withProperty(schema: JsonObject, name: string, node: JsonValue | undefined): JsonObject {
  const others = [...membersOf(schema.properties)].filter(([key]) => key !== name);
  const all: [string, JsonValue][] = node === undefined ? others : [...others, [name, node]];
  return { ...schema, properties: Object.fromEntries(all) as JsonObject };
}

export function withRequired(schema: JsonObject, name: string, needs: boolean): JsonObject {
  const others = [...namesIn(schema.required)].filter((other) => other !== name);
  return { ...schema, required: needs ? [...others, name] : others };
}
