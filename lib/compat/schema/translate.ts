import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { children, isModern, knows } from './dialect.ts';
import type { Document, Place } from './document.ts';
import { unicodeSource } from './pattern.ts';

/** Keywords that Ajv gives a meaning of its own, or refuses. */
const foreign = new Set(['id', 'nullable', 'discriminator', '$async', '$schema', '$data', 'strict']);

/**
 * The document in the spelling that Ajv's class for its draft understands, meaning the same. With remote references
 * in it, two documents: with all of them accepting everything, and nothing.
 */
export function translate(document: Document): JsonValue[] {
  const remote = { seen: false };
  const open = one(document, document.root, true, remote);
  return remote.seen ? [open, one(document, document.root, false, remote)] : [open];
}

function one(document: Document, place: Place, remoteAccepts: boolean, remote: { seen: boolean }): JsonValue {
  const { schema, base } = place;
  if (!isObject(schema)) return schema;
  const { dialect } = document;
  const result: JsonObject = {};
  const hidden = !isModern(dialect) && typeof schema.$ref === 'string';
  for (const [keyword, value] of Object.entries(schema)) {
    if (foreign.has(keyword) || !knows(dialect, keyword)) continue;
    // Ajv ignores what stands beside such a `$ref`, except these two.
    if (hidden && (keyword === '$id' || keyword === 'type')) continue;
    put(result, keyword, value);
  }
  if (dialect.draft === 'draft-04' && !hidden && typeof schema.id === 'string') result.$id = schema.id;
  for (const { schema: child, pointer, keyword } of children(schema, '')) {
    if (!Object.hasOwn(result, keyword)) continue;
    const inner = { schema: child, pointer: place.pointer + pointer, base: document.baseAt(child, base) };
    replace(result, keyword, pointer, one(document, inner, remoteAccepts, remote));
  }
  boundsOf(result);
  if (Array.isArray(result.enum) && result.enum.length === 0) {
    delete result.enum;
    result.allOf = [...(Array.isArray(result.allOf) ? result.allOf : []), { not: {} }];
  }
  if (typeof result.pattern === 'string') result.pattern = unicodeSource(result.pattern) ?? result.pattern;
  if (isObject(result.patternProperties)) result.patternProperties = readable(result.patternProperties);
  for (const keyword of ['$ref', '$dynamicRef', '$recursiveRef'])
    if (typeof result[keyword] === 'string' && 'remote' in document.resolve(result[keyword], place)) {
      remote.seen = true;
      delete result[keyword];
      if (hidden) return remoteAccepts;
      if (!remoteAccepts) result.allOf = [...(Array.isArray(result.allOf) ? result.allOf : []), { not: {} }];
    }
  return result;
}

/** Sets a member whatever its name, `__proto__` too. */
const put = (object: JsonObject, key: string, value: JsonValue): void => {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Puts a translated child where `children` found it, copying the list or map around it first. */
function replace(result: JsonObject, keyword: string, pointer: string, child: JsonValue): void {
  const [, , token] = pointer.split('/');
  const around = result[keyword];
  if (token === undefined) put(result, keyword, child);
  else if (Array.isArray(around)) {
    const copy = [...around];
    copy[Number(token)] = child;
    result[keyword] = copy;
  } else if (isObject(around)) {
    const copy = { ...around };
    put(copy, token.replaceAll('~1', '/').replaceAll('~0', '~'), child);
    result[keyword] = copy;
  }
}

/** Draft-04 spells an exclusive bound as a boolean beside the bound. */
function boundsOf(schema: JsonObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = schema[exclusive];
    if (typeof flag !== 'boolean') continue;
    const at = schema[bound];
    delete schema[exclusive];
    if (!flag || at === undefined) continue;
    delete schema[bound];
    schema[exclusive] = at;
  }
}

function readable(patterns: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [source, schema] of Object.entries(patterns))
    put(result, unicodeSource(source) ?? source, schema);
  return result;
}
