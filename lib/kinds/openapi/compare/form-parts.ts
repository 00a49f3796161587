import { isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, member, members } from './document.ts';
import type { Report } from './report.ts';
import type { Side } from './unchanged.ts';

/**
 * How the parts of a form are written is nothing that schemas say: the encoding, and without one the content type that follows
 * from what a part is (OpenAPI, Encoding Object). `where`: the request body.
 */
export function compareParts(where: string, type: string, before: Side, after: Side, report: Report): void {
  const [was, is] = [member(before.place, 'encoding'), member(after.place, 'encoding')];
  if (!sameJson(was.node ?? {}, is.node ?? {}))
    report.note({
      ...{ rule: 'request-encoding-changed', level: 'unknown', kind: 'changed', where, noun: 'encoding' },
      ...{ reason: 'its encoding changed', old: was.pointer, now: is.pointer, keyword: 'encoding' },
    });
  if (!type.startsWith('multipart/')) return;
  const has = partsOf(after);
  for (const [name, part] of partsOf(before)) {
    const next = has.get(name);
    if (!next || next.type === part.type) continue;
    report.note({
      ...{ rule: 'request-part-changed', level: 'breaking', kind: 'changed', where, noun: 'part' },
      ...{ reason: `part ${name} is now sent as ${next.type}, not ${part.type}`, keyword: 'encoding' },
      ...{ old: part.pointer, now: next.pointer, witness: name },
    });
  }
}

/** The parts whose content type follows from their schema. */
function partsOf({ document, place }: Side): Map<string, { type: string; pointer: string }> {
  const found = new Map<string, { type: string; pointer: string }>();
  const schema = document.resolve(member(place, 'schema'));
  if (!schema) return found;
  const encoded = member(place, 'encoding').node;
  for (const [name, property] of members(member(schema, 'properties'), true)) {
    const encoding = isObject(encoded) && Object.hasOwn(encoded, name) ? encoded[name] : undefined;
    const resolved = isObject(property.node) ? document.resolve(property) : undefined;
    const type =
      resolved && contentTypeOf(resolved.node, (items) => document.resolve(items)?.node, resolved.pointer);
    if (type === undefined || (isObject(encoding) && encoding.contentType !== undefined)) continue;
    found.set(name, { type, pointer: property.pointer });
  }
  return found;
}

function contentTypeOf(
  schema: JsonObject,
  resolve: (place: Located) => JsonObject | undefined,
  pointer: string,
): string | undefined {
  let here: JsonObject | undefined = schema;
  if (here.type === 'array' && isObject(here.items))
    here = resolve({ node: here.items, pointer: `${pointer}/items` });
  const type: JsonValue | undefined = here?.type;
  if (type === 'string') {
    if (typeof here?.contentMediaType === 'string') return here.contentMediaType;
    return here?.format === 'binary' || here?.contentEncoding !== undefined
      ? 'application/octet-stream'
      : 'text/plain';
  }
  if (['number', 'integer', 'boolean'].includes(String(type))) return 'text/plain';
  return type === 'object' ? 'application/json' : undefined;
}
