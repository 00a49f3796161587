import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { compareSchemas } from '../../../../lib/compat/schema/index.ts';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';
import { OpenapiDocument } from '../../../../lib/kinds/openapi/compare/document.ts';
import { compareOpenapi } from '../../../../lib/kinds/openapi/compare/index.ts';
import { jsonSchemaOf, type Reading } from '../../../../lib/kinds/openapi/compare/schemas.ts';
import { fc } from '../../../helpers/values/properties.ts';

const runs = Number(process.env.REALM_PROPERTY_RUNS ?? 30);
const name = fc.constantFrom('a', 'b', 'c');
const leaf: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  { type: 'string' },
  { type: 'integer' },
  { enum: ['x', 1] },
  { type: 'string', readOnly: true },
  { type: 'integer', nullable: true },
  { $ref: '#/components/schemas/Other' },
);
const plainObject = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      properties: fc.dictionary(name, inner, { maxKeys: 2 }),
      required: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
      extra: fc.constantFrom<JsonObject[]>(
        {},
        {},
        {},
        { additionalProperties: false },
        { additionalProperties: { type: 'string' } },
      ),
    })
    .map(({ properties, required, extra }) => ({
      type: 'object',
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...extra,
    }));
const composed = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> => {
  const plain = plainObject(inner);
  const some = fc.array(plain, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    plain,
    some.map((allOf) => ({ allOf })),
    some.map((oneOf) => ({ oneOf })),
    some.map((anyOf) => ({ anyOf })),
    fc.tuple(plain, some).map(([base, allOf]) => ({ ...base, allOf })),
    fc.tuple(plain, some).map(([base, oneOf]) => ({ ...base, oneOf })),
    plain.map((base) => ({ allOf: [{ $ref: '#/components/schemas/Other' }, base] })),
  );
};
const schema = composed(fc.oneof(leaf, leaf, plainObject(leaf), composed(leaf)));
const value: fc.Arbitrary<JsonValue> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom<JsonValue[]>('x', 1, null, 'y'), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), tie('value') as fc.Arbitrary<JsonValue>, {
    maxKeys: 3,
  }),
})).object as fc.Arbitrary<JsonValue>;

const documentWith = (first: JsonObject, second: JsonObject): OpenapiDocument =>
  new OpenapiDocument({ openapi: '3.0.3', components: { schemas: { One: first, Other: second } } }, true);
const translated = (
  first: JsonObject,
  second: JsonObject,
  role: 'sender' | 'receiver',
  reading: Reading = 'exact',
): JsonValue =>
  jsonSchemaOf(
    documentWith(first, second),
    { node: first, pointer: '/components/schemas/One' },
    'request',
    role,
    reading,
  ).schema;

for (const reading of ['exact', 'union'] as const) {
  t.test(`${reading}: a sender sends nothing that a receiver of the same document would refuse`, async () => {
    fc.assert(
      fc.property(
        schema,
        plainObject(leaf),
        fc.array(value, { minLength: 30, maxLength: 30 }),
        (first, second, values) => {
          const ajv = new Ajv2020({ strict: false });
          const sent = ajv.compile(translated(first, second, 'sender', reading) as object);
          const received = ajv.compile(translated(first, second, 'receiver', reading) as object);
          return values.every((each) => !sent(each) || received(each));
        },
      ),
      { numRuns: runs },
    );
  });
}

t.test('closing never leaves a sender without anything to send', async (t) => {
  let empty = 0;
  fc.assert(
    fc.property(schema, plainObject(leaf), (first, second) => {
      const nothing = (role: 'sender' | 'receiver'): boolean =>
        ['equal', 'compatible'].includes(
          compareSchemas(translated(first, second, role, 'union'), false).verdict,
        );
      if (!nothing('sender')) return true;
      empty++;
      return nothing('receiver');
    }),
    { numRuns: runs },
  );
  t.comment(`${empty} schemas allow nothing at all`);
});

t.test('a document is compatible with itself, and a narrower request is not', async () => {
  const api = (first: JsonObject, second: JsonObject): JsonValue => ({
    openapi: '3.0.3',
    paths: {
      '/a': {
        post: {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/One' } } } },
          responses: {},
        },
      },
    },
    components: { schemas: { One: first, Other: second } },
  });
  fc.assert(
    fc.property(
      schema,
      schema,
      plainObject(leaf),
      fc.array(value, { minLength: 30, maxLength: 30 }),
      (a, b, other, values) => {
        const worded = structuredClone(a);
        worded.title = 'the same';
        const self = compareOpenapi(api(a, other), api(worded, other)).verdict.verdict;
        if (self !== 'equal' && self !== 'compatible') return false;
        const { verdict } = compareOpenapi(api(a, other), api(b, other));
        if (verdict.verdict !== 'equal' && verdict.verdict !== 'compatible') return true;
        // What is declared and sent under the old document has to be taken under the new one.
        const ajv = new Ajv2020({ strict: false });
        const sent = ajv.compile(translated(a, other, 'sender') as object);
        const received = ajv.compile(translated(b, other, 'receiver') as object);
        return values.every((each) => !sent(each) || received(each));
      },
    ),
    { numRuns: runs },
  );
});
