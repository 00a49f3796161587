import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { type Located, member, type OpenapiDocument, Unread } from '../openapi/compare/document.ts';
import type { Major } from './version.ts';

/** How the payload of a message is described; `other`: in a language that is not read here. */
export type Format = 'json' | 'avro' | 'protobuf' | 'other';

/** One message of a channel, its traits applied. */
export interface Message {
  /** What it may be called, the surest first: its name, its key or `messageId`, the component that it is. */
  names: string[];
  pointer: string;
  payload: Located;
  format: Format;
  /** As it is written; '' for the format of the document itself. */
  schemaFormat: string;
  headers: Located;
  /** In a language that is not read here. */
  hasForeignHeaders: boolean;
  /** `null`: nothing says it. */
  contentType: string | null;
  /** Where the correlation id is: `$message.header#/id`. */
  correlation: string | null;
  bindings: Located;
  /** The message itself, for its words. */
  place: Located;
}

/** Traits of one message or operation, at most. */
const MOST_TRAITS = 50;

interface Around {
  major: Major;
  /** Of messages that do not say their own. */
  contentType: string | null;
}

/**
 * A message where a document has it. `key`: what the channel calls it. One that cannot be read carries what cannot be read: its
 * comparison says so.
 */
export function messageOf(document: OpenapiDocument, place: Located, key: string, around: Around): Message {
  try {
    return readMessage(document, place, key, around);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    const nothing: Located = { node: undefined, pointer: place.pointer };
    return {
      ...{ names: key === '' ? [] : [key], pointer: place.pointer, payload: place, format: 'json' },
      ...{ schemaFormat: '', headers: nothing, contentType: around.contentType, correlation: null },
      ...{ bindings: nothing, place: nothing, hasForeignHeaders: false },
    };
  }
}

function readMessage(
  document: OpenapiDocument,
  place: Located,
  key: string,
  { major, contentType }: Around,
): Message {
  const resolved = document.resolve(place) ?? { node: {}, pointer: place.pointer };
  const own = withTraits(document, resolved, major);
  const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
  const component = /^\/components\/messages\/([^/]+)$/.exec(resolved.pointer)?.[1] ?? '';
  const names = [text(own.node.name), text(own.node.messageId), key, component].filter((name) => name !== '');
  const { payload, schemaFormat } = payloadOf(document, own, major);
  const headers = schemaAt(document, member(own, 'headers'), major);
  const correlation = document.resolve(member(own, 'correlationId'))?.node.location;
  return {
    ...{ names: [...new Set(names)], pointer: resolved.pointer, payload, schemaFormat },
    format: formatOf(schemaFormat),
    headers: headers.payload,
    hasForeignHeaders: formatOf(headers.schemaFormat) !== 'json',
    contentType: mediaType(text(own.node.contentType)) ?? contentType,
    correlation: typeof correlation === 'string' ? correlation : null,
    bindings: bindingsOf(document, own),
    place: own,
  };
}

/** The bindings of a message, a channel or an operation, or what they refer to. */
export function bindingsOf(document: OpenapiDocument, owner: Located): Located {
  const place = member(owner, 'bindings');
  return document.resolve(place) ?? place;
}

/** 3.x: a schema may stand in an object that says its format. */
function payloadOf(
  document: OpenapiDocument,
  own: Located & { node: JsonObject },
  major: Major,
): { payload: Located; schemaFormat: string } {
  const place = member(own, 'payload');
  if (major === 2) {
    const schemaFormat = typeof own.node.schemaFormat === 'string' ? own.node.schemaFormat : '';
    return { payload: place, schemaFormat };
  }
  return schemaAt(document, place, major);
}

function schemaAt(
  document: OpenapiDocument,
  place: Located,
  major: Major,
): { payload: Located; schemaFormat: string } {
  if (major === 2) return { payload: place, schemaFormat: '' };
  const inner = isObject(place.node) ? quietly(() => document.resolve(place)) : undefined;
  if (typeof inner?.node.schemaFormat !== 'string') return { payload: place, schemaFormat: '' };
  return { payload: member(inner, 'schema'), schemaFormat: inner.node.schemaFormat };
}

/** By the media types that the specification names (Message Object and Multi Format Schema Object, `schemaFormat`). */
function formatOf(schemaFormat: string): Format {
  const type = mediaType(schemaFormat);
  if (type === null || /^application\/(?:vnd\.aai\.asyncapi|schema)(?:\+(?:json|yaml))?$/.test(type))
    return 'json';
  if (/^application\/vnd\.apache\.avro(?:\+(?:json|yaml))?$/.test(type)) return 'avro';
  if (/^application\/vnd\.google\.protobuf$|^application\/x-protobuf$/.test(type)) return 'protobuf';
  return 'other';
}

/** Without its parameters; `null` where there is none. */
export const mediaType = (text: string): string | null => text.split(';', 1)[0]?.trim().toLowerCase() || null;

/**
 * What an object is with its traits. In 2.x a trait is a merge patch of the object, in 3.x what the object says itself stays
 * (specification 3.0, "Traits Merge Mechanism").
 */
export function withTraits(
  document: OpenapiDocument,
  own: Located & { node: JsonObject },
  major: Major,
): Located & { node: JsonObject } {
  const { traits, ...rest }: JsonObject = own.node;
  if (!Array.isArray(traits)) return own;
  const all = traits
    .slice(0, MOST_TRAITS)
    .map(
      (node: JsonValue, at: number) =>
        document.resolve({ node, pointer: `${own.pointer}/traits/${at}` })?.node ?? {},
    );
  const node =
    major === 2
      ? all.reduce<JsonObject>(patched, rest as JsonObject)
      : patched(all.reduce<JsonObject>(patched, {}), rest as JsonObject);
  return { node, pointer: own.pointer };
}

/** RFC 7396. */
function patched(target: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    const before = Object.hasOwn(out, key) ? out[key] : undefined;
    if (value === null) delete out[key];
    else if (isObject(value)) out[key] = patched(isObject(before) ? before : {}, value);
    else out[key] = value;
  }
  return out;
}

/** Nothing where it cannot be read: the comparison of the schemas says so. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}
