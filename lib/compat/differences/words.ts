import { leafKeywords } from './keywords.ts';

/** Keywords that say nothing about which values are valid. */
export const descriptive = new Set([
  ...['$comment', 'description', 'example', 'examples', 'externalDocs', 'title'],
]);

/** Keywords that are not compared part by part: a change of one is one difference. */
export const conditions = [
  ...['not', 'if', 'then', 'else', 'contains', 'minContains', 'maxContains', 'propertyNames'],
  ...['dependentSchemas', 'dependentRequired', 'dependencies', 'unevaluatedProperties', 'unevaluatedItems'],
  ...['contentSchema', '$dynamicRef', '$recursiveRef'],
  ...['$dynamicAnchor', '$anchor', '$id', 'id', '$schema', '$recursiveAnchor', '$vocabulary'],
  ...['readOnly', 'writeOnly'],
];

/** What the characters of a string stand for. */
export const encodings = ['contentEncoding', 'contentMediaType'];

/** Keywords with a comparison of their own. */
const structural = new Set([
  ...['properties', 'required', 'additionalProperties', 'patternProperties', 'items', 'prefixItems'],
  ...['additionalItems', 'allOf', 'anyOf', 'oneOf', '$ref', 'nullable', 'discriminator', 'deprecated'],
  ...['$defs', 'definitions', 'default', 'xml', ...encodings],
]);

/** Is this keyword compared by its name? What is not is only text to us. */
export const isCompared = (keyword: string): boolean =>
  structural.has(keyword) || leafKeywords.has(keyword) || conditions.includes(keyword);

/** Does a keyword beside a reference say anything of values? */
export const constrains = (keyword: string): boolean =>
  (structural.has(keyword) && !['$defs', 'definitions', 'deprecated', 'default', 'xml'].includes(keyword)) ||
  leafKeywords.has(keyword) ||
  (conditions.includes(keyword) && !/^(\$|id$|read|write)/.test(keyword));
