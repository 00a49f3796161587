import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { children, knows } from './dialect.ts';
import type { Document, Place } from './document.ts';
import { unicodeSource } from './pattern.ts';

/** Keywords that Ajv gives a meaning of its own, or refuses. */
const foreign = new Set(['id', 'nullable', 'discriminator', '$async', '$schema', '$data', 'strict']);

/**
 * The document in the spelling that Ajv's class for its draft understands, meaning the same. With remote references
 * in it, two documents: with all of them accepting everything, and nothing. With `names`, the schemas of properties
 * of other names are left out, which no value without such members can tell.
 */
export function translate(document: Document, names?: ReadonlySet<string>): JsonValue[] {
  const remote = { seen: false };
  const open = translatePlace({ document, remoteAccepts: true, remote, names }, document.root);
  return remote.seen
    ? [open, translatePlace({ document, remoteAccepts: false, remote, names }, document.root)]
    : [open];
}

interface Task {
  document: Document;
  remoteAccepts: boolean;
  remote: { seen: boolean };
  names: ReadonlySet<string> | undefined;
}

function translatePlace(task: Task, place: Place): JsonValue {
  const { document, remoteAccepts, remote, names } = task;
  const { schema, base } = place;
  if (!isObject(schema)) return schema;
  const { dialect } = document;
  document.work.spend(30 + Object.keys(schema).length);
  // Ajv writes each branch of a choice inside the one before.
  if (Array.isArray(schema.oneOf)) document.work.spend(2 * schema.oneOf.length ** 2);
  const result: JsonObject = {};
  const hidden = dialect.refStandsAlone && typeof schema.$ref === 'string';
  for (const [keyword, value] of Object.entries(schema)) {
    if (foreign.has(keyword) || !knows(dialect, keyword)) continue;
    // Ajv ignores what stands beside such a `$ref`, except these two.
    if (hidden && (keyword === '$id' || keyword === 'type')) continue;
    put(result, keyword, typeof value === 'object' && value !== null ? shallow(value) : value);
  }
  if (dialect.draft === 'draft-04' && !hidden && typeof schema.id === 'string') result.$id = schema.id;
  for (const { schema: child, pointer, keyword } of children(schema, '')) {
    if (!Object.hasOwn(result, keyword)) continue;
    const inner = { schema: child, pointer: place.pointer + pointer, base: document.baseAt(child, base) };
    const isIdle = keyword === 'properties' && names !== undefined && !names.has(lastKey(pointer));
    replace(result, keyword, pointer, isIdle ? true : translatePlace(task, inner));
  }
  boundsOf(result);
  soleAnchor(document, result);
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

const shallow = (value: JsonValue[] | JsonObject): JsonValue =>
  Array.isArray(value) ? [...value] : Object.fromEntries(Object.entries(value));

/** Sets a member whatever its name, `__proto__` too. */
const put = (object: JsonObject, key: string, value: JsonValue): void => {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Puts a translated child where `children` found it; lists and maps around it are copies by then. */
function replace(result: JsonObject, keyword: string, pointer: string, child: JsonValue): void {
  const around = result[keyword];
  const isInside = pointer.indexOf('/', 1) > 0;
  if (!isInside) put(result, keyword, child);
  else if (Array.isArray(around)) around[Number(lastKey(pointer))] = child;
  else if (isObject(around)) put(around, lastKey(pointer), child);
}

const lastKey = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');

/**
 * An anchor that only one schema has is a plain one, and a dynamic reference to it a plain reference. Ajv would look for it
 * only among the schemas that it has come through.
 */
function soleAnchor(document: Document, schema: JsonObject): void {
  const { $dynamicAnchor: anchor, $dynamicRef: reference } = schema;
  if (typeof anchor === 'string' && document.isSoleDynamicAnchor(anchor) && schema.$anchor === undefined) {
    delete schema.$dynamicAnchor;
    schema.$anchor = anchor;
  }
  const name = typeof reference === 'string' ? /^#([A-Za-z_][\w.-]*)$/.exec(reference)?.[1] : undefined;
  if (name === undefined || !document.isSoleDynamicAnchor(name)) return;
  delete schema.$dynamicRef;
  const plain = { $ref: `#${name}` };
  if (schema.$ref === undefined) Object.assign(schema, plain);
  else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), plain];
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
