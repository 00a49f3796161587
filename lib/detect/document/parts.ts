import { httpMethods } from '../../compat/http-methods.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import type { Part } from '../types.ts';

/** Parts of one document that are distinguished, at most. */
const MOST = 5000;

type Place = Pick<Part, 'pointer' | 'value' | 'line'>;

/** The operations of an OpenAPI document, each with the line of its method. */
export function openapiParts(path: string, text: string, document: JsonObject): Part[] {
  const lines = linesOf(text);
  const places: Place[] = [];
  let from = 0;
  for (const group of ['paths', 'webhooks'] as const) {
    const items = document[group];
    for (const [name, item] of Object.entries(isObject(items) ? items : {})) {
      const described = itemOf(document, item);
      if (!described) continue;
      const at = lines.ofKey(name, from);
      from = at ?? from;
      const methods = httpMethods.filter((method) => isObject(described[method]));
      for (const method of methods)
        places.push({
          pointer: `/${group}/${pointerToken(name)}/${method}`,
          value: `${method.toUpperCase()} ${name}`,
          line: (described === item ? lines.ofKey(method, from) : at) ?? at ?? 1,
        });
      if (methods.length === 0)
        places.push({ pointer: `/${group}/${pointerToken(name)}`, value: name, line: at ?? 1 });
    }
  }
  const { components } = document;
  if (places.length === 0 && isObject(components) && Object.keys(components).length > 0)
    places.push({ pointer: '/components', value: 'components', line: lines.ofKey('components', 0) ?? 1 });
  return asParts(path, places, 'an operation');
}

/** The operations of an AsyncAPI document, each with its line, and the channels that have none. */
export function asyncapiParts(path: string, text: string, document: JsonObject): Part[] {
  const lines = linesOf(text);
  const places: Place[] = [];
  const used = new Set<string>();
  const start = lines.ofKey('operations', 0) ?? 0;
  for (const [name, operation] of Object.entries(isObject(document.operations) ? document.operations : {})) {
    if (!isObject(operation)) continue;
    const channel = isObject(operation.channel) ? String(operation.channel.$ref ?? '') : '';
    const key = channel.slice(channel.lastIndexOf('/') + 1);
    used.add(key);
    places.push({
      pointer: `/operations/${pointerToken(name)}`,
      value: `${String(operation.action ?? 'an operation on')} ${key}`,
      line: lines.ofKey(name, start) ?? 1,
    });
  }
  let from = lines.ofKey('channels', 0) ?? 0;
  for (const [name, channel] of Object.entries(isObject(document.channels) ? document.channels : {})) {
    const at = lines.ofKey(name, from);
    from = at ?? from;
    if (!isObject(channel)) continue;
    const words = (['publish', 'subscribe'] as const).filter((word) => isObject(channel[word]));
    for (const word of words)
      places.push({
        pointer: `/channels/${pointerToken(name)}/${word}`,
        value: `${word} ${name}`,
        line: lines.ofKey(word, from) ?? at ?? 1,
      });
    if (words.length === 0 && !used.has(pointerToken(name)))
      places.push({ pointer: `/channels/${pointerToken(name)}`, value: `channel ${name}`, line: at ?? 1 });
  }
  const { components } = document;
  if (places.length === 0 && isObject(components) && Object.keys(components).length > 0)
    places.push({ pointer: '/components', value: 'components', line: lines.ofKey('components', 0) ?? 1 });
  return asParts(path, places, 'an operation');
}

/** A path item, or the one that it refers to within the document. */
function itemOf(document: JsonObject, item: JsonValue): JsonObject | undefined {
  if (!isObject(item)) return undefined;
  const { $ref } = item;
  const target =
    typeof $ref === 'string' && $ref.startsWith('#/') ? atPointer(document, $ref.slice(1)) : item;
  return isObject(target) ? target : item;
}

/** The properties and definitions of a JSON Schema; the schema itself where it has none. */
export function schemaParts(path: string, text: string, document: JsonObject): Part[] {
  const lines = linesOf(text);
  const places: Place[] = [];
  for (const group of ['properties', '$defs', 'definitions'] as const) {
    const members = document[group];
    if (!isObject(members)) continue;
    const from = lines.ofKey(group, 0) ?? 1;
    for (const name of Object.keys(members))
      places.push({
        pointer: `/${group}/${pointerToken(name)}`,
        value: name,
        line: lines.ofKey(name, from) ?? from,
      });
  }
  if (places.length === 0) places.push({ pointer: '', value: 'the schema', line: 1 });
  return asParts(path, places, 'a part of the schema');
}

/** The definitions of a GraphQL schema. */
export function graphqlParts(path: string, text: string): Part[] {
  const places: Place[] = [];
  const definition =
    /^[ \t]*(?:extend[ \t]+)?(?:(?:type|interface|input|enum|union|scalar)[ \t]+(\w+)|directive[ \t]*@[ \t]*(\w+)|(schema)\b)/;
  for (const [at, line] of text.split('\n').entries()) {
    const match = definition.exec(line);
    const name = match?.[1] ?? match?.[2] ?? match?.[3];
    if (name !== undefined) places.push({ pointer: `/${name}`, value: name, line: at + 1 });
  }
  return asParts(path, places, 'a definition');
}

const asParts = (path: string, places: readonly Place[], how: string): Part[] =>
  places.slice(0, MOST).map((place) => ({ ...place, path, how }));

/** Where keys stand in a text: the first line from another one on that begins with the key, as JSON or as YAML writes it. */
function linesOf(text: string): { ofKey(key: string, from: number): number | undefined } {
  const byKey = new Map<string, number[]>();
  for (const [at, line] of text.split('\n').entries()) {
    const match = /^[\s{,-]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'#{}[\],][^#]*?))\s*:(?:\s|$)/.exec(line);
    const key = match?.[1] ?? match?.[2] ?? match?.[3];
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [at + 1]);
    else known.push(at + 1);
  }
  return {
    ofKey: (key, from) => {
      const known = byKey.get(key) ?? [];
      let [low, high] = [0, known.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((known[middle] ?? 0) < from) low = middle + 1;
        else high = middle;
      }
      return known[low];
    },
  };
}
