import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Is a mapping without `$schema` a JSON Schema? `schema` where every key is a keyword or an extension; `mixed` where it has
 * what only a schema has, beside keys that no schema knows; `other` where it has nothing of one.
 */
export function looksLikeSchema(document: JsonObject): 'schema' | 'mixed' | 'other' {
  const keys = Object.keys(document);
  const strong = keys.some((key) => tells(key, document[key]));
  if (!strong && !keys.some((key) => shaped(key, document[key]))) return 'other';
  const strange = keys.filter((key) => !keywords.has(key) && !key.startsWith('x-'));
  if (strange.length === 0) return 'schema';
  return strong ? 'mixed' : 'other';
}

/** Annotations and keywords of the drafts 4 to 2020-12 (json-schema.org, "Keywords"). */
const keywords = new Set(
  (
    '$anchor $comment $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref $schema $vocabulary ' +
    'additionalItems additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default ' +
    'definitions dependencies dependentRequired dependentSchemas deprecated description else enum examples exclusiveMaximum ' +
    'exclusiveMinimum format id if items maxContains maxItems maxLength maxProperties maximum minContains minItems minLength ' +
    'minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties propertyNames readOnly ' +
    'required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly'
  ).split(' '),
);

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** A keyword with a value that hardly anything but a schema would give it: a mapping of names to schemas. */
function tells(key: string, value: JsonValue | undefined): boolean {
  if (!['properties', 'patternProperties', '$defs', 'definitions'].includes(key) || !isObject(value))
    return false;
  const members = Object.values(value);
  return (
    members.length > 0 &&
    members.every((member) => typeof member === 'boolean' || (isObject(member) && hasKeyword(member)))
  );
}

const hasKeyword = (schema: JsonObject): boolean =>
  Object.keys(schema).length === 0 || Object.keys(schema).some((key) => shaped(key, schema[key]));

/** Does the keyword have a value that a schema would give it? */
function shaped(key: string, value: JsonValue | undefined): boolean {
  if (key === 'type') return [value].flat().every((item) => typeof item === 'string' && types.includes(item));
  if (['enum', 'required', 'allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(key))
    return Array.isArray(value);
  if (['properties', 'patternProperties', '$defs', 'definitions', 'items', 'not', 'if'].includes(key))
    return isObject(value);
  if (key === 'const') return true;
  if (key === '$ref') return typeof value === 'string';
  return /^(min|max|exclusive)|multipleOf/.test(key) ? typeof value === 'number' : false;
}
