import type { JsonObject, JsonValue } from '../../../json.ts';
import type { Parameter } from './parameters.ts';
import type { Report } from './report.ts';
import type { Side } from './unchanged.ts';

/** Integers as JSON, and so a client, writes them. */
const INTEGER = /^(0|-?[1-9][0-9]*)$/;

/**
 * Is every text that a client sends for the old parameter read by the new one? In a URL or a header `1` and `"1"` are one
 * text, and in an exploded form a single value is a list of one. False where that is not proved.
 */
export function sameOnTheWire(
  before: Parameter,
  after: Parameter,
  from: Side,
  to: Side,
  report: Report,
): boolean {
  if (before.media !== undefined || after.media !== undefined) return false;
  const was = from.document.resolve(from.place)?.node;
  const resolved = to.document.resolve(to.place);
  if (!was || !resolved || !isScalar(was)) return false;
  const [is, place] = listed(resolved.node, after)
    ? [
        to.document.resolve({ node: resolved.node.items, pointer: `${resolved.pointer}/items` })?.node,
        'items',
      ]
    : [resolved.node, ''];
  if (!is || !isScalar(is)) return false;
  const read = was.type === is.type ? was : rewritten(was, is);
  if (read === undefined || (place === '' && was.type === is.type)) return false;
  return report.proves(
    'request',
    { document: from.document, place: { ...from.place, node: read } },
    { document: to.document, place: { node: is, pointer: resolved.pointer } },
  );
}

const isScalar = ({ type, nullable }: JsonObject): boolean =>
  ['string', 'number', 'integer', 'boolean'].includes(String(type)) && nullable !== true;

/** An array that a single value makes a list of one. */
const listed = (schema: JsonObject, { style, explode }: Parameter): boolean =>
  schema.type === 'array' &&
  style === 'form' &&
  explode &&
  (typeof schema.minItems !== 'number' || schema.minItems <= 1) &&
  schema.maxItems !== 0;

/** A schema of the new type with the texts of the old one, or with more than those; undefined where there is none so simple. */
function rewritten(was: JsonObject, is: JsonObject): JsonObject | undefined {
  const texts = textsOf(was);
  if (is.type === 'string') {
    if (texts) return { type: 'string', enum: texts };
    if (was.type !== 'integer') return undefined;
    const positive = typeof was.minimum === 'number' && was.minimum >= 0;
    return { type: 'string', pattern: positive ? '^(0|[1-9][0-9]*)$' : '^(0|-?[1-9][0-9]*)$' };
  }
  if (texts === undefined) return undefined;
  const values = texts.map((text): JsonValue | undefined => {
    if (is.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
    return INTEGER.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  });
  return values.includes(undefined) ? undefined : { type: is.type ?? null, enum: values as JsonValue[] };
}

/** Every text that a client may send, where they can be counted. */
function textsOf(schema: JsonObject): string[] | undefined {
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : schema.const === undefined
      ? undefined
      : [schema.const];
  if (values) return values.some((value) => typeof value === 'object') ? undefined : values.map(String);
  return schema.type === 'boolean' ? ['true', 'false'] : undefined;
}
