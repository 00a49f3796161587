import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import { compareAsyncapi } from '../../../lib/kinds/asyncapi/compare/index.ts';

const read = (files: Record<string, string>) =>
  detectorNamed('asyncapi').extract(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    {},
  );
const head = 'asyncapi: 2.6.0\nchannels:\n  a:\n    subscribe:\n      message:\n';
const avro = (type: string): string =>
  JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'total', type }] });
const refers = (format: string, file: string): string =>
  `${head}        schemaFormat: ${format}\n        payload: { $ref: './${file}' }\n`;

t.test('payloads in files of other languages belong to the document that refers to them', async (t) => {
  const files = {
    'events.yaml': refers('application/vnd.apache.avro;version=1.9.0', 'order.avsc'),
    'order.avsc': avro('int'),
    'other.avsc': avro('string'),
    'shop.proto': 'syntax = "proto3";\n',
  };
  const old = await read(files);
  t.same([...(old.documents ?? [])].sort(), ['events.yaml', 'order.avsc'], 'and no others do');
  t.same(old.unresolved, []);
  const now = await read({ ...files, 'order.avsc': avro('string') });
  const { verdict, changes } = await compareAsyncapi(old.schema, now.schema);
  t.equal(verdict.verdict, 'breaking');
  t.match(changes, [{ rule: 'avro/type-changed', pointer: /^\/x-realm-files\/order\.avsc\/fields\/0/ }]);
});

t.test('a .proto file as a payload', async (t) => {
  const proto = (number: number): string => `syntax = "proto3";\nmessage M {\n  string id = ${number};\n}\n`;
  const event = refers('application/vnd.google.protobuf;version=3', 'm.proto');
  const [old, now] = [
    await read({ 'events.yaml': event, 'm.proto': proto(1) }),
    await read({ 'events.yaml': event, 'm.proto': proto(2) }),
  ];
  t.match((await compareAsyncapi(old.schema, now.schema)).verdict, { verdict: 'breaking' });
  t.match((await compareAsyncapi(old.schema, old.schema)).verdict, { verdict: 'equal' });
});

t.test('what is wrong with a document is said with file and line', async (t) => {
  t.match(await read({ 'a.yaml': 'asyncapi: 1.2.0\ntopics: {}\n' }), {
    parts: [],
    unresolved: [{ path: 'a.yaml', why: /its version is neither 2 nor 3/, gap: true }],
  });
  t.match(await read({ 'a.yaml': 'asyncapi: 3.0.0\ninfo: {}\n' }), {
    parts: [],
    unresolved: [{ why: /describes no channels, operations or components/, gap: true }],
  });
  t.match(await read({ 'a.yaml': `${head}        payload: { $ref: './gone.yaml' }\n` }), {
    unresolved: [{ path: 'a.yaml', line: 6, why: /'\.\/gone\.yaml' is not among the sources/ }],
  });
  const broken = { 'a.yaml': refers('application/vnd.apache.avro', 'b.avsc'), 'b.avsc': '{ "type": \n' };
  t.match(await read(broken), {
    unresolved: [{}, { path: 'b.avsc', line: 2, gap: true, why: /does not parse/ }],
  });
});

t.test('missing references, circles and addresses of others are unknown, and end', async (t) => {
  const document = (payload: JsonObject, more: JsonObject = {}): JsonObject => ({
    asyncapi: '2.6.0',
    channels: { a: { subscribe: { message: { payload } } } },
    ...more,
  });
  const good = document({ type: 'string' });
  for (const payload of [
    { $ref: '#/components/schemas/Gone' },
    { $ref: 'https://example.com/schema.json' },
    { $ref: '#/channels/a/subscribe/message/payload' },
    { $ref: './other.json' },
  ]) {
    const { verdict } = await compareAsyncapi(good, document(payload));
    t.equal(verdict.verdict, 'unknown', payload.$ref);
  }
  const circle = {
    schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
  };
  const round = document({ $ref: '#/components/schemas/A' }, { components: circle });
  t.match((await compareAsyncapi(good, round)).verdict, { verdict: 'unknown' });
  const strange: JsonValue[] = [
    { asyncapi: '2.6.0', channels: [] },
    { asyncapi: '3.0.0', channels: {}, operations: { o: { action: 'publish', channel: {} } } },
    { asyncapi: '3.0.0', operations: { o: { action: 'send', channel: { $ref: '#/channels/gone' } } } },
    { asyncapi: '2.6.0', channels: { a: { subscribe: 'x' } } },
    { asyncapi: '3.0.0', channels: { c: { address: 7, messages: 'x' } }, servers: 'y' },
  ];
  for (const now of strange)
    t.match((await compareAsyncapi(good, now)).verdict, { verdict: /unknown|breaking/ });
});
