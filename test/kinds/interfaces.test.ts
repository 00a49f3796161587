import t from 'tap';
import { compareInterfaces } from '../../lib/kinds/interfaces.ts';

const document = (...names: string[]) => ({
  openapi: '3.1.0',
  info: { title: 'orders', version: '1' },
  paths: Object.fromEntries(names.map((name) => [`/${name}`, { get: { responses: { 200: {} } } }])),
});

t.test('the same two documents are compared once, whoever read them', async (t) => {
  const pair = () => [document('orders', 'bills'), document('orders')] as const;
  const [old, now] = pair();
  const first = await compareInterfaces(old, now);
  t.equal(first.verdict.verdict, 'breaking');
  const [again, next] = pair();
  t.equal((await compareInterfaces(again, next)).changes, first.changes, 'equal documents: the same answer');
});

t.test('what differs is compared', async (t) => {
  const [wide, narrow] = [document('orders', 'bills'), document('orders')];
  const down = await compareInterfaces(wide, narrow);
  t.equal((await compareInterfaces(narrow, wide)).verdict.verdict, 'compatible', 'the other way round');
  t.equal((await compareInterfaces(wide, document())).changes.length, 2, 'another document');
  t.not((await compareInterfaces(wide, narrow, { level: 'wire' })).changes, down.changes, 'another promise');
  t.equal((await compareInterfaces(wide, narrow)).changes, down.changes);
});
