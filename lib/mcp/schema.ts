import type { JsonObject } from '../json.ts';

/** JSON Schema in few words, for the tools' inputs and outputs. */
export const text = (description: string): JsonObject => ({ type: 'string', description });
export const flag = (description: string, byDefault: boolean): JsonObject => ({
  type: 'boolean',
  description,
  default: byDefault,
});
export const oneOf = (description: string, words: readonly string[]): JsonObject => ({
  enum: [...words],
  description,
});
export const listOf = (items: JsonObject, description = ''): JsonObject => ({
  type: 'array',
  items,
  ...(description === '' ? {} : { description }),
});

/** What a tool takes: nothing but these. */
export const input = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  properties: {
    directory: text(
      'the working directory: a path in one of your checkouts (default: where the server runs)',
    ),
    ...properties,
  },
  required,
  additionalProperties: false,
});

/** What a tool gives: at least these. */
export const output = (properties: JsonObject, required: string[] = Object.keys(properties)): JsonObject => ({
  type: 'object',
  properties,
  required,
});

export const string: JsonObject = { type: 'string' };
export const boolean: JsonObject = { type: 'boolean' };
export const orNull = (type: string): JsonObject => ({ type: [type, 'null'] });
export const anything: JsonObject = {};
