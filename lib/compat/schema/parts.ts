import { canonical, isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Follow } from './by-parts.ts';
import type { Work } from './work.ts';

/** How many schemas of one value are looked at together. */
const MOST = 100;

/** The schemas that hold of a value together: itself, what it refers to, and the parts of `allOf`. Undefined where there are too many. */
export function flattened(schema: JsonValue, follow: Follow, work: Work): JsonObject[] | undefined {
  const found: JsonObject[] = [];
  const waiting: (JsonValue | undefined)[] = [schema];
  while (waiting.length > 0) {
    const here = waiting.pop();
    work.spend(2);
    if (here === true) continue;
    if (!isObject(here) || found.length >= MOST) return undefined;
    found.push(here);
    if (typeof here.$ref === 'string') waiting.push(follow(here.$ref));
    if (Array.isArray(here.allOf)) waiting.push(...here.allOf);
  }
  return found;
}

const all = ['array', 'boolean', 'null', 'number', 'object', 'string'];

/** The types that a value of all these schemas may have; undefined where any will do. */
export function typesOf(parts: readonly JsonObject[]): string[] | undefined {
  let types: string[] | undefined;
  for (const { type, enum: list, const: only } of parts) {
    const named = type === undefined ? undefined : [type].flat().map(String);
    const values = Array.isArray(list) ? list : only === undefined ? undefined : [only];
    const valued = values?.map(typeOf);
    for (const own of [named, valued]) {
      if (own === undefined) continue;
      const takes = (name: string): boolean =>
        own.includes(name) || (name === 'integer' && own.includes('number'));
      const wide: string[] = types ?? [...all, 'integer'];
      types = [...new Set(wide)].filter(takes);
    }
  }
  return types;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Is it certain that no value of these schemas has the property? */
export function absent(name: string, parts: readonly JsonObject[], follow: Follow, work: Work): boolean {
  return parts.some((part) => {
    const { properties, patternProperties, additionalProperties, unevaluatedProperties } = part;
    work.spend(1);
    if (isObject(properties) && Object.hasOwn(properties, name)) return properties[name] === false;
    if (additionalProperties === false) return patternProperties === undefined;
    if (unevaluatedProperties !== false || additionalProperties !== undefined) return false;
    return !mayEvaluate(name, part, follow, work, 0);
  });
}

/** May this schema, or one that holds of the same value with it, be what evaluates the property? */
function mayEvaluate(
  name: string,
  node: JsonValue | undefined,
  follow: Follow,
  work: Work,
  depth: number,
): boolean {
  work.spend(2);
  if (typeof node === 'boolean') return false;
  if (!isObject(node) || depth > 20) return true;
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = node;
  if (isObject(properties) && Object.hasOwn(properties, name)) return true;
  if (patternProperties !== undefined || additionalProperties !== undefined) return true;
  if (depth > 0 && unevaluatedProperties !== undefined) return true;
  if (['if', 'then', 'else', 'not', 'dependentSchemas'].some((keyword) => node[keyword] !== undefined))
    return true;
  const below = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => node[keyword] ?? []);
  const targets = typeof node.$ref === 'string' ? [follow(node.$ref)] : [];
  return [...below, ...targets].some((schema) => mayEvaluate(name, schema, follow, work, depth + 1));
}

/** Is it certain that no value is valid under the parts and under the other schema? */
export function apart(
  parts: readonly JsonObject[],
  other: JsonValue,
  follow: { own: Follow; other: Follow },
  work: Work,
): boolean {
  if (other === false) return true;
  const others = flattened(other, follow.other, work);
  if (others === undefined) return false;
  const [left, right] = [typesOf(parts), typesOf(others)];
  if (left && right && !left.some((type) => right.some((name) => meet(type, name)))) return true;
  const isObjects = [left, right].some((types) => types?.length === 1 && types[0] === 'object');
  const [mine, theirs] = [valuesOf(parts, work), valuesOf(others, work)];
  const needs = (names: ReadonlySet<JsonValue>, without: readonly JsonObject[], where: Follow): boolean =>
    [...names].some((name) => typeof name === 'string' && absent(name, without, where, work));
  if (isObjects && (needs(mine.required, others, follow.other) || needs(theirs.required, parts, follow.own)))
    return true;
  if (isObjects)
    for (const [name, values] of mine.properties) {
      const against = theirs.properties.get(name);
      if (against && (mine.required.has(name) || theirs.required.has(name)) && !overlap(values, against))
        return true;
    }
  return mine.own !== undefined && theirs.own !== undefined && !overlap(mine.own, theirs.own);
}

const meet = (a: string, b: string): boolean =>
  a === b || (a === 'integer' && b === 'number') || (a === 'number' && b === 'integer');

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  [...a].some((text) => b.has(text));

interface Values {
  /** The values there are, as text, where they are listed. */
  own: Set<string> | undefined;
  properties: Map<string, Set<string>>;
  required: Set<JsonValue>;
}

function valuesOf(parts: readonly JsonObject[], work: Work): Values {
  const found: Values = { own: undefined, properties: new Map(), required: new Set() };
  for (const part of parts) {
    found.own ??= listed(part);
    for (const name of Array.isArray(part.required) ? part.required : []) found.required.add(name);
    for (const [name, property] of Object.entries(isObject(part.properties) ? part.properties : {})) {
      work.spend(1);
      const values = isObject(property) ? listed(property) : undefined;
      if (values && !found.properties.has(name)) found.properties.set(name, values);
    }
  }
  return found;
}

function listed({ enum: list, const: only }: JsonObject): Set<string> | undefined {
  if (Array.isArray(list)) return new Set(list.map(canonical));
  return only === undefined ? undefined : new Set([canonical(only)]);
}
