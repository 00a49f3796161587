import t from 'tap';
import { type PathSyntax, templatesOf } from '../../../lib/detect/http/templates.ts';

const cases: [PathSyntax, path: string, templates: string[] | undefined][] = [
  ['colon', '/invoices/:id', ['/invoices/{id}']],
  ['colon', 'invoices', ['/invoices']],
  ['colon', '/', ['/']],
  ['colon', '', ['/']],
  ['colon', '/a/:id(\\d+)/b', ['/a/{id}/b']],
  ['colon', '/a/:id{[0-9]+}', ['/a/{id}']],
  ['colon', '/a/:id?', ['/a', '/a/{id}']],
  ['colon', '/files/*', ['/files/{rest*}']],
  ['colon', '/files/*path', ['/files/{path*}']],
  ['colon', '/files/{*path}', ['/files/{path*}']],
  ['colon', '/files/:path(.*)', ['/files/{path*}']],
  ['colon', '/files/:name.:ext', ['/files/{name}.{ext}']],
  ['colon', '/flights/:from-:to', ['/flights/{from}-{to}']],
  ['colon', '/a{/:id}', ['/a', '/a/{id}']],
  ['colon', '/ab+cd', undefined],
  ['angle', '/u/<int:id>/<name>', ['/u/{id}/{name}']],
  ['angle', 'files/<path:rest>', ['/files/{rest*}']],
  ['angle', '/<any(a, b):kind>', ['/{kind}']],
  ['brace', '/u/{id}', ['/u/{id}']],
  ['brace', '/u/{id:int}', ['/u/{id}']],
  ['brace', '/f/{rest:path}', ['/f/{rest*}']],
  ['brace', '/f/{rest:.*}', ['/f/{rest*}']],
  ['brace', '/u/{id:[0-9]{4}}/x', ['/u/{id}/x']],
  ['brace', '/f/{*rest}', ['/f/{rest*}']],
  ['brace', '/f/{rest...}', ['/f/{rest*}']],
  ['brace', '/u/{$}', ['/u/']],
  ['brace', '/u/{id', undefined],
  ['file', 'api/users/[id]', ['/api/users/{id}']],
  ['file', 'api/[...slug]', ['/api/{slug*}']],
  ['file', 'api/[[...slug]]', ['/api/{slug*}']],
  ['file', '(shop)/api/@side/x', ['/api/x']],
  ['regexp', '^invoices/(?P<id>\\d+)/$', ['/invoices/{id}/']],
  ['regexp', '^invoices/([0-9]{4})/$', ['/invoices/{p0}/']],
  ['regexp', '^files/(?P<path>.*)$', ['/files/{path*}']],
  ['regexp', '^a\\.json$', ['/a.json']],
  ['regexp', '^a/?$', ['/a', '/a/']],
  ['regexp', '^$', ['/']],
  ['regexp', '^(a|b)+$', undefined],
  ['regexp', '^a.*b$', undefined],
];

for (const [syntax, path, templates] of cases)
  t.test(`${syntax}: ${path}`, async (t) => {
    t.same(templatesOf(path, syntax), templates);
  });

t.test('a path of any length costs little', async (t) => {
  for (const text of [
    ':a?'.repeat(50),
    '{'.repeat(1999),
    '('.repeat(1999),
    '(?P<a>'.repeat(300),
    '*'.repeat(1999),
  ])
    for (const syntax of ['colon', 'brace', 'angle', 'file', 'regexp'] as const) templatesOf(text, syntax);
  t.pass('none of them hangs');
});
