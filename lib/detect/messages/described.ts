import { FILES, NAMES } from '../../compat/references.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { isAsyncapi, majorOf } from '../../kinds/asyncapi/version.ts';
import { readData } from '../data/document.ts';
import { bundled, type ReadDocument, referredTo } from '../document/bundle.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch, decode } from '../limits.ts';
import {
  type Detector,
  type Extraction,
  MAX_BYTES,
  type Part,
  type SourceFile,
  type Unresolved,
} from '../types.ts';

const isData = (path: string): boolean => /\.(?:json|ya?ml)$/i.test(path);
const trigger = /["']?asyncapi["']?\s*:/;

/** Reads what a consumer's own AsyncAPI document says that it sends and receives: each operation is a use. */
export const asyncapiOperations: Detector = {
  name: 'asyncapi-operations',
  summary: 'what a consumer sends and receives by its own AsyncAPI document',
  roles: ['import'],
  reads: isData,
  triggers: (bytes) => bytesMatch(bytes, trigger),
  async extract(files) {
    const unresolved: Unresolved[] = [];
    const all = new Map<string, ReadDocument & { lines: ReadonlyMap<string, number> }>();
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      if (!isData(file.path)) continue;
      const read = await readFile(file);
      if ('lines' in read) all.set(file.path, read);
      else if (files.length === 1 || bytesMatch(file.bytes, trigger))
        unresolved.push({ path: file.path, what: 'the document', gap: true, ...read });
    }
    const parts: Part[] = [];
    const documents = [...all.values()].filter(({ value }) => isAsyncapi(value));
    const referred = new Set(documents.flatMap((document) => [...referredTo(document, all)]));
    for (const { path, text, value, lines } of documents) {
      if (!isObject(value) || referred.has(path)) continue;
      const { document } = bundled({ path, text, value }, all, FILES);
      parts.push(...usesOf(document, path, lines));
    }
    const numbered = parts.map((part, at) => ({ ...part, pointer: `/uses/${at}` }));
    return {
      ...{ value: { uses: numbered.map((part) => part.value) }, schema: {}, parts: numbered },
      unresolved: sortUnresolved(unresolved),
    } satisfies Extraction;
  },
};

type Read = (ReadDocument & { lines: ReadonlyMap<string, number> }) | { why: string; line: number };

async function readFile(file: SourceFile): Promise<Read> {
  const text = decode(file, MAX_BYTES);
  if (typeof text !== 'string') return { why: text.why, line: text.line };
  try {
    const { value, lines } = await readData(file.path, text);
    return { path: file.path, text, value, lines };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    return { why: `it does not parse: ${error.message}`, line };
  }
}

interface Described {
  action: 'send' | 'receive';
  address: string;
  /** Where the operation stands, and what of the document it needs besides what it refers to. */
  pointer: string;
  own: JsonObject;
}

function usesOf(document: JsonObject, path: string, lines: ReadonlyMap<string, number>): Part[] {
  const found = majorOf(document) === 2 ? operations2(document) : operations3(document);
  return found.map(({ action, address, pointer, own }): Part => {
    const described = withReferences(document, own);
    const places = pointersIn(described).flatMap((place): [string, number][] => {
      const line = lines.get(place);
      return line === undefined ? [] : [[place, line]];
    });
    const value: JsonObject = {
      ...{ subject: `${action} ${address}`, action, address, described },
      lines: Object.fromEntries(places),
    };
    return { pointer: '', value, path, line: lines.get(pointer) ?? 1, how: `${action} ${address}` };
  });
}

const mapping = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

function topic(channel: JsonObject, otherwise: JsonValue | undefined): string {
  const { topic: kafka } = mapping(mapping(channel.bindings).kafka);
  return ([kafka, otherwise].find((name) => typeof name === 'string') as string | undefined) ?? '';
}

function operations2(document: JsonObject): Described[] {
  const head = headOf(document);
  return Object.entries(mapping(document.channels)).flatMap(([key, written]) => {
    const channel = resolved(document, written);
    return (['subscribe', 'publish'] as const).flatMap((word): Described[] => {
      if (!isObject(channel[word])) return [];
      const { subscribe: _s, publish: _p, ...rest } = channel;
      const own = { ...head, channels: { [key]: { ...rest, [word]: channel[word] } } };
      const action = word === 'subscribe' ? 'send' : 'receive';
      return [
        { action, address: topic(channel, key), pointer: `/channels/${pointerToken(key)}/${word}`, own },
      ];
    });
  });
}

function operations3(document: JsonObject): Described[] {
  const head = headOf(document);
  return Object.entries(mapping(document.operations)).flatMap(([name, written]): Described[] => {
    const operation = resolved(document, written);
    const { action } = operation;
    const $ref = mapping(operation.channel).$ref;
    if ((action !== 'send' && action !== 'receive') || typeof $ref !== 'string') return [];
    const key = $ref
      .slice($ref.lastIndexOf('/') + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    const channel = resolved(document, { $ref });
    const { reply: _r, ...rest } = operation;
    const listed = Array.isArray(operation.messages)
      ? new Set(operation.messages.map((message) => String(mapping(message).$ref).split('/').at(-1)))
      : undefined;
    const messages = Object.entries(mapping(channel.messages)).filter(
      ([id]) => listed?.has(pointerToken(id)) !== false,
    );
    const own = {
      ...head,
      channels: { [key]: { ...channel, messages: Object.fromEntries(messages) } },
      operations: { [name]: { ...rest, channel: { $ref: `#/channels/${pointerToken(key)}` } } },
    };
    return [
      { action, address: topic(channel, channel.address), pointer: `/operations/${pointerToken(name)}`, own },
    ];
  });
}

const headOf = ({ asyncapi, defaultContentType }: JsonObject): JsonObject => ({
  asyncapi: asyncapi ?? '',
  ...(defaultContentType === undefined ? {} : { defaultContentType }),
});

function resolved(document: JsonObject, node: JsonValue): JsonObject {
  let here = node;
  for (let hops = 0; hops < 32 && isObject(here) && typeof here.$ref === 'string'; hops++)
    here = (here.$ref.startsWith('#/') ? atPointer(document, decoded(here.$ref)) : undefined) ?? {};
  return mapping(here);
}

/** The pointer in a reference into the document. */
function decoded($ref: string): string {
  try {
    return decodeURIComponent($ref.slice(1));
  } catch {
    return $ref.slice(1);
  }
}

/** Parts that are copied for one operation, at most. */
const MOST_PARTS = 500;

/** A part of a document with all that it refers to, each at its place, without what only people read. */
function withReferences(document: JsonObject, own: JsonObject): JsonObject {
  const copy = plain(own, false) as JsonObject;
  const waiting: JsonValue[] = [copy];
  const seen = new Set<string>();
  for (let here = waiting.pop(); here !== undefined && seen.size < MOST_PARTS; here = waiting.pop()) {
    if (Array.isArray(here)) waiting.push(...here);
    if (!isObject(here)) continue;
    waiting.push(...Object.values(here));
    const { $ref } = here;
    if (typeof $ref !== 'string' || !$ref.startsWith('#/') || seen.has($ref)) continue;
    seen.add($ref);
    const target = atPointer(document, decoded($ref));
    if (target === undefined || atPointer(copy, decoded($ref)) !== undefined) continue;
    const part = plain(target, false);
    put(copy, decoded($ref).slice(1).split('/'), part);
    waiting.push(part);
  }
  return copy;
}

function put(root: JsonObject, tokens: readonly string[], part: JsonValue): void {
  let here = root;
  for (const [at, token] of tokens.entries()) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (key === '__proto__') return;
    const isLast = at === tokens.length - 1;
    const next: JsonValue = isLast ? part : mapping(here[key]);
    here[key] = next;
    if (!isLast) here = next as JsonObject;
  }
}

const WORDS = new Set(['description', 'summary', 'title', 'examples', 'example', 'tags', 'externalDocs']);

function plain(value: JsonValue, areNames: boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => plain(item, false));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => areNames || !(WORDS.has(key) || key.startsWith('x-')) || key === FILES)
      .map(([key, member]) => [key, plain(member, !areNames && NAMES.has(key))]),
  ) as JsonObject;
}

/** Where messages, their headers and their properties stand. */
function pointersIn(document: JsonObject): string[] {
  const found: string[] = [];
  const waiting: { node: JsonValue; pointer: string; name: string }[] = [
    { node: document, pointer: '', name: '' },
  ];
  for (let here = waiting.pop(); here !== undefined && found.length < MOST_PARTS; here = waiting.pop()) {
    const { node, pointer, name } = here;
    if (name === 'properties' || /\/(?:message|messages\/[^/]+|payload|headers)$/.test(pointer))
      found.push(pointer);
    const entries = Array.isArray(node) ? [...node.entries()] : isObject(node) ? Object.entries(node) : [];
    for (const [key, member] of entries)
      if (typeof member === 'object' && member !== null) {
        const at = `${pointer}/${pointerToken(String(key))}`;
        waiting.push({ node: member, pointer: at, name: pointer.slice(pointer.lastIndexOf('/') + 1) });
      }
  }
  return found.sort();
}
