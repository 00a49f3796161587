import t, { type Test } from 'tap';
import { Work } from '../../lib/compat/schema/work.ts';
import type { ValueComparison } from '../../lib/compat/types.ts';
import { compareValues } from '../../lib/compat/values.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { compareGraphql } from '../../lib/kinds/graphql/compare.ts';
import { compareJsonSchemas } from '../../lib/kinds/json-schema/compare.ts';
import { compareOpenapi } from '../../lib/kinds/openapi/compare/index.ts';
import { stopwatch } from '../helpers/bounds/cpu.ts';
import { nightly } from '../helpers/values/nightly.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';

const seed = seedOr(anySeed());
/** By day every second case, another half at each run; all of them with `REALM_NIGHTLY=1`. */
const half = <T>(cases: readonly T[]): T[] => cases.filter((_, at) => nightly || (at + seed) % 2 === 0);

/** Generous, since what is asserted are steps: about two seconds each at most where nothing else runs. */
const patience = 10_000;

/** A part of what a comparison may take, to be quick; all of it with `REALM_NIGHTLY=1`. */
const given = nightly ? new Work().left : 150_000;
/** What one change in a large document takes. */
const enough = nightly ? given : 600_000;
/** The same of what is wide where no step is counted. */
const some = (size: number): number => (nightly ? size : Math.ceil(size / 8));

const list = <T>(length: number, make: (n: number) => T): T[] => Array.from({ length }, (_, n) => make(n));
const object = (length: number, make: (n: number) => [string, JsonValue]): JsonObject =>
  Object.fromEntries(list(length, make)) as JsonObject;
const ref = (name: string | number): JsonObject => ({ $ref: `#/components/schemas/S${name}` });

interface Pair {
  schema: JsonValue;
  schemas?: JsonObject;
}

/** Both ways a schema is used: sent and received. */
function api({ schema, schemas = {} }: Pair): JsonObject {
  const content = { 'application/json': { schema } };
  const post = { requestBody: { content }, responses: { 200: { description: 'ok', content } } };
  return { openapi: '3.1.0', paths: { '/a': { post } }, components: { schemas } };
}

/** The same as one schema with definitions. */
function alone({ schema, schemas = {} }: Pair): JsonValue {
  const root = typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema : {};
  const text = JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    $defs: schemas,
  });
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/'));
}

/** Each is small to write and large to follow; `x` is 0 on the old side and 1 on the new one. */
const schemas: [name: string, make: (x: number) => Pair, verdict: RegExp][] = [
  [
    'a chain of 8,000 references',
    (x) => ({
      schema: ref(0),
      schemas: { ...object(8_000, (n) => [`S${n}`, ref(n + 1)]), S8000: { maxLength: x } },
    }),
    /unknown|breaking/,
  ],
  [
    'a chain of 6,000 objects',
    (x) => ({
      schema: ref(0),
      schemas: {
        ...object(6_000, (n) => [`S${n}`, { properties: { a: ref(n + 1) } }]),
        S6000: { maxLength: 1 - x },
      },
    }),
    /unknown|breaking/,
  ],
  [
    'an allOf that doubles 40 times',
    (x) => ({
      schema: ref(0),
      schemas: {
        ...object(40, (n) => [`S${n}`, { allOf: [ref(n + 1), ref(n + 1)] }]),
        S40: { type: x ? 'integer' : 'string' },
      },
    }),
    /breaking/,
  ],
  [
    'an anyOf that doubles 40 times',
    (x) => ({
      schema: ref(0),
      schemas: {
        ...object(40, (n) => [`S${n}`, { anyOf: [{ allOf: [ref(n + 1), { minLength: n }] }, ref(n + 1)] }]),
        S40: { type: 'string', maxLength: 100 - x },
      },
    }),
    /unknown|breaking/,
  ],
  [
    'a oneOf around a oneOf, 100 times',
    (x) => {
      let schema: JsonValue = { type: 'string', maxLength: 5 - x };
      for (let n = 0; n < 100; n++) schema = { oneOf: [schema, { type: 'string', minLength: n + 10 }] };
      return { schema };
    },
    /unknown|breaking/,
  ],
  [
    '30 oneOf of 10 at once',
    (x) => ({
      schema: {
        allOf: list(30, (i) => ({
          oneOf: list(10, (j) => ({
            required: [`k${i}`],
            properties: { [`k${i}`]: { const: j + (i === 29 && j === 9 ? x : 0) } },
          })),
        })),
      },
    }),
    /unknown|breaking/,
  ],
  [
    'a oneOf of 2,000',
    (x) => ({
      schema: {
        oneOf: list(2_000, (n) => ({
          required: ['k'],
          properties: { k: { const: n }, v: { type: 'integer', minimum: x } },
        })),
      },
    }),
    /unknown|breaking/,
  ],
  [
    '20,000 properties',
    (x) => ({
      schema: { type: 'object', properties: object(20_000, (n) => [`p${n}`, { maxLength: 9 - x }]) },
    }),
    /unknown|breaking/,
  ],
  [
    '2,000 patternProperties',
    (x) => ({
      schema: {
        patternProperties: object(2_000, (n) => [`^a${n}.*b[0-9]+$`, { maxLength: 9 - x }]),
        additionalProperties: false,
      },
    }),
    /unknown|breaking/,
  ],
  [
    '300 schemas that refer to each other',
    (x) => ({
      schema: ref(0),
      schemas: object(300, (i) => [
        `S${i}`,
        {
          properties: {
            ...object(10, (j) => [`p${j}`, ref((i * 7 + j * 31 + 1) % 300)]),
            n: { type: 'integer', minimum: x },
          },
        },
      ]),
    }),
    /unknown|breaking/,
  ],
  ['an enum of 80,000', (x) => ({ schema: { enum: list(80_000, (n) => `v${n + x}`) } }), /unknown|breaking/],
  [
    'an enum whose 60,000 values all change',
    (x) => ({ schema: { enum: list(60_000, (n) => `v${n + x * 60_000}`) } }),
    /unknown|breaking/,
  ],
  [
    '50,000 required names that all change',
    (x) => ({ schema: { type: 'object', required: list(50_000, (n) => `v${n + x * 50_000}`) } }),
    /unknown|breaking/,
  ],
  [
    'a tuple of 15,000',
    (x) => ({ schema: { type: 'array', prefixItems: list(15_000, () => ({ maxLength: 9 - x })) } }),
    /unknown|breaking/,
  ],
  [
    'what is evaluated, met on many ways',
    (x) => ({
      schema: { ...ref(0), unevaluatedProperties: false },
      schemas: {
        ...object(30, (n) => [`S${n}`, { allOf: [ref(n + 1), ref(n + 1)], properties: { [`q${n}`]: true } }]),
        S30: { properties: { z: { maxLength: 4 - x } } },
      },
    }),
    /unknown|breaking/,
  ],
];

/** Runs one comparison: it ends with the verdict, or says why there is none, and never takes more than it may. */
function ends(
  t: Test,
  verdict: RegExp,
  compare: (work: Work) => ValueComparison | Promise<ValueComparison>,
  steps = given,
): Promise<ValueComparison> {
  const work = new Work(steps);
  const took = stopwatch();
  return Promise.resolve(compare(work)).then((comparison) => {
    const milliseconds = took();
    const { verdict: answer, changes } = comparison;
    t.match(answer.verdict, verdict);
    t.ok(milliseconds < patience, `${milliseconds.toFixed(0)} ms, ${steps - work.left} of ${steps} steps`);
    if (answer.verdict === 'unknown') t.ok(answer.reason, answer.reason);
    const isPast = work.left < 0;
    const isSaid = answer.verdict === 'unknown' || changes.some(({ level }) => level === 'unknown');
    t.ok(!isPast || isSaid || answer.verdict === 'breaking', 'what is past the bound is said');
    return comparison;
  });
}

half(schemas).forEach(([name, make, verdict], at) => {
  t.test(name, async (t) => {
    // What walks a schema is the same code: without REALM_NIGHTLY=1 each is walked in one kind of document.
    const turn = at + Math.floor(seed / 2);
    if (nightly || turn % 2 === 0)
      await ends(t, verdict, (work) => compareOpenapi(api(make(0)), api(make(1)), work));
    if (nightly || turn % 2 === 1)
      await ends(t, verdict, (work) => compareJsonSchemas(alone(make(0)), alone(make(1)), work));
  });
});

/** Documents that are large outside of their schemas. */
const documents: [name: string, make: (x: number) => JsonObject, verdict: RegExp][] = [
  [
    '2,000 operations with a pattern each',
    (x) => ({
      openapi: '3.1.0',
      paths: object(2_000, (n) => {
        const schema = { type: 'string', pattern: `^x${n}[a-z]{1,${6 - x}}$` };
        return [`/p${n}`, { get: { parameters: [{ name: 'q', in: 'query', schema }], responses: {} } }];
      }),
    }),
    /unknown|breaking/,
  ],
  [
    '10,000 servers under 200 operations',
    (x) => ({
      openapi: '3.1.0',
      servers: list(10_000, (n) => ({ url: `https://h${n + x * 10_000}.example` })),
      paths: object(200, (n) => [`/p${n}`, { get: { responses: {} } }]),
    }),
    /breaking/,
  ],
  [
    '3,000 ways to log in under 200 operations',
    (x) => ({
      openapi: '3.1.0',
      security: list(3_000, (n) => ({ [`s${n}`]: [`x${x}`] })),
      paths: object(200, (n) => [`/p${n}`, { get: { responses: {} } }]),
    }),
    /unknown|breaking/,
  ],
];

for (const [name, make, verdict] of half(documents))
  t.test(name, (t) => ends(t, verdict, (work) => compareOpenapi(make(0), make(1), work)).then(() => {}));

/** A document such as a large company has: some 600 KiB, its schemas used all over. */
function large(edit: (paths: JsonObject, schemas: JsonObject) => void = () => {}): JsonObject {
  let state = 20_261;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const kinds: JsonObject[] = [
    { type: 'string', maxLength: 200 },
    { type: 'string', format: 'date-time' },
    { type: 'integer', minimum: 0 },
    { type: 'string', enum: ['open', 'closed', 'merged'] },
    { type: 'array', items: { type: 'string' } },
    { type: 'boolean' },
  ];
  const schemas = object(300, (n) => [
    `S${n}`,
    {
      type: 'object',
      required: ['p0', 'p1'],
      properties: object(14, (at) => [
        `p${at}`,
        at < 12 || n > 290
          ? { ...kinds[random(kinds.length)], description: `Property ${at}` }
          : ref(n + 1 + random(8)),
      ]),
    },
  ]);
  const paths = object(400, (n) => {
    const content = { 'application/json': { schema: ref(random(300)) } };
    const parameters = list(3, (at) => ({ name: `q${at}`, in: 'query', schema: kinds[random(2)] ?? true }));
    const responses = { 200: { description: 'ok', content }, 404: { description: 'not found' } };
    const post = { parameters, requestBody: { content }, responses };
    return [`/things${n}`, { get: { parameters, responses }, post }];
  });
  edit(paths, schemas);
  return { openapi: '3.1.0', info: { title: 'Large', version: '1' }, paths, components: { schemas } };
}

t.test('one change in a large document has its exact verdict', async (t) => {
  // biome-ignore lint/suspicious/noExplicitAny: documents are made by hand here
  type Any = any;
  const edits: [name: string, verdict: RegExp, edit: (paths: Any, schemas: Any) => void, changes: number][] =
    [
      ['nothing', /equal/, () => {}, 0],
      ['words', /equal/, (paths) => Object.assign(paths['/things7'].get, { summary: 'more' }), 1],
      [
        'a parameter that became required',
        /breaking/,
        (paths) => {
          const { post } = paths['/things300'];
          post.parameters = [{ ...post.parameters[0], required: true }, ...post.parameters.slice(1)];
        },
        1,
      ],
      ['an operation less', /breaking/, (paths) => delete paths['/things399'].post, 1],
      [
        'an operation more',
        /compatible/,
        (paths) => Object.assign(paths['/things0'], { put: { responses: {} } }),
        1,
      ],
      [
        'a schema that some refer to',
        /breaking/,
        (_, all) => Object.assign(all.S299.properties, { p2: { type: 'object' } }),
        0,
      ],
      [
        'a schema of one operation',
        /breaking/,
        (paths) => {
          paths['/things9'].post.requestBody = {
            content: { 'application/json': { schema: { type: 'string' } } },
          };
        },
        0,
      ],
    ];
  for (const [name, verdict, edit, changes] of half(edits))
    await t.test(name, async (t) => {
      const found = await ends(t, verdict, (work) => compareOpenapi(large(), large(edit), work), enough);
      if (changes > 0) t.equal(found.changes.length, changes);
      t.notOk(found.changes.some(({ level }) => level === 'unknown'));
    });
});

const many = (length: number, make: (n: number) => string, between = ' '): string =>
  list(length, make).join(between);

/** GraphQL schemas that are long, wide or deep. */
const graphql: [name: string, make: (x: number) => string, verdict: RegExp][] = [
  [
    'types in a chain',
    (x) =>
      `type Query { a: T0 } ${many(some(16_000), (n) => `type T${n} { f: ${x ? 'Int' : 'ID'} n: T${n + 1} }`)} scalar T${some(16_000)}`,
    /breaking/,
  ],
  [
    'thousands of fields',
    (x) => `type Query { ${many(some(20_000), (n) => `f${n}: ${x ? 'Int' : 'ID'}`)} }`,
    /breaking/,
  ],
  [
    'thousands of fields less',
    (x) => `type Query { a: Int ${x ? '' : many(some(20_000), (n) => `f${n}: Int`)} }`,
    /breaking/,
  ],
  [
    'a union of thousands, all of them others',
    (x) =>
      `type Query { u: U } union U = ${many(some(10_000), (n) => `T${n + x * some(10_000)}`, '|')} ${many(some(20_000), (n) => `type T${n} { a: Int }`)}`,
    /breaking/,
  ],
  [
    'thousands of enums with a value more',
    (x) =>
      `type Query { ${many(some(5_000), (n) => `f${n}: E${n}`)} } ${many(some(5_000), (n) => `enum E${n} { A ${x ? 'B' : ''} }`)}`,
    /breaking/,
  ],
  [
    '3,000 lists in each other',
    (x) => `type Query { a: ${'['.repeat(3_000)}${x ? 'Int' : 'ID'}${']'.repeat(3_000)} }`,
    /unknown|breaking/,
  ],
  [
    'inputs that need ten of the next, nine deep',
    (x) =>
      `type Query { u(a: I0!): T } type T { a: Int${x ? '' : '!'} } ${many(9, (n) => `input I${n} { ${many(10, (at) => `a${at}: I${n + 1}!`)} }`)} input I9 { b: Int }`,
    /breaking/,
  ],
  [
    '20,000 directives in one place',
    (x) =>
      `directive @d(a: Int) repeatable on OBJECT type Query ${many(20_000, (n) => `@d(a: ${n + x})`)} { a: Int }`,
    /unknown/,
  ],
];
for (const [name, make, verdict] of half(graphql))
  t.test(`GraphQL: ${name}`, (t) => ends(t, verdict, () => compareGraphql(make(0), make(1))).then(() => {}));

const paths = (dialect: string): JsonValue => ({ 'x-realm': { kind: 'paths', dialect, bucket: 'b' } });

/** Values, and path patterns. */
const values: [name: string, make: (x: number) => JsonValue, verdict: RegExp, schema?: JsonValue][] = [
  ['a large set', (x) => list(some(100_000), (n) => `v${n + x * some(100_000)}`), /breaking/],
  ['a large record', (x) => object(some(50_000), (n) => [`k${n}`, n + x]), /breaking/],
  ['a list of many records', (x) => list(some(40_000), (n) => ({ a: n + x })), /breaking/],
  [
    'patterns of 300 stars',
    (x) => list(some(300), (n) => `${(x ? '*b' : '*a').repeat(300)}${n}`),
    /breaking|unknown/,
    paths('iam'),
  ],
  ['one pattern of 1,500 stars', (x) => ['*a'.repeat(1_500 - x)], /compatible|unknown/, paths('iam')],
  [
    'thousands of patterns without a beginning',
    (x) => list(some(20_000), (n) => `*${x ? 'y' : 'x'}${n}`),
    /breaking|unknown/,
    paths('iam'),
  ],
  ['700 braces', (x) => [`{a,${x ? 'b' : 'c'}}`.repeat(700)], /unknown/, paths('glob')],
];
for (const [name, make, verdict, schema] of values)
  t.test(`value: ${name}`, (t) =>
    ends(t, verdict, () => compareValues(make(0), make(1), schema)).then(() => {}),
  );
