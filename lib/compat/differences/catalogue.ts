import type { JsonValue } from '../../json.ts';
import type { ChangeLevel } from '../types.ts';
import type { Fact } from './types.ts';

/** What is to be said of one fact about two schemas, by who reads it. */
export interface FactRule {
  fact: Fact;
  /** One sentence: what changed. */
  what: string;
  /** Of what a client sends, of what it is sent, and of a schema by itself. */
  levels: { received: ChangeLevel; sent: ChangeLevel; schema: ChangeLevel };
  old: JsonValue;
  new: JsonValue;
  /** The section of JSON Schema (2020-12), or of OpenAPI, that gives the keyword its meaning. */
  reference: string;
}

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;
const text = { type: 'string' };
const object = (
  properties: { [name: string]: JsonValue },
  more: { [key: string]: JsonValue } = {},
): JsonValue => ({
  type: 'object',
  properties,
  ...more,
});
const validation = (section: string): string => `JSON Schema Validation 2020-12, section ${section}`;
const core = (section: string): string => `JSON Schema Core 2020-12, section ${section}`;

function rule(
  fact: Fact,
  what: string,
  [received, sent, schema]: readonly [ChangeLevel, ChangeLevel, ChangeLevel],
  reference: string,
  old: JsonValue,
  now: JsonValue,
): FactRule {
  return { fact, what, levels: { received, sent, schema }, old, new: now, reference };
}

/** Every fact about two schemas, with an example. */
export const factRules: readonly FactRule[] = [
  rule(
    'property-removed',
    'A property is no longer declared.',
    [C, B, C],
    core('10.3.2.1'),
    object({ a: text, b: text }),
    object({ a: text }),
  ),
  rule(
    'property-added',
    'A property was added.',
    [C, C, B],
    core('10.3.2.1'),
    object({ a: text }),
    object({ a: text, b: text }),
  ),
  rule(
    'required-property-added',
    'A new property is required.',
    [B, C, B],
    validation('6.5.3'),
    object({ a: text }),
    object({ a: text, b: text }, { required: ['b'] }),
  ),
  rule(
    'property-became-required',
    'An optional property is now required.',
    [B, C, B],
    validation('6.5.3'),
    object({ a: text }),
    object({ a: text }, { required: ['a'] }),
  ),
  rule(
    'property-became-optional',
    'A required property is now optional.',
    [C, B, C],
    validation('6.5.3'),
    object({ a: text }, { required: ['a'] }),
    object({ a: text }),
  ),
  rule(
    'type-changed',
    'A value has another type.',
    [B, B, B],
    validation('6.1.1'),
    { type: 'integer' },
    { type: 'string' },
  ),
  rule(
    'type-narrowed',
    'Fewer types are allowed.',
    [B, C, B],
    validation('6.1.1'),
    { type: 'number' },
    { type: 'integer' },
  ),
  rule(
    'type-widened',
    'More types are allowed.',
    [C, B, C],
    validation('6.1.1'),
    { type: 'integer' },
    { type: 'number' },
  ),
  rule('null-added', 'A value may now be null.', [C, B, C], validation('6.1.1'), text, {
    type: ['string', 'null'],
  }),
  rule(
    'null-removed',
    'A value may no longer be null.',
    [B, C, B],
    validation('6.1.1'),
    { type: ['string', 'null'] },
    text,
  ),
  rule(
    'enum-value-added',
    'An enum value was added.',
    [C, B, C],
    validation('6.1.2'),
    { enum: ['a'] },
    { enum: ['a', 'b'] },
  ),
  rule(
    'enum-value-removed',
    'An enum value was removed.',
    [B, C, B],
    validation('6.1.2'),
    { enum: ['a', 'b'] },
    { enum: ['a'] },
  ),
  rule('enum-added', 'A value was restricted to an enum.', [B, C, B], validation('6.1.2'), text, {
    type: 'string',
    enum: ['a'],
  }),
  rule(
    'enum-removed',
    'A value is no longer restricted to an enum.',
    [C, B, C],
    validation('6.1.2'),
    { type: 'string', enum: ['a'] },
    text,
  ),
  rule('const-added', 'A value was restricted to a constant.', [B, C, B], validation('6.1.3'), text, {
    type: 'string',
    const: 'a',
  }),
  rule(
    'const-removed',
    'A value is no longer restricted to a constant.',
    [C, B, C],
    validation('6.1.3'),
    { type: 'string', const: 'a' },
    text,
  ),
  rule(
    'const-changed',
    'A constant has another value.',
    [B, B, B],
    validation('6.1.3'),
    { const: 'a' },
    { const: 'b' },
  ),
  rule('format-added', 'A string must now have a format.', [B, C, B], validation('7'), text, {
    type: 'string',
    format: 'date',
  }),
  rule(
    'format-removed',
    'A string no longer needs a format.',
    [C, B, C],
    validation('7'),
    { type: 'string', format: 'date' },
    text,
  ),
  rule(
    'format-changed',
    'A string must have another format.',
    [B, B, B],
    validation('7'),
    { type: 'string', format: 'date' },
    { type: 'string', format: 'time' },
  ),
  rule(
    'limit-tightened',
    'A limit on a length, size, number or count is tighter.',
    [B, C, B],
    validation('6.2 to 6.5'),
    { type: 'string', maxLength: 9 },
    { type: 'string', maxLength: 5 },
  ),
  rule(
    'limit-loosened',
    'A limit on a length, size, number or count is looser.',
    [C, B, C],
    validation('6.2 to 6.5'),
    { type: 'string', maxLength: 5 },
    { type: 'string', maxLength: 9 },
  ),
  rule(
    'step-changed',
    'Numbers must be multiples of another number.',
    [B, B, B],
    validation('6.2.1'),
    { type: 'integer', multipleOf: 2 },
    { type: 'integer', multipleOf: 3 },
  ),
  rule('pattern-added', 'A string must now match a pattern.', [B, C, B], validation('6.3.3'), text, {
    type: 'string',
    pattern: '^a',
  }),
  rule(
    'pattern-removed',
    'A string no longer needs to match a pattern.',
    [C, B, C],
    validation('6.3.3'),
    { type: 'string', pattern: '^a' },
    text,
  ),
  rule(
    'pattern-changed',
    'A string must match another pattern; the languages of the two patterns are compared.',
    [B, B, B],
    validation('6.3.3'),
    { type: 'string', pattern: '^a' },
    { type: 'string', pattern: '^b' },
  ),
  rule(
    'additional-properties-narrowed',
    'Undeclared properties are more restricted.',
    [B, C, B],
    core('10.3.2.3'),
    { type: 'object' },
    { type: 'object', additionalProperties: text },
  ),
  rule(
    'additional-properties-widened',
    'Undeclared properties are less restricted.',
    [C, B, C],
    core('10.3.2.3'),
    { type: 'object', additionalProperties: text },
    { type: 'object' },
  ),
  rule(
    'pattern-property-added',
    'Properties whose names match a pattern now have a schema.',
    [B, C, B],
    core('10.3.2.2'),
    { type: 'object' },
    { type: 'object', patternProperties: { '^x': text } },
  ),
  rule(
    'pattern-property-removed',
    'Properties whose names match a pattern no longer have a schema.',
    [C, B, C],
    core('10.3.2.2'),
    { type: 'object', patternProperties: { '^x': text } },
    { type: 'object' },
  ),
  rule(
    'items-added',
    'The items of an array now have a schema.',
    [B, C, B],
    core('10.3.1.2'),
    { type: 'array' },
    { type: 'array', items: text },
  ),
  rule(
    'items-removed',
    'The items of an array no longer have a schema.',
    [C, B, C],
    core('10.3.1.2'),
    { type: 'array', items: text },
    { type: 'array' },
  ),
  rule(
    'items-changed',
    'Individual positions of an array have other schemas.',
    [B, C, B],
    core('10.3.1.1'),
    { type: 'array', prefixItems: [text] },
    { type: 'array', prefixItems: [text, text] },
  ),
  rule(
    'variant-added',
    'A variant of a value was added.',
    [C, B, C],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }] },
    { anyOf: [text, { type: 'integer' }, { type: 'boolean' }] },
  ),
  rule(
    'variant-removed',
    'A variant of a value was removed.',
    [B, U, B],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }, { type: 'boolean' }] },
    { anyOf: [text, { type: 'integer' }] },
  ),
  rule(
    'choice-added',
    'A value must now be one of several variants.',
    [B, C, B],
    core('10.2.1'),
    {},
    { anyOf: [text, { type: 'integer' }] },
  ),
  rule(
    'choice-removed',
    'A value no longer needs to be one of several variants.',
    [C, B, C],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }] },
    {},
  ),
  rule(
    'part-added',
    'One more schema must hold.',
    [B, C, B],
    core('10.2.1.1'),
    { allOf: [{ type: 'object' }] },
    { allOf: [{ type: 'object' }, { minProperties: 1 }] },
  ),
  rule(
    'part-removed',
    'One schema fewer must hold.',
    [C, B, C],
    core('10.2.1.1'),
    { allOf: [{ type: 'object' }, { minProperties: 1 }] },
    { allOf: [{ type: 'object' }] },
  ),
  rule(
    'condition-changed',
    'A condition (not, if, contains, dependentRequired and the like) changed.',
    [B, B, B],
    core('10.2.2'),
    { not: { type: 'string' } },
    { not: { type: 'integer' } },
  ),
  rule(
    'discriminator-changed',
    'The property that distinguishes the variants of a value, or its mapping, changed.',
    [U, U, N],
    'OpenAPI 3.1, Discriminator Object',
    { discriminator: { propertyName: 'a' } },
    { discriminator: { propertyName: 'b' } },
  ),
  rule('schema-added', 'A schema was added.', [B, C, B], 'OpenAPI 3.1, Media Type Object', null, text),
  rule('schema-removed', 'A schema was removed.', [C, B, C], 'OpenAPI 3.1, Media Type Object', text, null),
  rule(
    'schema-changed',
    'A whole schema was replaced.',
    [B, C, B],
    core('4.3.2'),
    object({ a: true }),
    object({ a: false }),
  ),
  rule(
    'definition-added',
    'An unused definition was added.',
    [N, N, N],
    core('8.2.4'),
    {},
    { $defs: { A: text } },
  ),
  rule(
    'definition-removed',
    'An unused definition was removed.',
    [N, N, N],
    core('8.2.4'),
    { $defs: { A: text } },
    {},
  ),
  rule(
    'deprecated-changed',
    'Something was deprecated, or is no longer deprecated.',
    [N, N, N],
    validation('9.3'),
    text,
    { type: 'string', deprecated: true },
  ),
  rule(
    'words-changed',
    'A title, description, default or example changed; no value depends on it.',
    [N, N, N],
    validation('9.1'),
    text,
    { type: 'string', title: 'A' },
  ),
];
