import t from 'tap';
import { extract } from '../../../lib/detect/index.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { compareJsonSchemas } from '../../../lib/kinds/json-schema/compare.ts';
import { compareOpenapi } from '../../../lib/kinds/openapi/compare/index.ts';

const files = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));

const root = `openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /masks:
    $ref: paths/masks.yaml
  /jobs:
    get:
      responses:
        '200': { $ref: '../common/answers.yaml#/Job' }
`;
const masks = `get:
  responses:
    '200':
      description: fine
      content: { application/json: { schema: { $ref: '../schemas/mask.yaml' } } }
`;
const answers = `Job:
  description: fine
  content: { application/json: { schema: { $ref: '#/Shape' } } }
Shape: { type: object, properties: { id: { type: string } } }
`;
const mask = (type: string): string => `type: object
required: [id]
properties:
  id: { type: ${type} }
  parent: { $ref: mask.yaml }
`;
const api = (type: string): Record<string, string> => ({
  'api/openapi.yaml': root,
  'api/paths/masks.yaml': masks,
  'api/schemas/mask.yaml': mask(type),
  'common/answers.yaml': answers,
});

t.test('an OpenAPI document of several files is read as one', async (t) => {
  const { schema, parts, unresolved, documents } = await extract('openapi', files(api('string')));
  t.same(unresolved, []);
  t.same(documents?.[0], 'api/openapi.yaml', 'the root first');
  t.same([...(documents ?? [])].sort(), Object.keys(api('string')));
  t.match(parts, [
    { value: 'GET /masks', path: 'api/openapi.yaml', line: 4 },
    { value: 'GET /jobs', line: 7 },
  ]);
  const now = await extract('openapi', files(api('integer')));
  const { verdict, changes } = compareOpenapi(schema, now.schema);
  t.match(verdict, { verdict: 'breaking' });
  t.match(changes[0], {
    pointer: '/x-realm-files/schemas~1mask.yaml/properties/id/type',
    where: 'GET /masks → 200 → id',
  });
  t.equal(compareOpenapi(schema, structuredClone(schema)).verdict.verdict, 'equal');
});

t.test('what is missing, or is not referred to, is named', async (t) => {
  const { 'api/schemas/mask.yaml': _gone, ...rest } = api('string');
  const { schema, unresolved, documents } = await extract(
    'openapi',
    files({ ...rest, 'api/z.yaml': 'a: 1\n' }),
  );
  t.match(unresolved, [
    { path: 'api/paths/masks.yaml', line: 5, why: /'..\/schemas\/mask.yaml' is not among the sources/ },
    { path: 'api/z.yaml', gap: true, why: /no 'openapi' version/ },
  ]);
  t.notOk(documents?.includes('api/z.yaml'));
  t.match(compareOpenapi(schema, structuredClone(schema)).verdict, {
    verdict: 'unknown',
    reason: /mask\.yaml/,
  });
});

t.test('two documents that do not refer to each other are no contract', async (t) => {
  const { unresolved } = await extract('openapi', files({ 'a.yaml': root, 'b.yaml': root }));
  t.match(
    unresolved.map(({ path, why }) => `${path} ${why}`),
    [/a\.yaml/, /a\.yaml/, /b\.yaml a contract has one document, which is 'a.yaml'/].map((line) => line),
  );
});

t.test('files that refer to each other in a circle, to nothing, and outside', async (t) => {
  const circle = {
    'a.yaml': "openapi: 3.0.3\ninfo: {}\npaths: { /a: { $ref: 'b.yaml#/x' } }\n",
    'b.yaml': "x: { $ref: 'c.yaml#/x' }\n",
    'c.yaml': "x: { $ref: 'b.yaml#/x' }\n",
  };
  const { schema, unresolved } = await extract('openapi', files(circle));
  t.same(unresolved, []);
  const changed = { ...schema, info: { title: 'another' } } as JsonValue;
  t.match(compareOpenapi(schema, changed).verdict, { verdict: 'unknown', reason: /cycle/ });
  const away = "openapi: 3.0.3\ninfo: {}\npaths: { /a: { $ref: '../../../etc/passwd#/x' } }\n";
  t.match((await extract('openapi', files({ 'x/a.yaml': away }))).unresolved, [
    { why: /not among the sources/ },
  ]);
});

t.test('a JSON Schema of several files, of either age', async (t) => {
  for (const draft of [
    'https://json-schema.org/draft/2020-12/schema',
    'http://json-schema.org/draft-07/schema#',
  ]) {
    const of = (type: string): Record<string, string> => ({
      'order.json': JSON.stringify({
        $schema: draft,
        type: 'object',
        properties: { total: { $ref: 'parts/money.json#/definitions/amount' }, more: { $ref: 'order.json' } },
      }),
      'parts/money.json': JSON.stringify({
        $schema: draft,
        $id: 'money.json',
        definitions: { amount: { type: 'object', properties: { value: { type } }, required: ['value'] } },
      }),
    });
    const [old, now] = [
      await extract('json-schema', files(of('integer'))),
      await extract('json-schema', files(of('string'))),
    ];
    t.same(old.unresolved, []);
    t.same(old.documents, ['order.json', 'parts/money.json']);
    const { verdict } = compareJsonSchemas(old.schema, now.schema);
    t.match(verdict, {
      verdict: 'breaking',
      witness: Number,
      pointer: /^\/(\$defs|definitions)\/parts~1money.json\//,
    });
    t.equal(compareJsonSchemas(old.schema, structuredClone(old.schema)).verdict.verdict, 'equal');
  }
});
