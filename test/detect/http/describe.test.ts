import t from 'tap';
import { describeRoutes } from '../../../lib/detect/http/describe.ts';

const at = { path: 'app.ts', line: 3, how: 'app.get(…)' };

t.test('routes become an OpenAPI document with the line of each operation', async (test) => {
  const { document, parts } = describeRoutes(
    [
      { method: 'POST', template: '/b', ...at, body: { schema: { type: 'object' }, required: true } },
      { method: 'GET', template: '/a/{id}', ...at, responses: { 200: { type: 'string' } } },
      { method: 'DELETE', template: '/a/{name}', ...at, line: 9 },
    ],
    [],
  );
  test.same(
    parts.map(({ value, line }) => `${value} ${line}`),
    ['DELETE /a/{id} 9', 'GET /a/{id} 3', 'POST /b 3'],
  );
  test.match(document, {
    openapi: '3.1.0',
    paths: {
      '/a/{id}': {
        get: {
          parameters: [{ name: 'id', in: 'path', required: true }],
          responses: { 200: { content: { 'application/json': { schema: { type: 'string' } } } } },
        },
      },
      '/b': { post: { requestBody: { required: true }, responses: { default: { description: '' } } } },
    },
  });
});

t.test('what was not read stands in the document, without lines', async (test) => {
  const open = { path: 'app.ts', line: 7, what: 'app.get(x)', why: 'the path is only known at run time' };
  const { document } = describeRoutes(
    [{ method: 'GET', template: '/', ...at }],
    [open, { ...open, line: 9 }],
  );
  test.same((document['x-realm'] as { unread?: unknown }).unread, [
    'app.ts: the path is only known at run time',
  ]);
});
