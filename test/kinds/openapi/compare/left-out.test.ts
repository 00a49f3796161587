import t from 'tap';
import type { JsonValue } from '../../../../lib/json.ts';
import { compareGraphql } from '../../../../lib/kinds/graphql/compare.ts';
import { compareOpenapi } from '../../../../lib/kinds/openapi/compare/index.ts';

const api = (paths: JsonValue, more: object = {}): JsonValue =>
  ({ openapi: '3.2.0', info: { title: 't', version: '1' }, paths, ...more }) as JsonValue;
const answer = (media: JsonValue): JsonValue => ({
  responses: { '200': { description: 'd', content: media } },
});
const object = (type: string): JsonValue => ({
  type: 'object',
  properties: { at: { type } },
  required: ['at'],
});

t.test(
  'what OpenAPI 3.2 added is compared: the method query, other methods, items of a stream',
  async (t) => {
    const at = (method: string, type: string) =>
      api({ '/a': { [method]: answer({ 'application/json': { schema: object(type) } }) } });
    t.match(compareOpenapi(at('query', 'string'), at('query', 'integer')).verdict, { verdict: 'breaking' });
    const other = (type: string) =>
      api({
        '/a': { additionalOperations: { PURGE: answer({ 'application/json': { schema: object(type) } }) } },
      });
    const found = compareOpenapi(other('string'), other('integer'));
    t.match(found.verdict, { verdict: 'breaking' });
    t.match(found.changes[0]?.where, /PURGE \/a/);
    const stream = (type: string) =>
      api({ '/log': { get: answer({ 'application/jsonl': { itemSchema: object(type) } }) } });
    t.match(compareOpenapi(stream('string'), stream('integer')).verdict, { verdict: 'breaking' });
    t.match(compareOpenapi(stream('string'), stream('string')).verdict, { verdict: 'equal' });
  },
);

t.test('a document of components alone has to go on in both directions', async (t) => {
  const library = (schemas: JsonValue) => api({}, { components: { schemas } });
  t.match(compareOpenapi(library({ M: object('string') }), library({ M: object('integer') })).verdict, {
    verdict: 'breaking',
  });
  t.match(compareOpenapi(library({ M: object('string') }), library({})).verdict, { verdict: 'unknown' });
  t.match(
    compareOpenapi(library({ M: object('string') }), library({ M: object('string'), N: {} })).verdict.verdict,
    /compatible|equal/,
  );
});

t.test('a variant that clients send and that is gone is not called compatible', async (t) => {
  const variants = (...names: string[]): JsonValue =>
    api({
      '/a': {
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  oneOf: names.map((name) => ({
                    type: 'object',
                    properties: { [name]: { type: 'string' } },
                  })),
                },
              },
            },
          },
          responses: { '200': { description: 'ok' } },
        },
      },
    } as JsonValue);
  t.match(compareOpenapi(variants('iban', 'card'), variants('iban')).verdict.verdict, /unknown|breaking/);
});

t.test('what a federated subgraph extends is compared', async (t) => {
  const { verdict } = await compareGraphql(
    'extend type Query { a: String b: String }',
    'extend type Query { a: String }',
  );
  t.match(verdict, { verdict: 'breaking', witness: 'query { b }' });
});
