import t from 'tap';
import { compareSchemas } from '../../../lib/compat/schema/index.ts';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import { stopwatch } from '../../helpers/bounds/cpu.ts';

const list = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

function nested(depth: number, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  let schema: JsonValue = { type: 'string' };
  for (let level = 0; level < depth; level++) schema = wrap(schema);
  return schema;
}

/** Generous, since other programs run too: the point is that there is an end. */
const patience = 5_000;

t.test('no input is slow, throws, or is called compatible without being so', async (t) => {
  const cyclic: JsonObject = {};
  cyclic.properties = { a: cyclic };
  let shared: JsonValue = { type: 'string' };
  for (let level = 0; level < 30; level++) shared = { anyOf: [shared, shared] };
  const wide = (type: string): JsonValue => ({
    properties: Object.fromEntries(list(2_000, (n) => [`p${n}`, { type }])),
  });
  const clauses = {
    allOf: list(170, (i) => ({
      anyOf: [0, 1, 2].map((j) => ({ required: [`x${(i * 7 + j * 13 + i * j) % 40}`] })),
    })),
    maxProperties: 12,
  };
  const cases: [string, JsonValue, JsonValue, RegExp][] = [
    ['10,000 deep', nested(10_000, (not) => ({ not })), true, /unknown/],
    ['10,000 deep in a list', {}, nested(10_000, (inner) => ({ allOf: [inner] })), /unknown/],
    [
      '300 deep',
      nested(300, (items) => ({ items })),
      nested(301, (items) => ({ items })),
      /unknown|compatible/,
    ],
    ['a cycle of objects', cyclic, true, /unknown/],
    ['a bomb of shared objects', shared, true, /unknown/],
    ['a reference to itself', { $ref: '#' }, { type: 'string' }, /unknown/],
    [
      'references in a ring',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      false,
      /unknown/,
    ],
    ['not itself', { not: { $ref: '#' } }, { type: 'string' }, /unknown/],
    ['backtracking', { type: 'string', pattern: '^(a+)+$' }, { pattern: '^(a|a)*b$' }, /breaking/],
    ['backtracking, the same', { pattern: '^(a+)+$' }, { pattern: '^a(a|a)*$' }, /compatible|equal/],
    [
      'alternatives that overlap, on a constant',
      { const: `${'a'.repeat(60)}!` },
      { pattern: '^(a|aa)+$' },
      /breaking/,
    ],
    ['a back-reference', { const: `${'a'.repeat(60)}!` }, { pattern: '^(a|aa)+\\1$' }, /unknown/],
    [
      'a look-ahead in the middle',
      { const: `b${'a'.repeat(5e4)}!` },
      { pattern: '^b(?=(a+)+$)' },
      /breaking/,
    ],
    [
      'names of members',
      { const: { [`${'a'.repeat(50)}!`]: 1 } },
      { propertyNames: { pattern: '^(a|a)*$' } },
      /breaking/,
    ],
    ['an address as long as a book', { const: `http://a.${'::'.repeat(5e4)}` }, { format: 'url' }, /unknown/],
    ['a pattern of many states', { pattern: '(.*a.{20}){3}' }, { pattern: '.*b.{20}c' }, /unknown|breaking/],
    [
      'a pattern of too many states',
      { pattern: '^(a{0,1000}){0,1000}$' },
      { pattern: '^b' },
      /unknown|breaking/,
    ],
    [
      'a deep pattern',
      { pattern: '('.repeat(1_500) + ')'.repeat(1_500) },
      { pattern: 'a' },
      /unknown|breaking/,
    ],
    ['a 5 MB value', { const: 'x'.repeat(5e6) }, { const: 'x'.repeat(5e6 - 1) }, /breaking/],
    ['a 5 MB length', { minLength: 5e6 }, { minLength: 5e6 + 1 }, /unknown|breaking/],
    ['a long enum', { enum: list(50_000, (n) => n) }, { enum: list(50_001, (n) => n) }, /compatible/],
    ['many members', wide('integer'), wide('number'), /compatible|unknown/],
    ['many clauses', clauses, { type: 'string' }, /unknown|breaking/],
    ['many items', { type: 'array', minItems: 1e9 }, { type: 'array', contains: true }, /unknown|compatible/],
    [
      'numbers beyond 2^53',
      { type: 'integer', exclusiveMinimum: 2 ** 53, exclusiveMaximum: 2 ** 53 + 2 },
      false,
      /unknown/,
    ],
    ['tiny steps', { multipleOf: 5e-324, minimum: 1, maximum: 1 }, { const: 1 }, /./],
    ['huge steps', { multipleOf: 1e308 }, { multipleOf: 1e-300 }, /compatible/],
    ['NaN', { minimum: Number.NaN }, {}, /unknown/],
    ['no JSON', { enum: [undefined as unknown as JsonValue] }, {}, /unknown/],
    ['no schema', 42, {}, /unknown/],
    ['no type', { type: 'strng' }, {}, /unknown/],
    ['no map', {}, { properties: [] }, /unknown/],
    ['no expression', {}, { pattern: '(' }, /unknown/],
    ['no target', {}, { $ref: '#/$defs/none' }, /unknown/],
    ['draft 3', { $schema: 'http://json-schema.org/draft-03/schema#' }, {}, /unknown/],
    ['a remote reference', { $ref: 'https://schemas.example/x' }, { type: 'string' }, /unknown/],
  ];
  for (const [name, old, next, expected] of cases) {
    const took = stopwatch();
    const verdict = compareSchemas(old, next);
    const milliseconds = took();
    t.match(verdict.verdict, expected, name);
    t.ok(milliseconds < patience, `${name}: ${milliseconds.toFixed(0)} ms`);
    if (verdict.verdict === 'unknown') t.not(verdict.reason, '', name);
  }
});

t.test('a remote reference is named', async (t) => {
  t.match(compareSchemas({}, { properties: { a: { $ref: 'https://schemas.example/x#/y' } } }), {
    verdict: 'unknown',
    reason: "remote '$ref' 'https://schemas.example/x#/y' is never fetched",
    pointer: '/properties/a/$ref',
    keyword: '$ref',
  });
});

t.test('__proto__ is a key like any other', async (t) => {
  const parse = (text: string): JsonValue => JSON.parse(text);
  const typed = (type: string): JsonValue => parse(`{"properties":{"__proto__":{"type":"${type}"}}}`);
  t.equal(compareSchemas(typed('integer'), typed('number')).verdict, 'compatible');
  t.not(compareSchemas(typed('number'), typed('integer')).verdict, 'compatible');
  t.equal(compareSchemas({}, parse('{"required":["__proto__"]}')).verdict, 'breaking');
  t.match(compareSchemas(parse('{"enum":[{"__proto__":1}]}'), { maxProperties: 0 }), { verdict: 'breaking' });
  t.equal(({} as { type?: string }).type, undefined);
});

t.test('a pattern over a long value has an end', async (t) => {
  const text = Array.from({ length: 1e6 }, (_, n) => 'ab'[((n * n) % 7) & 1]).join('');
  const took = stopwatch();
  const verdict = compareSchemas({ const: text }, { pattern: '^(.*a.{200}){3}b.*a.{300}$' });
  t.match(verdict.verdict, /unknown|breaking|compatible/);
  const milliseconds = took();
  t.ok(milliseconds < patience, `${milliseconds.toFixed(0)} ms`);
});
