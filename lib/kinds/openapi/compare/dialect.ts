import type { JsonObject } from '../../../json.ts';
import type { OpenapiDocument } from './document.ts';

/** The keywords of a schema as draft 2020-12 writes them. */
export function normal(document: OpenapiDocument, node: JsonObject): JsonObject {
  if (document.version !== '3.0') return node;
  if (typeof node.$ref === 'string') return { $ref: node.$ref };
  const out = { ...node };
  fromVersion30(out, node);
  delete out.nullable;
  return node.nullable === true && typeof out.type === 'string' ? nullable(out) : out;
}

/** OpenAPI 3.0 has JSON Schema's draft of that time: exclusive bounds are flags beside the bound. */
export function fromVersion30(out: JsonObject, node: JsonObject): void {
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof node[flag] !== 'boolean') continue;
    delete out[flag];
    const limit = node[bound];
    if (node[flag] !== true || typeof limit !== 'number') continue;
    out[flag] = limit;
    delete out[bound];
  }
}

/** `int32` says which numbers there are; the other numeric formats only how they are stored. */
export function bounds(out: JsonObject): void {
  if (typeof out.format !== 'string') return;
  const { format } = out;
  if (format === 'int32' && out.type === 'integer') {
    out.minimum = Math.max(typeof out.minimum === 'number' ? out.minimum : -(2 ** 31), -(2 ** 31));
    out.maximum = Math.min(typeof out.maximum === 'number' ? out.maximum : 2 ** 31 - 1, 2 ** 31 - 1);
  }
  if (['int32', 'int64', 'float', 'double', 'binary', 'password'].includes(format)) delete out.format;
}

/** Taken as said wherever it stands, also beside `allOf`, where authors mean it though the specification gives it none. */
export function nullable(out: JsonObject): JsonObject {
  if (typeof out.type !== 'string') return { anyOf: [out, { type: 'null' }] };
  const withNull = Array.isArray(out.enum) && !out.enum.includes(null) ? { enum: [...out.enum, null] } : {};
  return { ...out, type: [out.type, 'null'], ...withNull };
}
