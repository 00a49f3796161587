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
    'A property is declared that was not.',
    [C, C, B],
    core('10.3.2.1'),
    object({ a: text }),
    object({ a: text, b: text }),
  ),
  rule(
    'required-property-added',
    'A new property must be there.',
    [B, C, B],
    validation('6.5.3'),
    object({ a: text }),
    object({ a: text, b: text }, { required: ['b'] }),
  ),
  rule(
    'property-became-required',
    'A property that could be left out must be there now.',
    [B, C, B],
    validation('6.5.3'),
    object({ a: text }),
    object({ a: text }, { required: ['a'] }),
  ),
  rule(
    'property-became-optional',
    'A property that was always there may be left out now.',
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
  rule('null-added', 'A value may be null that could not be.', [C, B, C], validation('6.1.1'), text, {
    type: ['string', 'null'],
  }),
  rule(
    'null-removed',
    'A value may not be null any more.',
    [B, C, B],
    validation('6.1.1'),
    { type: ['string', 'null'] },
    text,
  ),
  rule(
    'enum-value-added',
    'There is one more value to choose from.',
    [C, B, C],
    validation('6.1.2'),
    { enum: ['a'] },
    { enum: ['a', 'b'] },
  ),
  rule(
    'enum-value-removed',
    'A value can no longer be chosen.',
    [B, C, B],
    validation('6.1.2'),
    { enum: ['a', 'b'] },
    { enum: ['a'] },
  ),
  rule('enum-added', 'A free value has become a choice.', [B, C, B], validation('6.1.2'), text, {
    type: 'string',
    enum: ['a'],
  }),
  rule(
    'enum-removed',
    'A choice has become a free value.',
    [C, B, C],
    validation('6.1.2'),
    { type: 'string', enum: ['a'] },
    text,
  ),
  rule('const-added', 'A free value has become a constant.', [B, C, B], validation('6.1.3'), text, {
    type: 'string',
    const: 'a',
  }),
  rule(
    'const-removed',
    'A constant has become a free value.',
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
  rule('format-added', 'Text has to have a format.', [B, C, B], validation('7'), text, {
    type: 'string',
    format: 'date',
  }),
  rule(
    'format-removed',
    'Text need not have a format any more.',
    [C, B, C],
    validation('7'),
    { type: 'string', format: 'date' },
    text,
  ),
  rule(
    'format-changed',
    'Text has to have another format.',
    [B, B, B],
    validation('7'),
    { type: 'string', format: 'date' },
    { type: 'string', format: 'time' },
  ),
  rule(
    'limit-tightened',
    'A limit of length, size, number or count is tighter.',
    [B, C, B],
    validation('6.2 to 6.5'),
    { type: 'string', maxLength: 9 },
    { type: 'string', maxLength: 5 },
  ),
  rule(
    'limit-loosened',
    'A limit of length, size, number or count is looser.',
    [C, B, C],
    validation('6.2 to 6.5'),
    { type: 'string', maxLength: 5 },
    { type: 'string', maxLength: 9 },
  ),
  rule(
    'step-changed',
    'Numbers have to be multiples of something else.',
    [B, B, B],
    validation('6.2.1'),
    { type: 'integer', multipleOf: 2 },
    { type: 'integer', multipleOf: 3 },
  ),
  rule('pattern-added', 'Text has to match a pattern.', [B, C, B], validation('6.3.3'), text, {
    type: 'string',
    pattern: '^a',
  }),
  rule(
    'pattern-removed',
    'Text need not match a pattern any more.',
    [C, B, C],
    validation('6.3.3'),
    { type: 'string', pattern: '^a' },
    text,
  ),
  rule(
    'pattern-changed',
    'Text has to match another pattern; the languages of the two are compared.',
    [B, B, B],
    validation('6.3.3'),
    { type: 'string', pattern: '^a' },
    { type: 'string', pattern: '^b' },
  ),
  rule(
    'additional-properties-narrowed',
    'Less may stand in properties that are not declared.',
    [B, C, B],
    core('10.3.2.3'),
    { type: 'object' },
    { type: 'object', additionalProperties: text },
  ),
  rule(
    'additional-properties-widened',
    'More may stand in properties that are not declared.',
    [C, B, C],
    core('10.3.2.3'),
    { type: 'object', additionalProperties: text },
    { type: 'object' },
  ),
  rule(
    'pattern-property-added',
    'Properties whose names match a pattern have a schema now.',
    [B, C, B],
    core('10.3.2.2'),
    { type: 'object' },
    { type: 'object', patternProperties: { '^x': text } },
  ),
  rule(
    'pattern-property-removed',
    'Properties whose names match a pattern have no schema any more.',
    [C, B, C],
    core('10.3.2.2'),
    { type: 'object', patternProperties: { '^x': text } },
    { type: 'object' },
  ),
  rule(
    'items-added',
    'The items of a list have a schema now.',
    [B, C, B],
    core('10.3.1.2'),
    { type: 'array' },
    { type: 'array', items: text },
  ),
  rule(
    'items-removed',
    'The items of a list have no schema any more.',
    [C, B, C],
    core('10.3.1.2'),
    { type: 'array', items: text },
    { type: 'array' },
  ),
  rule(
    'items-changed',
    'Single positions of a list are described otherwise.',
    [B, C, B],
    core('10.3.1.1'),
    { type: 'array', prefixItems: [text] },
    { type: 'array', prefixItems: [text, text] },
  ),
  rule(
    'variant-added',
    'There is one more variant of a value.',
    [C, B, C],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }] },
    { anyOf: [text, { type: 'integer' }, { type: 'boolean' }] },
  ),
  rule(
    'variant-removed',
    'A variant of a value is gone.',
    [B, U, B],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }, { type: 'boolean' }] },
    { anyOf: [text, { type: 'integer' }] },
  ),
  rule(
    'choice-added',
    'A value has to be one of several variants.',
    [B, C, B],
    core('10.2.1'),
    {},
    { anyOf: [text, { type: 'integer' }] },
  ),
  rule(
    'choice-removed',
    'A value need not be one of several variants any more.',
    [C, B, C],
    core('10.2.1'),
    { anyOf: [text, { type: 'integer' }] },
    {},
  ),
  rule(
    'part-added',
    'One more schema has to hold.',
    [B, C, B],
    core('10.2.1.1'),
    { allOf: [{ type: 'object' }] },
    { allOf: [{ type: 'object' }, { minProperties: 1 }] },
  ),
  rule(
    'part-removed',
    'One schema less has to hold.',
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
    'Which property tells the variants of a value apart, or how, changed.',
    [U, U, N],
    'OpenAPI 3.1, Discriminator Object',
    { discriminator: { propertyName: 'a' } },
    { discriminator: { propertyName: 'b' } },
  ),
  rule(
    'schema-added',
    'There is a schema where there was none.',
    [B, C, B],
    'OpenAPI 3.1, Media Type Object',
    null,
    text,
  ),
  rule(
    'schema-removed',
    'There is no schema any more.',
    [C, B, C],
    'OpenAPI 3.1, Media Type Object',
    text,
    null,
  ),
  rule(
    'schema-changed',
    'A schema as a whole is another one.',
    [B, C, B],
    core('4.3.2'),
    object({ a: true }),
    object({ a: false }),
  ),
  rule(
    'definition-added',
    'There is a definition that nothing refers to yet.',
    [N, N, N],
    core('8.2.4'),
    {},
    { $defs: { A: text } },
  ),
  rule(
    'definition-removed',
    'A definition that nothing refers to is gone.',
    [N, N, N],
    core('8.2.4'),
    { $defs: { A: text } },
    {},
  ),
  rule(
    'deprecated-changed',
    'Something is announced to go, or is not any more.',
    [N, N, N],
    validation('9.3'),
    text,
    { type: 'string', deprecated: true },
  ),
  rule(
    'words-changed',
    'A title, description, default or example changed, which no value depends on.',
    [N, N, N],
    validation('9.1'),
    text,
    { type: 'string', title: 'A' },
  ),
];
