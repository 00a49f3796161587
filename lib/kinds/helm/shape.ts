import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { put } from './coalesce.ts';
import type { Chart } from './interface.ts';

/** Keywords beside which a schema still says by itself which properties it has. */
const PLAIN = new Set(
  'type properties required additionalProperties title description $comment examples definitions $defs $schema $id minProperties deprecated'.split(
    ' ',
  ),
);

/** Keywords that restrict an object, and declare nothing. */
const RESTRICTING = new Set(['not', 'dependentRequired', 'maxProperties', 'propertyNames']);

/** Does a schema say nothing but which properties an object has? */
export const isPlain = (schema: JsonObject): boolean =>
  Object.keys(schema).every((keyword) => PLAIN.has(keyword) || keyword.startsWith('x-'));

/** Does a schema say by itself which properties it has: no reference, no choice, no condition? */
const declares = (schema: JsonObject): boolean =>
  Object.keys(schema).every(
    (keyword) => PLAIN.has(keyword) || RESTRICTING.has(keyword) || keyword.startsWith('x-'),
  );

/** What a value of `values.yaml` says of the values that may take its place. An empty map may hold anything, and null is any value. */
function shapeOf(value: JsonValue): JsonObject {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array' };
  if (!isObject(value)) return { type: typeof value };
  const properties: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) put(properties, key, shapeOf(inner));
  return Object.keys(properties).length === 0 ? { type: 'object' } : { type: 'object', properties };
}

/**
 * The schema of what may be given to a chart: what its schema says, and what of `values.yaml` the schema leaves open. The sections of
 * other charts, and `global`, may hold anything.
 */
export function valuesSchema({ values, schema, dependencies }: Chart): JsonValue {
  const shape = shapeOf(values);
  const properties: JsonObject = isObject(shape.properties) ? { ...shape.properties } : {};
  for (const section of ['global', ...dependencies])
    put(properties, section, { type: 'object', additionalProperties: true });
  const whole = { ...shape, type: 'object', properties };
  return schema === null ? whole : withShape(schema, whole);
}

/** A schema, with what a shape declares besides where the schema says nothing of it. */
function withShape(schema: JsonValue, shape: JsonObject): JsonValue {
  if (schema === true) return shape;
  if (!isObject(schema) || !declares(schema) || !isObject(shape.properties)) return schema;
  const { additionalProperties = true } = schema;
  const own: JsonObject = isObject(schema.properties) ? { ...schema.properties } : {};
  for (const [name, inner] of Object.entries(shape.properties)) {
    const known = Object.hasOwn(own, name) ? own[name] : undefined;
    if (known !== undefined) put(own, name, isObject(inner) ? withShape(known, inner) : known);
    else if (additionalProperties === true) put(own, name, inner);
  }
  return { ...schema, properties: own };
}

/** What a schema says of the value at a path: its schema, `undefined` where nothing declares it, `null` where that cannot be seen. */
export function declaredAt(schema: JsonValue, path: readonly string[]): JsonValue | undefined | null {
  let here: JsonValue = schema;
  for (const name of path) {
    if (here === true) return null;
    if (!isObject(here)) return undefined;
    if (!declares(here)) return null;
    const { properties, additionalProperties } = here;
    if (isObject(properties) && Object.hasOwn(properties, name)) here = properties[name] ?? true;
    else if (isObject(additionalProperties)) here = additionalProperties;
    // What declares no property at all may hold any.
    else if (additionalProperties === false) return undefined;
    else if (additionalProperties === true || !isObject(properties)) return null;
    else return undefined;
  }
  return here;
}

/** The place in the files of a chart of a pointer into the schema of its values. */
export function placeOf({ schema, files }: Chart, pointer: string): string {
  const tokens = pointer.split('/').slice(1);
  let here: JsonValue | undefined = schema ?? undefined;
  let isOfSchema = schema !== null;
  for (const [at, token] of tokens.entries()) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const isMember: boolean = isObject(here) && Object.hasOwn(here, key);
    if (!isMember && (tokens[at - 1] === 'properties' || (token === 'properties' && at < tokens.length - 1)))
      isOfSchema = false;
    here = isMember && isObject(here) ? here[key] : undefined;
  }
  if (isOfSchema) return `${files.schema}${pointer}`;
  const names = tokens.filter((_, at) => at % 2 === 1 && tokens[at - 1] === 'properties');
  return `${files.values}${names.map((name) => `/${name}`).join('')}`;
}

/** A pointer from names. */
export const pointerOf = (path: readonly string[]): string =>
  path.map((name) => `/${pointerToken(name)}`).join('');
