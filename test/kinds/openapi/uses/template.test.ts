import t from 'tap';
import { type Fit, fitOf } from '../../../../lib/kinds/openapi/uses/template.ts';

const table: [call: string, operation: string, fit: Fit][] = [
  ['/invoices', '/invoices', 'in'],
  ['/invoices/', '/invoices', 'in'],
  ['/invoices/{}', '/invoices/{id}', 'in'],
  ['/invoices/7', '/invoices/{id}', 'in'],
  ['/invoices/{}', '/invoices/latest', 'some'],
  ['/invoices/{}', '/invoices', 'none'],
  ['/invoices', '/invoices/{id}', 'none'],
  ['/invoices/{}/lines', '/invoices/{id}', 'none'],
  ['/files/{}.json', '/files/{name}.json', 'in'],
  ['/files/{}', '/files/{name}.json', 'some'],
  ['/files/a{}', '/files/b{name}', 'none'],
  ['/files/{}-{}', '/files/{name}', 'in'],
  ['/files/{}', '/files/{name}-{size}', 'some'],
  ['/files/a-b', '/files/{name}-{size}', 'in'],
  ['/static/a/b', '/static/{path*}', 'in'],
  ['/static', '/static/{path*}', 'in'],
  ['/static/{*}', '/static/{path*}', 'in'],
  ['/{*}', '/invoices/{id}', 'some'],
  ['/invoices{*}', '/invoices/{id}', 'some'],
  ['/Invoices', '/invoices', 'none'],
  ['/', '/', 'in'],
];

t.test('how the paths of a call stand to those of an operation', async (test) => {
  for (const [call, operation, fit] of table)
    test.equal(fitOf(call, operation), fit, `${call} in ${operation}`);
});
