import t from 'tap';
import { compareSchemas, type SchemaOptions } from '../../../lib/compat/schema/index.ts';
import type { JsonValue } from '../../../lib/json.ts';

const drafts = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
};
type Side = boolean | { [keyword: string]: JsonValue };
const of = (draft: keyof typeof drafts, schema: { [keyword: string]: JsonValue }): Side => ({
  $schema: drafts[draft],
  ...schema,
});
/** A `then` spelt in the clear would make the object a promise of sorts. */
const when = (condition: Side, consequence: Side): { [keyword: string]: JsonValue } =>
  Object.fromEntries([
    ['if', condition],
    ['then', consequence],
  ]);
const answer = (old: Side, next: Side, options?: SchemaOptions): string =>
  compareSchemas(old, next, options).verdict;

t.test('says what breaks, where, and by which value', async (t) => {
  const old = { type: 'object', properties: { age: { type: 'integer' } } };
  const next = { type: 'object', properties: { age: { type: 'integer', minimum: 18 } } };
  t.match(compareSchemas(old, next), {
    verdict: 'breaking',
    witness: { age: 0 },
    pointer: '/properties/age/minimum',
    keyword: 'minimum',
  });
  t.equal(answer(next, old), 'compatible');
  t.equal(answer(old, structuredClone(old)), 'equal');
});

t.test('the keyword is found through references, branches and items', async (t) => {
  const cases: [Side, Side, string, string][] = [
    [{}, { required: ['a/b'] }, '/required', 'required'],
    [{}, { properties: { 'a/b': { type: 'string' } } }, '/properties/a~1b/type', 'type'],
    [{}, { properties: { a: false } }, '/properties/a', 'properties'],
    [
      {},
      { $ref: '#/$defs/d', $defs: { d: { items: { maxLength: 1 } } } },
      '/$defs/d/items/maxLength',
      'maxLength',
    ],
    [{}, { allOf: [{}, { not: { type: 'null' } }] }, '/allOf/1/not', 'not'],
    [{}, { anyOf: [{ type: 'null' }, { type: 'array' }] }, '/anyOf', 'anyOf'],
    [{}, when({ type: 'string' }, { minLength: 1 }), '/then/minLength', 'minLength'],
    [{ type: 'object' }, { additionalProperties: { type: 'null' } }, '/additionalProperties/type', 'type'],
    [{ type: 'array' }, { prefixItems: [true, { const: 1 }] }, '/prefixItems/1/const', 'const'],
    [{}, false, '', 'false'],
    [of(4, {}), of(4, { minimum: 1, exclusiveMinimum: true }), '/minimum', 'exclusiveMinimum'],
  ];
  for (const [old, next, pointer, keyword] of cases) {
    const verdict = compareSchemas(old, next);
    t.match(verdict, { verdict: 'breaking', pointer, keyword }, JSON.stringify(next));
  }
});

t.test('keywords, each against a neighbour', async (t) => {
  const wider: [Side, Side][] = [
    [{ type: 'integer' }, { type: 'number' }],
    [{ enum: [1, 'a'] }, { type: ['integer', 'string'] }],
    [{ const: { a: [1, null] } }, { properties: { a: { maxItems: 2 } }, minProperties: 1 }],
    [{ multipleOf: 0.3 }, { multipleOf: 0.1 }],
    [{ type: 'integer', exclusiveMinimum: 1, maximum: 2 }, { const: 2 }],
    [{ type: 'number', multipleOf: 4, minimum: 1, maximum: 7 }, { enum: [4] }],
    [{ pattern: '^a+$' }, { pattern: 'a' }],
    [{ type: 'string', pattern: '^(ab)*$', maxLength: 3 }, { enum: ['', 'ab'] }],
    [{ type: 'string', pattern: '^(?!a)[ab]*$', minLength: 1 }, { pattern: '^b' }],
    [{ pattern: '^\\p{Lu}' }, { pattern: '^\\p{L}' }],
    [{ maxLength: 1 }, { pattern: '^[^]?$' }],
    [{ format: 'date', maxLength: 5 }, { format: 'date' }],
    [{ prefixItems: [{ const: 1 }], minItems: 1 }, { contains: { type: 'number' } }],
    [{ type: 'array', items: { enum: [1, 2] }, uniqueItems: true }, { maxItems: 2 }],
    [{ type: 'array', contains: { const: 1 }, minContains: 2 }, { minItems: 2 }],
    [{ type: 'array', items: false }, { const: [] }],
    [{ patternProperties: { '^a': { type: 'string' } } }, { properties: { ab: { type: 'string' } } }],
    [{ propertyNames: { pattern: '^a' } }, { additionalProperties: false, patternProperties: { a: {} } }],
    [{ propertyNames: { enum: ['a', 'b'] } }, { maxProperties: 2 }],
    [{ dependentRequired: { a: ['b'] }, required: ['a'] }, { required: ['b'] }],
    [{ type: 'object', additionalProperties: false, properties: { a: {} } }, { not: { required: ['b'] } }],
    [
      { properties: { a: true }, unevaluatedProperties: false },
      { properties: { a: true }, additionalProperties: false },
    ],
    [
      {
        type: 'object',
        anyOf: [{ properties: { a: true }, required: ['a'] }, true],
        unevaluatedProperties: false,
      },
      { propertyNames: { const: 'a' } },
    ],
    [{ oneOf: [{ type: 'string' }, { maxLength: 1 }] }, { not: { enum: ['', 'a'] } }],
    [when({ type: 'string' }, false), { not: { type: 'string' } }],
    [false, { const: 1 }],
  ];
  for (const [narrow, wide] of wider) {
    const text = `${JSON.stringify(narrow)} in ${JSON.stringify(wide)}`;
    t.match(answer(narrow, wide), /^(compatible|equal)$/, text);
  }
});

t.test('what only looks compatible', async (t) => {
  const cases: [Side, Side, JsonValue][] = [
    [{ type: 'object' }, { properties: { a: { type: 'string' } } }, { a: null }],
    [{ minLength: 1 }, { pattern: '.' }, '\n'],
    [{ type: 'string', maxLength: 1 }, { pattern: '^[\\u0000-\\uffff]?$' }, '\u{10000}'],
    [{ type: 'number', multipleOf: 0.1 }, { multipleOf: 0.2 }, 0.1],
    [{ type: 'integer', minimum: 2 ** 53 }, { minimum: 2 ** 53 + 2 }, 2 ** 53],
    [{ type: 'array', uniqueItems: true, items: { type: 'boolean' } }, { maxItems: 1 }, [false, true]],
    [{ type: 'array', contains: { const: 1 } }, { items: { const: 1 } }, [1, null]],
    [{ type: 'string' }, { format: 'ipv4' }, ''],
  ];
  for (const [old, next, witness] of cases) {
    const verdict = compareSchemas(old, next);
    t.equal(verdict.verdict, 'breaking', JSON.stringify(next));
    if (verdict.verdict === 'breaking') t.same(verdict.witness, witness, JSON.stringify(next));
  }
});

t.test('recursive schemas are compared by coinduction', async (t) => {
  const list = (value: JsonValue): Side => ({
    $ref: '#/$defs/list',
    $defs: { list: { type: ['object', 'null'], properties: { next: { $ref: '#/$defs/list' }, value } } },
  });
  t.equal(answer(list({ type: 'integer' }), list({ type: 'number' })), 'compatible');
  t.match(compareSchemas(list({ type: 'number' }), list({ type: 'integer' })), {
    verdict: 'breaking',
    pointer: '/$defs/list/properties/value/type',
  });
  const endless = { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } };
  t.match(answer(endless, false), /compatible|equal/, 'no finite value satisfies it');
  const unrolled = { ...endless, properties: { next: { ...endless, properties: { next: { $ref: '#' } } } } };
  t.match(answer(unrolled, endless), /compatible|equal/);
});

t.test('references', async (t) => {
  const person = { type: 'object', properties: { name: { type: 'string' } } };
  const cases: [string, Side][] = [
    ['pointer', { properties: { p: { $ref: '#/$defs/p%20q' } }, $defs: { 'p q': person } }],
    ['anchor', { properties: { p: { $ref: '#p' } }, $defs: { x: { $anchor: 'p', ...person } } }],
    [
      'relative id',
      {
        $id: 'https://a.example/root',
        properties: { p: { $ref: 'p' } },
        $defs: { x: { $id: 'p', ...person } },
      },
    ],
    ['urn', { $id: 'urn:x:root', properties: { p: { $ref: '#/$defs/x' } }, $defs: { x: person } }],
    ['unknown keyword', { properties: { p: { $ref: '#/components/p' } }, components: { p: person } }],
    [
      'one dynamic anchor',
      { properties: { p: { $dynamicRef: '#p' } }, $defs: { x: { $dynamicAnchor: 'p', ...person } } },
    ],
    [
      'draft 7 id',
      of(7, { properties: { p: { $ref: '#p' } }, definitions: { x: { $id: '#p', ...person } } }),
    ],
    ['draft 4 id', of(4, { properties: { p: { $ref: '#p' } }, definitions: { x: { id: '#p', ...person } } })],
  ];
  for (const [name, schema] of cases) t.equal(answer(schema, { properties: { p: person } }), 'equal', name);
  const nested = { $id: 'https://a.example/x/', $defs: { y: { $id: 'y/', $ref: 'z' } }, $ref: 'y/' };
  t.match(compareSchemas(nested, { type: 'string' }), { reason: /a\.example\/x\/y\/z' is never fetched/ });
  t.match(
    answer({ $ref: 'https://a.example/', type: 'object' }, { $ref: 'https://a.example/' }),
    'compatible',
  );
});

t.test('drafts differ', async (t) => {
  const sibling = { $ref: '#/definitions/d', maxLength: 1, definitions: { d: { type: 'string' } } };
  t.equal(answer({ type: 'string' }, of(7, sibling)), 'equal', '$ref hides its siblings before 2019-09');
  t.equal(answer({ type: 'string' }, of(2019, sibling)), 'breaking', 'and no longer does');

  const silent = { definitions: sibling.definitions };
  t.match(
    compareSchemas({ type: 'string', ...silent }, sibling),
    { verdict: 'unknown', keyword: '$ref' },
    'nobody knows where no $schema tells',
  );
  t.equal(answer({ type: 'string', ...silent }, { $ref: '#/definitions/d', title: 'd', ...silent }), 'equal');

  const tuple = { items: [{ type: 'string' }], additionalItems: false };
  const prefix = { prefixItems: [{ type: 'string' }], items: false };
  t.equal(answer(of(7, tuple), of(2020, prefix)), 'equal', 'two spellings of a tuple');
  t.equal(answer(of(2019, tuple), of(2020, prefix)), 'equal');
  t.equal(answer(true, of(7, prefix)), 'breaking', 'items alone is for all items before 2020-12');
  t.equal(answer(true, of(7, { prefixItems: [false] })), 'equal', 'prefixItems is unknown before 2020-12');
  t.equal(answer(true, of(2020, { additionalItems: false })), 'equal');

  const needs = { a: ['b'], c: { required: ['d'] } };
  const split = { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { required: ['d'] } } };
  t.equal(answer(of(7, { dependencies: needs }), of(2020, split)), 'equal', 'dependencies in all spellings');
  t.equal(answer(true, of(7, split)), 'equal', 'the newer spelling is unknown in draft 7');

  t.equal(answer(of(4, { minimum: 1, exclusiveMinimum: true }), of(6, { exclusiveMinimum: 1 })), 'equal');
  t.equal(answer(of(4, { minimum: 1, exclusiveMinimum: false }), { minimum: 1 }), 'equal');
  t.equal(
    answer(true, of(4, { const: 1, contains: false, propertyNames: false })),
    'equal',
    'unknown in draft 4',
  );
  t.equal(answer(true, of(6, when(true, false))), 'equal', 'no conditions in draft 6');
  t.equal(answer(true, of(7, when(true, false))), 'breaking');
  t.equal(answer(true, of(7, { properties: { a: false } })), 'breaking', 'boolean schemas');
  t.equal(answer(of(7, { contains: true, minContains: 2 }), of(7, { contains: true })), 'equal');
  t.equal(answer(of(2019, { contains: {} }), of(2019, { contains: {}, minContains: 0 })), 'compatible');

  t.equal(answer(true, { type: 'string' }, { dialect: 'draft-04' }), 'breaking');
  t.equal(
    answer(true, { const: 1 }, { dialect: 'draft-04' }),
    'equal',
    'the dialect of a schema without $schema',
  );
  t.equal(answer(of(7, { const: 1 }), { const: 1 }, { dialect: 'draft-07' }), 'equal');
});

t.test(
  'formats of a fixed shape, huge numbers, back-references, and names that Ajv passes over',
  async (t) => {
    const cases: [Side, Side, string][] = [
      [{ format: 'date' }, { maxLength: 10 }, 'compatible'],
      [{ format: 'date' }, { maxLength: 9 }, 'breaking'],
      [{ format: 'uuid' }, { minLength: 36 }, 'compatible'],
      [{ format: 'ipv4' }, { pattern: '^[0-9.]+$' }, 'compatible'],
      [{ format: 'ipv4' }, { pattern: '^[0-9.]{8,}$' }, 'breaking'],
      [{ format: 'ipv6' }, { maxLength: 45 }, 'compatible'],
      [{ format: 'time' }, { pattern: ':' }, 'compatible'],
      [{ format: 'date-time' }, { pattern: 'T' }, 'breaking'],
      [{ format: 'uri' }, { format: 'uri-reference' }, 'compatible'],
      [{ format: 'uri-reference' }, { format: 'uri' }, 'breaking'],
      [{ format: 'email' }, { pattern: '^[A-Za-z0-9._+@]+$' }, 'breaking'],
      [{ type: 'number' }, { type: 'number', maximum: 1e21 }, 'breaking'],
      [{ type: 'integer' }, { type: 'integer', minimum: -1e18 }, 'breaking'],
      [{ enum: ['aa', 'bb'] }, { pattern: '^(a|b)\\1$' }, 'equal or compatible'],
      [{ pattern: '^(aa|bb|ab)$' }, { pattern: '^(a|b)\\1$' }, 'breaking'],
      [{ pattern: '^(aa|bb)$' }, { pattern: '^(a|b)\\1$' }, 'equal'],
      [{ pattern: '^(a|b)\\1$' }, { pattern: '^aa$' }, 'breaking'],
      [{ pattern: '^(["\'])x\\1$' }, { pattern: '^["\']x["\']$' }, 'compatible'],
      [{ pattern: '^(a)?b\\1$' }, { minLength: 2 }, 'breaking'],
      [{ pattern: '^(?<one>a|b)\\k<one>$' }, { pattern: '^(?:a|b|c){2}$' }, 'compatible'],
      [{ type: 'object' }, JSON.parse('{"properties": {"__proto__": {"type": "string"}}}'), 'breaking'],
      [{ type: 'object' }, { required: ['__proto__'] }, 'breaking'],
      [
        { $dynamicRef: '#A', $defs: { a: { $dynamicAnchor: 'A', type: 'string' } } },
        { $dynamicRef: '#A', $defs: { a: { $dynamicAnchor: 'A', type: 'integer' } } },
        'breaking',
      ],
    ];
    for (const [old, now, verdict] of cases) {
      const string = typeof old === 'object' && (old.format || old.pattern) ? { type: 'string' } : {};
      const [left, right] = [
        of(2020, { ...string, ...(old as object) }),
        of(2020, { ...string, ...(now as object) }),
      ];
      t.ok(
        verdict.includes(answer(left, right)),
        `${JSON.stringify([left, right])}: ${answer(left, right)}, not ${verdict}`,
      );
    }
  },
);

t.test('what nobody can look into cancels out, or is unknown by name', async (t) => {
  const cases: [Side, Side, string][] = [
    [{ type: 'string' }, { type: 'string', format: 'isbn' }, 'format'],
    [{ format: 'email' }, { pattern: '@' }, 'format'],
    [{ pattern: '^([ab]+)\\1$' }, { pattern: '^([ab][ab])+$' }, 'pattern'],
    [of(7, {}), of(7, { contentEncoding: 'base64' }), 'contentEncoding'],
    [
      {},
      { $dynamicRef: '#x', $defs: { a: { $dynamicAnchor: 'x' }, b: { $dynamicAnchor: 'x' } } },
      '$dynamicRef',
    ],
  ];
  for (const [old, next, keyword] of cases) {
    t.match(compareSchemas(old, next), { verdict: 'unknown', keyword, pointer: `/${keyword}` });
    t.match(answer({ ...(next as object), maxLength: 5 }, next), /compatible|equal|unknown/, keyword);
  }
  t.equal(answer({ format: 'isbn', maxLength: 3 }, { format: 'isbn' }), 'compatible');
  t.equal(
    answer(of(2020, {}), of(2020, { contentEncoding: 'base64' })),
    'equal',
    'an annotation since 2019-09',
  );
  const both = (type: string): Side => ({ properties: { a: { format: 'isbn' }, b: { type } } });
  t.match(compareSchemas(both('string'), both('number')), {
    verdict: 'breaking',
    pointer: '/properties/b/type',
  });
});
