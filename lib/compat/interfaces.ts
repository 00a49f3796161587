import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ValueComparison } from './types.ts';

export type InterfaceKind = 'openapi' | 'graphql' | 'schema';

/**
 * What a contract's `schema` is: an OpenAPI document by its `openapi` key, GraphQL where it is SDL (a string, or
 * `{ sdl }` with `x-realm.kind: graphql`), else a JSON Schema.
 */
export function interfaceKind(schema: JsonValue): InterfaceKind {
  if (isObject(schema) && (typeof schema.openapi === 'string' || typeof schema.swagger === 'string'))
    return 'openapi';
  return sdlOf(schema) === undefined ? 'schema' : 'graphql';
}

/**
 * Compares the schemas or interface documents of two contract versions, old to new, with the differences for a
 * changelog. Each kind's code is loaded when it is met. Documents of different kinds are `unknown`.
 */
export async function compareInterfaces(old: JsonValue, now: JsonValue): Promise<ValueComparison> {
  const kind = interfaceKind(now);
  // No schema at all is a schema that allows everything, and nothing that an interface document could be compared with.
  if (interfaceKind(old) !== kind) {
    const reason = `the old side is ${names[interfaceKind(old)]}, the new one ${names[kind]}`;
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  if (kind === 'openapi') {
    const { compareOpenapi } = await import('../kinds/openapi/compare/index.ts');
    return compareOpenapi(old, now);
  }
  if (kind === 'graphql') {
    const { compareGraphql } = await import('../kinds/graphql/compare.ts');
    return compareGraphql(sdlOf(old) ?? '', sdlOf(now) ?? '');
  }
  const { compareJsonSchemas } = await import('../kinds/json-schema/compare.ts');
  const { verdict, changes } = compareJsonSchemas(old, now);
  // A changelog is about the contract's file.
  return { verdict, changes: changes.map((one) => ({ ...one, pointer: `/schema${one.pointer}` })) };
}

const names: Record<InterfaceKind, string> = {
  openapi: 'an OpenAPI document',
  graphql: 'a GraphQL schema',
  schema: 'a JSON Schema',
};

function sdlOf(schema: JsonValue): string | undefined {
  if (typeof schema === 'string') return schema;
  if (!isObject(schema) || typeof schema.sdl !== 'string') return undefined;
  const realm: JsonObject = isObject(schema['x-realm']) ? schema['x-realm'] : {};
  return realm.kind === 'graphql' ? schema.sdl : undefined;
}
