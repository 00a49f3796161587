import t from 'tap';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';
import { affected } from '../../../../lib/kinds/openapi/uses/affected.ts';
import { answerOf, answers } from '../../../../lib/kinds/openapi/uses/answer.ts';
import { callOf } from '../../../../lib/kinds/openapi/uses/call.ts';
import { offerOf } from '../../../../lib/kinds/openapi/uses/offer.ts';
import { coverUses, type UseAnswer, type UseOf } from '../../../../lib/kinds/uses.ts';

const variable = `\${BILLING_URL}`;

const line = { type: 'object', properties: { sku: { type: 'string' }, price: { type: 'number' } } };
const invoice: JsonObject = {
  type: 'object',
  properties: {
    total: { type: 'number' },
    outdated: { type: 'string' },
    lines: { type: 'array', items: { $ref: '#/components/schemas/Line' } },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    anything: {},
  },
};

/** An API of invoices; `change` works on a copy. */
function api(change: (document: Shape) => void = () => {}): JsonObject {
  const document: Shape = structuredClone({
    openapi: '3.1.0',
    info: { title: 'invoices', version: '1' },
    servers: [{ url: 'https://billing.example.com/v1' }],
    paths: {
      '/invoices/{id}': {
        get: {
          operationId: 'get_invoice',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: json({ $ref: '#/components/schemas/Invoice' }), 404: { description: 'none' } },
        },
      },
      '/invoices/latest': { get: { responses: { 200: json({ type: 'object', properties: { id: {} } }) } } },
      '/invoices': {
        post: {
          requestBody: { required: true, ...json({ $ref: '#/components/schemas/New' }) },
          responses: { 201: json({}) },
        },
        get: {
          parameters: [{ name: 'month', in: 'query', required: true, schema: { type: 'string' } }],
          responses: { 200: json({ type: 'array', items: { $ref: '#/components/schemas/Invoice' } }) },
        },
      },
    },
    components: {
      schemas: {
        Invoice: invoice,
        Line: line,
        New: { type: 'object', required: ['customer'], properties: { customer: {}, note: {} } },
      },
    },
  }) as unknown as Shape;
  change(document);
  return document as unknown as JsonObject;
}

interface Shape {
  // biome-ignore lint/suspicious/noExplicitAny: a document is edited freely
  [key: string]: any;
}

const json = (schema: JsonValue) => ({ description: '', content: { 'application/json': { schema } } });

const said = (answer: UseAnswer | undefined): string =>
  answer?.answer === 'no'
    ? `no: ${answer.missing.map(({ why }) => why).join('; ')}`
    : answer?.answer === 'unknown'
      ? `unknown: ${answer.why}`
      : 'yes';

const single = (use: UseOf) => [{ use, at: 'src/api.ts:41' }];
const get = 'GET /invoices/{}';

t.test('what a call uses is offered, is not, or cannot be known', async (test) => {
  const table: [UseOf, RegExp | 'yes'][] = [
    [{ subject: get }, 'yes'],
    [{ subject: get, reads: ['total', 'lines.*.sku', 'tags.*'] }, 'yes'],
    [{ subject: get, reads: ['tags.colour'] }, 'yes'],
    [
      { subject: get, reads: ['sum'] },
      /^no: reads 'sum' of GET \/invoices\/\{id\}, which its response does not have$/,
    ],
    [{ subject: get, reads: ['lines.*.name'] }, /^no: reads 'lines\.\*\.name'/],
    [{ subject: get, reads: ['total.amount'] }, /^no: reads 'total\.amount'/],
    [{ subject: get, reads: ['anything.goes'] }, /^unknown: GET \/invoices\/\{id\} does not say what/],
    [{ subject: 'GET /invoices/7', reads: ['total'] }, 'yes'],
    [{ subject: 'GET /invoices/latest', reads: ['total'] }, /^no: reads 'total' of GET \/invoices\/latest/],
    [{ subject: 'DELETE /invoices/{}' }, /^no: calls DELETE \/invoices\/\{\}, which is not offered$/],
    [{ subject: 'GET /customers' }, /^no: calls GET \/customers/],
    [{ subject: 'GET /{*}' }, /^unknown: whether GET \/\{\*\} is GET /],
    [{ subject: 'HEAD /invoices/{}' }, 'yes'],
    [{ subject: 'GET /v1/invoices/{}', base: 'https://billing.example.com' }, 'yes'],
    [{ subject: 'GET /invoices/{}', base: 'https://billing.example.com' }, /^no: calls/],
    [{ subject: 'GET /v1/invoices/{}', base: variable }, 'yes'],
    [{ subject: 'operation getInvoice', reads: ['total'] }, 'yes'],
    [{ subject: 'operation GetInvoice' }, 'yes'],
    [{ subject: 'operation getBill' }, /^no: calls operation getBill/],
    [{ subject: 'POST /invoices', sends: ['customer'] }, 'yes'],
    [{ subject: 'POST /invoices', sends: ['note'], whole: ['body'] }, /^no: does not send 'customer'/],
    [{ subject: 'POST /invoices', sends: ['note'] }, /^unknown: whether it sends 'customer'/],
    [{ subject: 'GET /invoices', query: ['month'] }, 'yes'],
    [{ subject: 'GET /invoices', whole: ['query'] }, /^no: does not send the query parameter 'month'/],
    [{ subject: 'GET /invoices' }, /^unknown: whether it sends the query parameter 'month'/],
    [{ subject: 'nonsense' }, /^unknown: 'nonsense' is not an HTTP call$/],
  ];
  for (const [use, expected] of table) {
    const [answer] = await answers({ value: null, schema: api() }, single(use));
    test.match(said(answer), expected === 'yes' ? /^yes$/ : expected, JSON.stringify(use));
  }
});

t.test('a base that ends in the middle of the path is asked about', async (test) => {
  const schema = api((document) => {
    delete document.servers;
    document.paths = { '/v1/invoices': { get: { responses: { 200: json({}) } } } };
  });
  const use = { subject: 'GET /invoices', base: variable };
  const [answer] = await answers({ value: null, schema }, single(use));
  test.match(
    said(answer),
    /^unknown: GET \/invoices is GET \/v1\/invoices if \$\{BILLING_URL\} ends with .*--with prefix=/,
  );
});

t.test('of a document that was read from code, what was not read may be offered', async (test) => {
  const schema = api((document) => {
    document['x-realm'] = {
      kind: 'openapi',
      from: 'code',
      unread: ['app.ts: its path is only known at run time'],
    };
  });
  const [answer] = await answers({ value: null, schema }, single({ subject: 'GET /customers' }));
  test.match(said(answer), /^unknown: app\.ts: its path is only known at run time, so it may be offered/);
});

t.test('a change breaks the uses that it takes away, and no others', async (test) => {
  const reading = (reads: string[], more: JsonObject = {}): UseOf => {
    return { subject: get, reads, whole: ['response', 'body', 'query'], ...more };
  };
  const without = (name: string) => (document: Shape) => {
    delete document.components.schemas.Invoice.properties[name];
  };
  const table: [string, (document: Shape) => void, UseOf, RegExp | 'yes'][] = [
    ['a property that it reads', without('total'), reading(['total']), /^no: reads 'total'/],
    ['a property that it does not read', without('outdated'), reading(['total']), 'yes'],
    [
      'a property, and what it reads besides is not known',
      without('outdated'),
      reading(['total'], { whole: [] }),
      /^unknown: what it uses besides/,
    ],
    [
      'a type',
      (d) => (d.components.schemas.Invoice.properties.total.type = 'string'),
      reading(['total']),
      /^no: uses GET \/invoices\/\{id\} → 200 → total/,
    ],
    [
      'a type below what it reads',
      (d) => (d.components.schemas.Line.properties.sku.type = 'number'),
      reading(['lines']),
      /^no: uses .*lines\[\]\.sku/,
    ],
    [
      'a type beside what it reads',
      (d) => (d.components.schemas.Line.properties.sku.type = 'number'),
      reading(['lines.*.price']),
      'yes',
    ],
    ['another operation', (d) => delete d.paths['/invoices'], reading(['total']), 'yes'],
    ['its operation', (d) => delete d.paths['/invoices/{id}'], reading(['total']), /^no: calls/],
    [
      'a new required query parameter',
      (d) =>
        d.paths['/invoices/{id}'].get.parameters.push({
          name: 'tenant',
          in: 'query',
          required: true,
          schema: {},
        }),
      reading(['total']),
      /^no: does not send the query parameter 'tenant'/,
    ],
    [
      'a new required header',
      (d) =>
        d.paths['/invoices/{id}'].get.parameters.push({
          name: 'x-tenant',
          in: 'header',
          required: true,
          schema: {},
        }),
      reading([]),
      /^unknown: /,
    ],
    ['nothing that a client sees', (d) => (d.info.title = 'bills'), reading(['total']), 'yes'],
  ];
  for (const [name, change, use, expected] of table) {
    const [answer] = await affected(
      { value: null, schema: api() },
      { value: null, schema: api(change) },
      single(use),
    );
    test.match(said(answer), expected === 'yes' ? /^yes$/ : expected, name);
  }
});

t.test('what inherits a schema with a discriminator may stand in its place', async (test) => {
  const inherited = (properties: JsonObject) => (document: Shape) => {
    const { schemas } = document.components;
    schemas.Invoice.discriminator = { propertyName: 'kind' };
    schemas.Reminder = { allOf: [{ $ref: '#/components/schemas/Invoice' }, { type: 'object', properties }] };
    schemas.Last = { allOf: [{ $ref: '#/components/schemas/Reminder' }, { properties: { court: {} } }] };
  };
  const old = {
    value: null,
    schema: api(inherited({ level: { type: 'integer' }, fee: { type: 'number' } })),
  };
  const now = { value: null, schema: api(inherited({ fee: { type: 'string' } })) };
  const reading = (name: string): UseOf => ({
    subject: get,
    reads: [name],
    whole: ['response', 'body', 'query'],
  });
  for (const [name, before, change] of [
    ['level', 'yes', /^no: /],
    ['fee', 'yes', /^no: uses components\/schemas\/Reminder → fee/],
    ['court', 'yes', /^yes$/],
    ['total', 'yes', /^yes$/],
    ['nothing', 'no', /^yes$/],
  ] as const) {
    const [cover] = await answers(old, single(reading(name)));
    test.equal(cover?.answer, before, name);
    const [answer] = await affected(old, now, single(reading(name)));
    test.match(said(answer), change, name);
  }
});

t.test('what was missing before is not the doing of a change', async (test) => {
  const [answer] = await affected(
    { value: null, schema: api() },
    { value: null, schema: api((document) => (document.info.title = 'bills')) },
    single({ subject: 'GET /customers', reads: ['name'] }),
  );
  test.equal(said(answer), 'yes');
});

t.test('more uses and operations than can be compared end, and are unknown', async (test) => {
  const schema = api((document) => {
    for (let n = 0; n < 600; n++) document.paths[`/p${n}`] = { get: { responses: { 200: json({}) } } };
  });
  const offer = await offerOf(schema);
  if ('why' in offer) throw new Error(offer.why);
  const { length } = offer.operations;
  test.ok(offer.steps.left < 10_000_000, 'for all of them together');
  offer.steps.left = 3 * length;
  const answerTo = (n: number) => {
    const call = callOf({ subject: `GET /p${n}` });
    return call && answerOf(call, offer);
  };
  for (const n of [0, 1, 2]) test.equal(said(answerTo(n)), 'yes');
  test.match(said(answerTo(3)), /^unknown: there are too many operations/);
});

t.test('a call that may be of any operation is not said to go on', async (test) => {
  const [answer] = await affected(
    { value: null, schema: api() },
    { value: null, schema: api((document) => delete document.paths['/invoices/latest']) },
    single({ subject: 'GET /{*}', whole: ['response', 'body', 'query'] }),
  );
  test.match(said(answer), /^unknown: whether GET \/\{\*\} is GET /);
});

t.test('what is missing does not hide that more could not be read', async (test) => {
  const parts = [
    { pointer: '/uses/0', value: { subject: 'GET /customers' }, path: 'a.ts', line: 3, how: 'fetch(…)' },
  ];
  const unresolved = [
    { path: 'a.ts', line: 9, what: 'fetch(…)', why: 'the address is only known at run time' },
  ];
  const extraction = { value: {}, schema: {}, parts, unresolved };
  const cover = await coverUses(
    answers,
    { value: null, schema: api() },
    { extraction, looked: 1, unread: null },
  );
  test.match(cover, { answer: 'no', more: 'a.ts:9: fetch(…): the address is only known at run time' });
});
