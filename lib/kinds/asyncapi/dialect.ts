import { NAMES, VALUES } from '../../compat/references.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Words beside a reference, which nothing depends on. */
const WORDS = new Set(['title', 'summary', 'description']);

/**
 * A document whose schemas are written as draft 2020-12 writes them. Schemas of AsyncAPI are a superset of draft 07: lists of
 * `items`, `dependencies`, what stands beside a `$ref` is ignored, and `readOnly` hides nothing from a message. Places stay where
 * they are, but for those keywords.
 */
export const modern = (document: JsonObject): JsonObject => converted(document, false, false) as JsonObject;

function converted(value: JsonValue, areNames: boolean, isModern: boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => converted(item, false, isModern));
  if (!isObject(value)) return value;
  const recent =
    isModern || /draft-20(?:19|20)|2020-12|2019-09/.test(String(areNames ? '' : formatIn(value)));
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(areNames ? value : keywords(value, recent))) {
    const next =
      !areNames && VALUES.has(key) ? member : converted(member, !areNames && NAMES.has(key), recent);
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

const formatIn = ({ schemaFormat, $schema }: JsonObject): JsonValue => schemaFormat ?? $schema ?? '';

function keywords(node: JsonObject, isModern: boolean): JsonObject {
  if (typeof node.$ref === 'string' && !isModern)
    return Object.fromEntries(
      Object.entries(node).filter(([key]) => key === '$ref' || WORDS.has(key) || key.startsWith('x-')),
    ) as JsonObject;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === '__proto__') continue;
    // Every reference leads through the document, whatever a schema calls itself.
    if (key === '$id' || ((key === 'readOnly' || key === 'writeOnly') && typeof value === 'boolean'))
      out[`x-${key}`] = value;
    else if (key === 'discriminator' && typeof value === 'string') out[key] = { propertyName: value };
    else if (key === 'items' && Array.isArray(value) && !isModern) {
      out.prefixItems = value;
      if (node.additionalItems !== undefined) out.items = node.additionalItems;
    } else if (key === 'additionalItems' && !isModern) continue;
    else if (key === 'dependencies' && isObject(value) && !isModern) dependencies(out, value);
    else out[key] = value;
  }
  return out;
}

function dependencies(out: JsonObject, value: JsonObject): void {
  const entries = Object.entries(value);
  const lists = entries.filter(([, needed]) => Array.isArray(needed));
  const schemas = entries.filter(([, needed]) => !Array.isArray(needed));
  if (lists.length > 0) out.dependentRequired = Object.fromEntries(lists) as JsonObject;
  if (schemas.length > 0) out.dependentSchemas = Object.fromEntries(schemas) as JsonObject;
}
