import t from 'tap';
import { parse } from 'yaml';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { affected } from '../../../lib/kinds/asyncapi/affected.ts';
import { answers, compareCopy } from '../../../lib/kinds/asyncapi/answer.ts';
import { concerns } from '../../../lib/kinds/asyncapi/use.ts';
import type { PlacedUse, UseOf } from '../../../lib/kinds/uses.ts';

const content = (text: string) => ({ value: null, schema: parse(text) as JsonObject });
const placed = (subject: string, more: JsonObject = {}): PlacedUse => {
  const [action = '', address = ''] = subject.split(' ');
  return { use: { subject, action, address, ...more }, at: 'src/a.ts:3' };
};

const shop = `
asyncapi: 2.6.0
channels:
  orders:
    subscribe: { message: { payload: { type: object, properties: { id: { type: string } } } } }
  'user/{id}/mail':
    publish: { message: { payload: { type: object, properties: { text: { type: string } } } } }
  'price.{region}':
    parameters: { region: { schema: { enum: [eu, us] } } }
    subscribe: { message: { payload: { type: number } } }
  idle: {}
`;

t.test('topics in code: who sends has to be the other side', async (t) => {
  const all = ['receive orders', 'send orders', 'send user/7/mail', 'send user/{}/mail', 'receive price.eu'];
  const more = ['receive price.asia', 'receive price.{}', 'receive idle', 'receive refunds', 'send {}/mail'];
  const uses = [...all, ...more].map((subject) => placed(subject));
  const found = await answers(content(shop), uses);
  t.same(
    found.map(({ answer }) => answer),
    ['yes', 'unknown', 'yes', 'yes', 'yes', 'no', 'yes', 'unknown', 'no', 'unknown'],
  );
  t.match(found[1], { why: /does not say that its application receives at orders/ });
  t.same(
    uses.map(({ use }) => concerns(content(shop), use)),
    [true, true, true, true, true, false, true, true, false, true],
    'an address that the document does not have is one of others',
  );
});

t.test('a topic may be called by its exchange or bus', async (t) => {
  const use = placed('receive created', { also: ['orders'] });
  t.match(await answers(content(shop), [use]), [{ answer: 'yes' }]);
});

t.test('what a change does to topics in code', async (t) => {
  const gone = content(shop.replace('  orders:', '  orders.v2:'));
  const other = content(shop.replace('type: number', 'type: string'));
  const cases = [
    [gone, 'receive orders', 'no'],
    [gone, 'send user/7/mail', 'yes'],
    [other, 'receive price.eu', 'unknown'],
    [other, 'receive orders', 'yes'],
    [gone, 'receive refunds', 'yes'],
  ] as const;
  for (const [now, subject, answer] of cases)
    t.match(await affected(content(shop), now, [placed(subject)]), [{ answer }], subject);
  t.match(await affected(content(shop), gone, [placed('receive orders')]), [
    { missing: [{ rule: 'asyncapi/operation-removed', why: /receives orders/ }] },
  ]);
});

const reader = detectorNamed('asyncapi-operations');
async function usesOf(text: string): Promise<PlacedUse[]> {
  const { parts } = await reader.extract([{ path: 'own.yaml', bytes: Buffer.from(text) }], {});
  return parts.map(({ value, path, line }) => ({ use: value as UseOf, at: `${path}:${line}` }));
}

t.test('what a consumer describes has to go with what is sent and received', async (t) => {
  const own = (id: string, text: string): string => `asyncapi: 3.0.0
channels:
  o:
    address: orders
    messages:
      m: { payload: { $ref: '#/components/schemas/Order' } }
  mail:
    address: 'user/{user}/mail'
    parameters: { user: {} }
    messages:
      m:
        payload:
          type: object
          properties:
            text: ${text}
operations:
  read: { action: receive, channel: { $ref: '#/channels/o' } }
  write: { action: send, channel: { $ref: '#/channels/mail' } }
components:
  schemas:
    Order:
      type: object
      properties:
        ${id}: { type: string }
`;
  t.match(await answers(content(shop), await usesOf(own('id', '{ type: string }'))), [
    { answer: 'yes' },
    { answer: 'yes' },
  ]);
  t.match(await answers(content(shop), await usesOf(own('number', '{ type: [string, "null"] }'))), [
    { answer: 'no', missing: [{ at: 'own.yaml:24', rule: 'asyncapi/sent-property-removed' }] },
    { answer: 'no', missing: [{ at: 'own.yaml:15' }] },
  ]);
});

t.test('what is not a description, and what cannot be followed', async (t) => {
  t.same(await usesOf('a: 1\n'), []);
  const bytes = Buffer.from('asyncapi: 3.0.0\nchannels: {\n');
  const { unresolved } = await reader.extract([{ path: 'own.yaml', bytes }], {});
  t.match(unresolved, [{ path: 'own.yaml', gap: true, why: /does not parse/ }]);
  const open = `asyncapi: 2.6.0
channels:
  orders: { publish: { message: { payload: { $ref: 'https://example.com/a.json' } } } }
`;
  t.match(await answers(content(shop), await usesOf(open)), [
    { answer: 'unknown', why: /outside the document/ },
  ]);
  t.match(await answers(content(shop), [{ use: { subject: 'x' }, at: 'a:1' }]), [{ answer: 'unknown' }]);
  t.match(await answers(content('asyncapi: 1.2.0\n'), [placed('send a')]), [{ answer: 'unknown' }]);
});

t.test("a consumer's own description is not taken for a copy", async (t) => {
  const { schema } = content(shop);
  const mine = content(
    shop.replaceAll('subscribe:', 'x:').replaceAll('publish:', 'subscribe:').replaceAll('x:', 'publish:'),
  );
  t.match((await compareCopy(mine.schema, schema)).verdict, {
    verdict: 'unknown',
    reason: /--verify asyncapi-operations/,
  });
  t.match((await compareCopy(schema, schema)).verdict, { verdict: 'equal' });
});

t.test('addresses of strangers end', async (t) => {
  const many = `${'{x}'.repeat(60)}`;
  const odd = { asyncapi: '2.6.0', channels: { [many]: { subscribe: { message: { payload: {} } } } } };
  const [found] = await answers({ value: null, schema: odd }, [placed(`receive ${'a'.repeat(500)}`)]);
  t.match(found, { answer: 'yes' });
  const broken = parse(
    `asyncapi: 2.6.0\nchannels:\n  a: { publish: { message: { $ref: '#/components/%zz' } } }\n`,
  );
  t.match(await usesOf(JSON.stringify(broken)), [{ use: { subject: 'receive a' } }]);
});
