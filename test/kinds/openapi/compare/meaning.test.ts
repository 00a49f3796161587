import t from 'tap';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';
import { compareOpenapi } from '../../../../lib/kinds/openapi/compare/index.ts';

const ok: JsonObject = { '200': { description: 'fine' } };
const document = (paths: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ openapi: '3.1.0', info: { title: 'example', version: '1' }, paths },
  ...more,
});
const query = (schema: JsonValue, more: JsonObject = {}): JsonObject =>
  document({ '/a': { get: { parameters: [{ name: 'q', in: 'query', schema, ...more }], responses: ok } } });
const body = (schema: JsonValue, media = 'application/json', components: JsonObject = {}): JsonObject =>
  document(
    { '/a': { post: { requestBody: { required: true, content: { [media]: { schema } } }, responses: ok } } },
    { components: { schemas: components } },
  );
const answer = (schema: JsonValue, media = 'application/json', components: JsonObject = {}): JsonObject =>
  document(
    { '/a': { get: { responses: { '200': { description: 'fine', content: { [media]: { schema } } } } } } },
    { components: { schemas: components } },
  );
const servers = (list: JsonValue, path = '/a'): JsonObject =>
  document({ [path]: { get: { responses: ok } } }, { servers: list });
const secured = (name: string, scheme: JsonObject): JsonObject =>
  document(
    { '/a': { get: { responses: ok, security: [{ [name]: [] }] } } },
    { components: { securitySchemes: { [name]: scheme } } },
  );

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'object', properties },
  ...more,
});
const text = { type: 'string' };
const cat = object({ kind: text, lives: { type: 'integer' } });
const dog = object({ kind: text, bark: text });
const pets = { Cat: cat, Dog: dog };
const refs = (...names: string[]): JsonValue[] =>
  names.map((name) => ({ $ref: `#/components/schemas/${name}` }));
const pet = (names: string[], mapping?: JsonObject, propertyName = 'kind'): JsonObject => ({
  oneOf: refs(...names),
  discriminator: { propertyName, ...(mapping ? { mapping } : {}) },
});
const toCat = '#/components/schemas/Cat';
const toDog = '#/components/schemas/Dog';
const key = { type: 'apiKey', in: 'header', name: 'X-Key' };
const wide = (value: string): JsonObject => ({ default: value, enum: ['eu', 'us'] });

const cases: [what: string, old: JsonObject, now: JsonObject, verdict: string, more?: object][] = [
  ['a variant that clients send', body({ oneOf: [cat, dog] }), body({ oneOf: [cat] }), 'breaking'],
  ['the same of anyOf', body({ anyOf: [cat, dog] }), body({ anyOf: [dog] }), 'breaking'],
  ['a property that clients send', body(object({ a: text, b: text })), body(object({ a: text })), 'breaking'],
  [
    'a property of a nested object',
    body(object({ a: object({ b: text, c: text }) })),
    body(object({ a: object({ b: text }) })),
    'breaking',
    { witness: 'c' },
  ],

  [
    'default: changed',
    query({ type: 'integer', default: 10 }),
    query({ type: 'integer', default: 20 }),
    'unknown',
  ],
  ['default: gone', query({ type: 'integer', default: 10 }), query({ type: 'integer' }), 'unknown'],
  ['default: added', query({ type: 'integer' }), query({ type: 'integer', default: 10 }), 'equal'],
  ['default: of a text', query({ ...text, default: 'a' }), query({ ...text, default: 'b' }), 'unknown'],
  [
    'default: of a number that becomes text',
    query({ type: 'integer', default: 1 }),
    query({ ...text, default: '2' }),
    'unknown',
  ],
  [
    'default: the same as text',
    query({ type: 'integer', default: 1 }),
    query({ ...text, default: '1' }),
    'equal',
  ],
  [
    'default: in a body',
    body(object({ n: { type: 'integer', default: 1 } })),
    body(object({ n: { type: 'integer', default: 2 } })),
    'unknown',
  ],
  ['an example is no default', query({ ...text, example: 'a' }), query({ ...text, example: 'b' }), 'equal'],

  [
    'encoding of a string',
    answer({ ...text, contentEncoding: 'base64' }),
    answer({ ...text, contentEncoding: 'base16' }),
    'breaking',
  ],
  [
    'media type of a string',
    body({ ...text, contentMediaType: 'image/png' }),
    body({ ...text, contentMediaType: 'image/gif' }),
    'breaking',
  ],

  [
    'discriminator: another property',
    answer(pet(['Cat', 'Dog']), undefined, pets),
    answer(pet(['Cat', 'Dog'], undefined, 'sort'), undefined, pets),
    'breaking',
    { witness: 'kind' },
  ],
  [
    'discriminator: a value that clients send',
    body(pet(['Cat', 'Dog'], { cat: toCat, dog: toDog }), undefined, pets),
    body(pet(['Cat', 'Dog'], { feline: toCat, dog: toDog }), undefined, pets),
    'breaking',
    { witness: { kind: 'cat' } },
  ],
  [
    'discriminator: a value that clients do not know',
    answer(pet(['Cat', 'Dog'], { cat: toCat, dog: toDog }), undefined, pets),
    answer(pet(['Cat', 'Dog'], { feline: toCat, dog: toDog }), undefined, pets),
    'breaking',
    { witness: { kind: 'feline' } },
  ],
  [
    'discriminator: one value more for what clients send',
    body(pet(['Cat', 'Dog'], { cat: toCat, dog: toDog }), undefined, pets),
    body(pet(['Cat', 'Dog'], { cat: toCat, feline: toCat, dog: toDog }), undefined, pets),
    'compatible',
  ],
  [
    'discriminator: what was implied is written',
    body(pet(['Cat', 'Dog']), undefined, pets),
    body(pet(['Cat', 'Dog'], { Cat: toCat, Dog: toDog }), undefined, pets),
    'compatible',
  ],
  [
    'discriminator: two values swapped',
    body(pet(['Cat', 'Dog'], { a: toCat, b: toDog }), undefined, pets),
    body(pet(['Cat', 'Dog'], { a: toDog, b: toCat }), undefined, pets),
    'unknown',
  ],
  ...(['response', 'request'] as const).map((message): (typeof cases)[number] => {
    const carried = (names: string[], to: string, parts: JsonObject): JsonObject => {
      const schema = pet(names, { cat: to, dog: toDog });
      return message === 'request' ? body(schema, undefined, parts) : answer(schema, undefined, parts);
    };
    return [
      `discriminator: a variant of a ${message} with another name`,
      carried(['Cat', 'Dog'], toCat, pets),
      carried(['Feline', 'Dog'], '#/components/schemas/Feline', { Feline: cat, Dog: dog }),
      'compatible',
    ];
  }),
  [
    'discriminator: another variant under the same value',
    body(pet(['Cat', 'Dog'], { cat: toCat, dog: toDog }), undefined, pets),
    body(pet(['Feline', 'Dog'], { cat: '#/components/schemas/Feline', dog: toDog }), undefined, {
      ...{ Feline: object({ kind: text, lives: { type: 'string' } }), Dog: dog },
    }),
    'breaking',
  ],

  [
    'form: text to file',
    body(object({ f: text }), 'multipart/form-data'),
    body(object({ f: { ...text, format: 'binary' } }), 'multipart/form-data'),
    'breaking',
  ],
  [
    'form: text to JSON',
    body(object({ f: { type: 'integer' } }), 'multipart/form-data'),
    body(object({ f: { anyOf: [{ type: 'integer' }, object({})] } }), 'multipart/form-data'),
    'compatible',
  ],
  [
    'JSON: binary is a word',
    body(object({ f: text })),
    body(object({ f: { ...text, format: 'binary' } })),
    'compatible',
  ],

  [
    'XML: an element renamed',
    answer({ ...text, xml: { name: 'a' } }, 'application/xml'),
    answer({ ...text, xml: { name: 'b' } }, 'application/xml'),
    'unknown',
  ],
  [
    'XML: in JSON it decides nothing',
    answer({ ...text, xml: { name: 'a' } }),
    answer({ ...text, xml: { name: 'b' } }),
    'equal',
  ],

  ['wire: text to a list', query(text), query({ type: 'array', items: text }), 'compatible'],
  [
    'wire: text to a list in one value',
    query(text),
    query({ type: 'array', items: text }, { explode: false }),
    'breaking',
  ],
  [
    'wire: text to a list of two',
    query(text),
    query({ type: 'array', items: text, minItems: 2 }),
    'breaking',
  ],
  ['wire: a list to text', query({ type: 'array', items: text }), query(text), 'breaking'],
  [
    'wire: numbers to their texts',
    query({ type: 'integer', enum: [1, 2] }),
    query({ ...text, enum: ['1', '2', 'all'] }),
    'compatible',
  ],
  [
    'wire: numbers to some of their texts',
    query({ type: 'integer', enum: [1, 2] }),
    query({ ...text, enum: ['1'] }),
    'breaking',
  ],
  ['wire: texts of numbers', query({ ...text, enum: ['1', '20'] }), query({ type: 'integer' }), 'compatible'],
  [
    'wire: texts that are no numbers',
    query({ ...text, enum: ['1', '020'] }),
    query({ type: 'integer' }),
    'breaking',
  ],
  [
    'wire: integers to a pattern',
    query({ type: 'integer', minimum: 0 }),
    query({ ...text, pattern: '^[0-9]+$' }),
    'compatible',
  ],
  [
    'wire: negative integers to a pattern',
    query({ type: 'integer' }),
    query({ ...text, pattern: '^[0-9]+$' }),
    'breaking',
  ],
  [
    'wire: a body is no wire',
    body({ type: 'integer', enum: [1] }),
    body({ ...text, enum: ['1'] }),
    'breaking',
  ],

  [
    'server: the default of a variable',
    servers([{ url: 'https://{env}.x.org', variables: { env: { default: 'a' } } }]),
    servers([{ url: 'https://{env}.x.org', variables: { env: { default: 'b' } } }]),
    'breaking',
    { witness: 'https://a.x.org' },
  ],
  [
    'server: a variable replaced by its only value',
    servers([{ url: 'https://{env}.x.org', variables: { env: { default: 'a' } } }]),
    servers([{ url: 'https://a.x.org' }]),
    'equal',
  ],
  [
    'server: a value of a variable gone',
    servers([{ url: 'https://{r}.x.org', variables: { r: wide('eu') } }]),
    servers([{ url: 'https://{r}.x.org', variables: { r: { default: 'eu' } } }]),
    'breaking',
    { witness: 'https://us.x.org' },
  ],
  [
    'server: a prefix moved into the path',
    servers([{ url: 'https://x.org/v1' }], '/a'),
    servers([{ url: 'https://x.org' }], '/v1/a'),
    'compatible',
  ],
  [
    'server: a prefix moved out of the path',
    servers([{ url: 'https://x.org/' }], '/v1/a'),
    servers([{ url: 'https://x.org/v1' }], '/a'),
    'compatible',
  ],
  [
    'server: another prefix',
    servers([{ url: 'https://x.org/v1' }], '/a'),
    servers([{ url: 'https://x.org' }], '/v2/a'),
    'breaking',
  ],
  [
    'server: the prefix moved for one of two',
    servers([{ url: 'https://x.org/v1' }, { url: 'https://y.org/v1' }], '/a'),
    servers([{ url: 'https://x.org' }], '/v1/a'),
    'breaking',
  ],

  ['security: the scheme under another name', secured('key', key), secured('apiKey', key), 'compatible'],
  [
    'security: another scheme under that name',
    secured('key', key),
    secured('key', { ...key, name: 'X-Other' }),
    'breaking',
  ],

  [
    'security: one of two schemes that are described alike',
    document(
      { '/a': { get: { responses: ok, security: [{ a: [] }, { b: [] }] } } },
      { components: { securitySchemes: { a: key, b: key } } },
    ),
    document(
      { '/a': { get: { responses: ok, security: [{ a: [] }] } } },
      { components: { securitySchemes: { a: key, b: key } } },
    ),
    'breaking',
    { witness: 'b' },
  ],
  [
    'security: one more scheme that is described alike',
    document(
      { '/a': { get: { responses: ok, security: [{ a: [] }] } } },
      { components: { securitySchemes: { a: key, b: key } } },
    ),
    document(
      { '/a': { get: { responses: ok, security: [{ a: [], b: [] }] } } },
      { components: { securitySchemes: { a: key, b: key } } },
    ),
    'breaking',
  ],
  [
    'two paths of one shape',
    document({ '/u/{id}': { get: { responses: ok } }, '/u/{name}': { post: { responses: ok } } }),
    document({ '/u/{name}': { post: { responses: ok } } }),
    'breaking',
    { witness: '/u/{id}' },
  ],
  [
    'a placeholder renamed',
    document({ '/u/{id}': { get: { responses: ok } } }),
    document({ '/u/{name}': { get: { responses: ok } } }),
    'equal',
  ],
];

for (const [what, old, now, verdict, more = {}] of cases)
  t.test(what, async (t) => {
    const comparison = compareOpenapi(old, now);
    t.match(comparison.verdict, { verdict, ...more }, JSON.stringify(comparison));
  });

t.test('what one branch of a choice does not send, another one may', async (test) => {
  const body = (required: string[]): JsonValue => ({
    oneOf: [
      {
        type: 'object',
        required: ['b'],
        properties: { b: { type: 'object', properties: { b: { type: 'string' } }, required } },
      },
      {
        type: 'object',
        required: ['b', 'c'],
        properties: { b: { type: 'number', readOnly: true }, c: { type: 'string' } },
        additionalProperties: { type: 'string' },
      },
    ],
  });
  const document = (schema: JsonValue): JsonValue => ({
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    paths: {
      '/a': {
        post: {
          requestBody: { content: { 'application/json': { schema } } },
          responses: { default: { description: '' } },
        },
      },
    },
  });
  const { verdict } = compareOpenapi(document(body([])), document(body(['b'])));
  test.equal(verdict.verdict, 'breaking');
});
