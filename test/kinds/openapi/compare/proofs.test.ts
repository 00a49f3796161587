import t from 'tap';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';
import { compareOpenapi } from '../../../../lib/kinds/openapi/compare/index.ts';
import { stopwatch } from '../../../helpers/bounds/cpu.ts';
import { nightly } from '../../../helpers/values/nightly.ts';

/** What a comparison of documents as large as the largest public ones may take, in milliseconds of processor time; by day of a third. */
const MOST = nightly ? 10_000 : 3_500;

const object = (length: number, make: (n: number) => [string, JsonValue]): JsonObject =>
  Object.fromEntries(Array.from({ length }, (_, n) => make(n))) as JsonObject;
const refer = (n: number): JsonObject => ({ $ref: `#/components/schemas/S${n}` });

/** Objects that expand into each other all over, as those of a payment API do. */
const SCHEMAS = nightly ? 400 : 150;
const schemasOf = (): Record<string, { properties: JsonObject; required?: string[] }> =>
  Object.fromEntries(
    Array.from({ length: SCHEMAS }, (_, n) => [
      `S${n}`,
      {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', maxLength: 5000 },
          ...object(20, (at) => [`p${at}`, { type: 'string', description: `Property ${at} of S${n}` }]),
          ...object(3, (at) => [
            `r${at}`,
            { anyOf: [{ type: 'string', maxLength: 5000 }, refer((n * 7 + at * 131 + 1) % SCHEMAS)] },
          ]),
        },
      },
    ]),
  );

function api(edit: (schemas: ReturnType<typeof schemasOf>) => void = () => {}): JsonObject {
  const schemas = schemasOf();
  edit(schemas);
  const paths = object(SCHEMAS, (n) => {
    const content = { 'application/json': { schema: refer(n) } };
    return [`/things${n}`, { get: { responses: { 200: { description: 'ok', content } } } }];
  });
  return { openapi: '3.1.0', paths, components: { schemas: schemas as unknown as JsonObject } };
}

const edits: [name: string, verdict: string, edit: Parameters<typeof api>[0]][] = [
  [
    'a property more',
    'compatible',
    ({ S7 }) => Object.assign(S7?.properties ?? {}, { more: { type: 'string' } }),
  ],
  ['a property less', 'breaking', ({ S7 }) => delete S7?.properties.p3],
  ['another type', 'breaking', ({ S7 }) => Object.assign(S7?.properties ?? {}, { p3: { type: 'integer' } })],
];
for (const [name, verdict, edit] of edits)
  t.test(`${name} in a schema that ${SCHEMAS} operations lead to`, async (test) => {
    const [old, now] = [api(), api(edit)];
    const took = stopwatch();
    const found = compareOpenapi(old, now);
    const milliseconds = took();
    test.equal(found.verdict.verdict, verdict);
    test.equal(
      found.changes.filter(({ level }) => level === verdict).length,
      SCHEMAS,
      'each operation is named',
    );
    test.notOk(
      found.changes.some(({ level }) => level === 'unknown'),
      'nothing is unknown',
    );
    test.ok(milliseconds < MOST, `${milliseconds.toFixed(0)} ms`);
  });

const OPERATIONS = nightly ? 50_000 : 15_000;
t.test(`${OPERATIONS} operations, two of them changed`, async (test) => {
  const paths = (edit: (all: JsonObject) => void = () => {}): JsonObject => {
    const all = object(OPERATIONS, (n) => {
      const parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }];
      const content = { 'application/json': { schema: refer(n % 5) } };
      return [`/p${n}`, { get: { parameters, responses: { 200: { description: 'ok', content } } } }];
    });
    edit(all);
    const schemas = object(5, (n) => [`S${n}`, { type: 'object', properties: { a: { type: 'string' } } }]);
    return { openapi: '3.1.0', paths: all, components: { schemas } };
  };
  const [old, now] = [
    paths(),
    paths((all) => Object.assign(all, { '/p7': { get: { responses: {} } }, '/new': {} })),
  ];
  const took = stopwatch();
  const { verdict, changes } = compareOpenapi(old, now);
  const milliseconds = took();
  test.equal(verdict.verdict, 'breaking');
  test.strictSame(changes.map(({ rule }) => rule).sort(), [
    'openapi/parameter-removed',
    'openapi/path-added',
    'openapi/response-removed',
  ]);
  test.ok(milliseconds < MOST, `${milliseconds.toFixed(0)} ms`);
});
