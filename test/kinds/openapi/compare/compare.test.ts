import t from 'tap';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';
import {
  compareDescriptions,
  compareOpenapi,
  isOpenapi,
} from '../../../../lib/kinds/openapi/compare/index.ts';

const user: JsonObject = {
  type: 'object',
  required: ['id', 'name'],
  properties: {
    id: { type: 'integer', readOnly: true },
    name: { type: 'string' },
    role: { type: 'string', enum: ['admin', 'user'] },
    password: { type: 'string', writeOnly: true },
    manager: { $ref: '#/components/schemas/User' },
  },
};

/** A document with one resource, made anew for each test so that it can be edited in place. */
function document(edit: (parts: Parts) => void = () => {}, version = '3.0.3'): JsonObject {
  const parts: Parts = {
    user: structuredClone(user),
    list: { responses: { '200': { description: 'ok', content: json({ type: 'array', items: ref }) } } },
    create: {
      requestBody: { required: true, content: json(ref) },
      responses: {
        '201': {
          description: 'ok',
          content: json(ref),
          headers: { Location: { required: true, schema: { type: 'string' } } },
        },
        '400': { description: 'bad' },
      },
      security: [{ token: ['write'] }],
    },
    read: {
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'fields', in: 'query', schema: { type: 'string' } },
      ],
      responses: { '200': { description: 'ok', content: json(ref) }, default: { description: 'else' } },
    },
    root: {},
  };
  edit(parts);
  return {
    openapi: version,
    info: { title: 'users', version: '1' },
    paths: { '/users': { get: parts.list, post: parts.create }, '/users/{id}': { get: parts.read } },
    components: {
      schemas: { User: parts.user },
      securitySchemes: {
        token: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/t', scopes: { write: '' } } } },
      },
    },
    ...parts.root,
  };
}
// biome-ignore lint/suspicious/noExplicitAny: edited freely by the cases
type Parts = Record<'user' | 'list' | 'create' | 'read' | 'root', any>;
const ref: JsonObject = { $ref: '#/components/schemas/User' };
const json = (schema: JsonValue): JsonObject => ({ 'application/json': { schema } });

type Case = [
  name: string,
  verdict: string,
  edit: (parts: Parts) => void,
  more?: object,
  prepare?: (parts: Parts) => void,
];

const cases: Case[] = [
  ['nothing', 'equal', () => {}],
  [
    'words only',
    'equal',
    (p) => {
      p.list.summary = 'All';
      p.user.description = 'x';
      p.list.deprecated = true;
    },
  ],
  [
    'a new operation',
    'compatible',
    (p) => {
      p.root = { paths: { ...(document().paths as JsonObject), '/more': { get: {} } } };
    },
  ],
  [
    'a path that is gone',
    'breaking',
    (p) => {
      p.root = { paths: {} };
    },
    { witness: '/users', keyword: 'paths', pointer: '/paths' },
  ],
  [
    'an operation that is gone',
    'breaking',
    (p) => {
      p.root = { paths: { '/users': { get: p.list }, '/users/{id}': { get: p.read } } };
    },
    { witness: 'POST /users' },
  ],
  [
    'a placeholder by another name',
    'equal',
    (p) => {
      p.read.parameters[0].name = 'user';
      p.root = { paths: { '/users': { get: p.list, post: p.create }, '/users/{user}': { get: p.read } } };
    },
  ],

  [
    'a new optional parameter',
    'compatible',
    (p) => {
      p.list.parameters = [{ name: 'limit', in: 'query', schema: { type: 'integer' } }];
    },
  ],
  [
    'a new required parameter',
    'breaking',
    (p) => {
      p.list.parameters = [{ name: 'limit', in: 'query', required: true, schema: { type: 'integer' } }];
    },
    { keyword: 'required', pointer: '/paths/~1users/get/parameters/0' },
  ],
  [
    'a parameter that is gone',
    'breaking',
    (p) => {
      p.read.parameters.pop();
    },
    { witness: 'fields' },
  ],
  [
    'a parameter that becomes required',
    'breaking',
    (p) => {
      p.read.parameters[1].required = true;
    },
    { keyword: 'required' },
  ],
  [
    'a narrower parameter',
    'breaking',
    (p) => {
      p.read.parameters[1].schema.maxLength = 3;
    },
    { keyword: 'maxLength', pointer: '/paths/~1users~1{id}/get/parameters/1/schema/maxLength' },
  ],
  [
    'a wider parameter',
    'compatible',
    (p) => {
      p.read.parameters[0].schema.type = 'number';
    },
  ],
  [
    'a parameter that takes any text',
    'equal',
    (p) => {
      p.read.parameters[0].schema.type = 'string';
    },
  ],
  [
    'a header name in other letters',
    'equal',
    (p) => {
      p.list.parameters = [{ name: 'x-page', in: 'header', schema: { type: 'string' } }];
    },
    {},
    (p) => {
      p.list.parameters = [{ name: 'X-Page', in: 'header', schema: { type: 'string' } }];
    },
  ],
  [
    'an array written in another way',
    'breaking',
    (p) => {
      p.list.parameters = [
        { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'string' } } },
      ];
    },
    { keyword: 'explode' },
    (p) => {
      p.list.parameters = [
        { name: 'ids', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
      ];
    },
  ],

  [
    'a new optional property',
    'compatible',
    (p) => {
      p.user.properties.mail = { type: 'string' };
    },
  ],
  [
    'a new required property',
    'breaking',
    (p) => {
      p.user.properties.mail = { type: 'string' };
      p.user.required.push('mail');
    },
    { keyword: 'required' },
  ],
  [
    'a new required property that only responses carry',
    'compatible',
    (p) => {
      p.user.properties.at = { type: 'string', readOnly: true };
      p.user.required.push('at');
    },
  ],
  [
    'a property that is required no more',
    'breaking',
    (p) => {
      p.user.required = ['id'];
    },
    { keyword: 'required' },
  ],
  [
    'a required property of requests only, required no more',
    'compatible',
    (p) => {
      p.user.required = ['id', 'name'];
    },
    {},
    (p) => {
      p.user.required = ['id', 'name', 'password'];
    },
  ],
  [
    'a new enum value',
    'breaking',
    (p) => {
      p.user.properties.role.enum.push('guest');
    },
    { keyword: 'enum' },
  ],
  [
    'an enum value less',
    'breaking',
    (p) => {
      p.user.properties.role.enum.pop();
    },
    { keyword: 'enum' },
  ],
  [
    'a property that becomes read-only',
    'breaking',
    (p) => {
      p.user.properties.role.readOnly = true;
    },
  ],
  [
    'a property that becomes nullable',
    'breaking',
    (p) => {
      p.user.properties.name.nullable = true;
    },
    { keyword: 'type' },
  ],
  [
    'a nested change',
    'breaking',
    (p) => {
      p.user.properties.manager = { type: 'string' };
    },
  ],
  [
    'int32 to int64 in a response',
    'breaking',
    (p) => {
      p.user.properties.id.format = 'int64';
    },
    {},
    (p) => {
      p.user.properties.id.format = 'int32';
    },
  ],

  [
    'a body that becomes optional',
    'compatible',
    (p) => {
      delete p.create.requestBody.required;
    },
  ],
  [
    'a body that becomes required',
    'breaking',
    (p) => {
      p.create.requestBody.required = true;
    },
    { keyword: 'required' },
    (p) => {
      delete p.create.requestBody.required;
    },
  ],
  [
    'a second media type',
    'compatible',
    (p) => {
      p.create.requestBody.content['application/xml'] = { schema: ref };
    },
  ],
  [
    'another media type',
    'breaking',
    (p) => {
      p.create.requestBody.content = { 'application/xml': { schema: ref } };
    },
    { witness: 'application/json', keyword: 'content' },
  ],
  [
    'a media type with a parameter',
    'equal',
    (p) => {
      p.create.requestBody.content = { 'application/json; charset=utf-8': { schema: ref } };
    },
  ],
  [
    'a range of media types',
    'compatible',
    (p) => {
      p.create.requestBody.content = { '*/*': { schema: ref } };
    },
  ],

  [
    'another success',
    'breaking',
    (p) => {
      p.list.responses = { '206': p.list.responses['200'] };
    },
    { witness: '200', keyword: 'responses' },
  ],
  [
    'one more success',
    'breaking',
    (p) => {
      p.list.responses['202'] = { description: 'later' };
    },
    { witness: '202' },
  ],
  [
    'one more error',
    'compatible',
    (p) => {
      p.list.responses['429'] = { description: 'slow down' };
    },
  ],
  [
    'an error less',
    'compatible',
    (p) => {
      delete p.create.responses['400'];
    },
  ],
  [
    'a success within a default',
    'compatible',
    (p) => {
      p.read.responses['200'].content['text/csv'] = {};
    },
  ],
  [
    'a response without its content',
    'breaking',
    (p) => {
      delete p.list.responses['200'].content;
    },
    { keyword: 'content' },
  ],
  [
    'a header that is gone',
    'breaking',
    (p) => {
      delete p.create.responses['201'].headers;
    },
    { witness: 'Location' },
  ],

  [
    'a scope more',
    'breaking',
    (p) => {
      p.create.security = [{ token: ['write', 'admin'] }];
    },
    { keyword: 'security', witness: 'token' },
  ],
  [
    'another way in',
    'compatible',
    (p) => {
      p.create.security.push({});
    },
  ],
  [
    'a login where there was none',
    'breaking',
    (p) => {
      p.list.security = [{ token: [] }];
    },
    { witness: 'no credentials' },
  ],
  [
    'another scheme of the same name',
    'breaking',
    (p) => {
      p.root = {
        components: {
          schemas: { User: user },
          securitySchemes: { token: { type: 'http', scheme: 'basic' } },
        },
      };
    },
    { keyword: 'security' },
  ],
  [
    'another server',
    'breaking',
    (p) => {
      p.root.servers = [{ url: '/v2' }];
    },
    { witness: '/v1', keyword: 'servers' },
    (p) => {
      p.root.servers = [{ url: '/v1/' }];
    },
  ],
  [
    'one more server',
    'compatible',
    (p) => {
      p.root.servers = [{ url: '/v1' }, { url: '/v2' }];
    },
    {},
    (p) => {
      p.root.servers = [{ url: '/v1/' }];
    },
  ],

  [
    'a reference out of the document',
    'unknown',
    (p) => {
      p.create.requestBody.content = json({ $ref: 'user.yaml#/User' });
    },
    { reason: /points outside/ },
  ],
  [
    'a reference that leads nowhere',
    'unknown',
    (p) => {
      p.list.responses['200'].content = json({ $ref: '#/components/schemas/Users' });
    },
    { reason: /does not resolve/ },
  ],
];

for (const [name, verdict, edit, more = {}, prepare = () => {}] of cases) {
  t.test(name, async (t) => {
    const comparison = compareOpenapi(
      document(prepare),
      document((p) => {
        prepare(p);
        edit(p);
      }),
    );
    t.match(comparison.verdict, { verdict, ...more }, JSON.stringify(comparison));
    t.equal(
      comparison.changes.some((change) => change.breaking),
      verdict === 'breaking' || verdict === 'unknown',
    );
  });
}

t.test('3.0 and 3.1 say the same in their own ways', async (t) => {
  const older = document((p) => {
    p.user.properties.name.nullable = true;
    p.user.properties.age = { type: 'integer', minimum: 0, exclusiveMinimum: true };
  });
  const newer = document((p) => {
    p.user.properties.name.type = ['string', 'null'];
    p.user.properties.age = { type: 'integer', exclusiveMinimum: 0 };
  }, '3.1.0');
  t.equal(compareOpenapi(older, newer).verdict.verdict, 'equal');
  t.equal(compareOpenapi(newer, older).verdict.verdict, 'equal');
});

t.test('composition: parts that share a property are not closed against each other', async (t) => {
  const compose = (more: JsonObject) => (p: Parts) => {
    p.user = {
      allOf: [
        { type: 'object', properties: { a: { type: 'object', properties: { x: { type: 'string' } } } } },
        {
          type: 'object',
          required: ['z'],
          properties: { a: { type: 'object', properties: { y: { type: 'string' } } }, ...more },
        },
      ],
    };
  };
  const verdict = (a: JsonObject, b: JsonObject): string =>
    compareOpenapi(document(compose(a)), document(compose(b))).verdict.verdict;
  t.equal(
    verdict({ b: { type: 'string' } }, { b: { type: 'integer' } }),
    'breaking',
    'never hidden by a contradiction',
  );
  t.equal(verdict({ b: { type: 'string' } }, { b: { type: 'string' } }), 'equal');
  const choice = (second: JsonObject) => (p: Parts) => {
    p.user = {
      oneOf: [
        { type: 'object', required: ['k'], properties: { k: { enum: ['a'] } } },
        { type: 'object', required: ['k', 'v'], properties: { k: { enum: ['b'] }, v: second } },
      ],
    };
  };
  const between = (a: JsonObject, b: JsonObject): string =>
    compareOpenapi(document(choice(a)), document(choice(b))).verdict.verdict;
  t.equal(between({ type: 'string' }, { type: 'integer' }), 'breaking');
  const base = (more: JsonObject) => (p: Parts) => {
    p.user = {
      allOf: [
        { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
        { type: 'object', properties: { name: { type: 'string' }, ...more } },
      ],
    };
  };
  t.equal(
    compareOpenapi(document(base({})), document(base({ mail: { type: 'string' } }))).verdict.verdict,
    'compatible',
  );
});

t.test('a choice between objects that nothing tells apart', async (t) => {
  const pets =
    (cat: JsonObject, dog: JsonObject = {}) =>
    (p: Parts) => {
      p.user = {
        oneOf: [
          { type: 'object', properties: { name: { type: 'string' }, ...cat } },
          { type: 'object', properties: { name: { type: 'string' }, ...dog } },
        ],
      };
    };
  const between = (a: JsonObject, b: JsonObject): string =>
    compareOpenapi(document(pets(a)), document(pets(b))).verdict.verdict;
  t.equal(between({ meow: { type: 'string' } }, { meow: { type: 'integer' } }), 'breaking');
  t.equal(
    between({ meow: { type: 'string' } }, { meow: { type: 'string' }, tail: { type: 'integer' } }),
    'compatible',
  );
  const numbers = (more: JsonObject[]) => (p: Parts) => {
    p.user.properties.id = { oneOf: [{ type: 'integer' }, ...more] };
  };
  t.equal(
    compareOpenapi(document(numbers([])), document(numbers([{ type: 'number' }]))).verdict.verdict,
    'breaking',
    'exactly one is meant too: 5 would match both',
  );
});

t.test('webhooks go the other way', async (t) => {
  const hook = (schema: JsonObject): JsonObject =>
    document((p) => {
      p.root.webhooks = { made: { post: { requestBody: { content: json(schema) }, responses: {} } } };
    }, '3.1.0');
  const narrow = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
  const two = {
    type: 'object',
    required: ['a', 'b'],
    properties: { a: { type: 'string' }, b: { type: 'string' } },
  };
  t.equal(compareOpenapi(hook(narrow), hook(two)).verdict.verdict, 'compatible', 'it is sent more');
  t.equal(compareOpenapi(hook(two), hook(narrow)).verdict.verdict, 'breaking', 'it is sent less');
  t.match(
    compareOpenapi(
      hook(narrow),
      document(() => {}, '3.1.0'),
    ).verdict,
    { verdict: 'breaking', keyword: 'webhooks' },
  );
});

t.test('what is no document', async (t) => {
  const fine = document();
  t.match(compareOpenapi({ swagger: '2.0' }, fine).verdict, { verdict: 'unknown', reason: /Swagger 2.0/ });
  t.match(compareOpenapi(fine, { openapi: '4.0.0' }).verdict, { verdict: 'unknown' });
  t.match(compareOpenapi(fine, []).verdict, { verdict: 'unknown' });
  const circle = document((p) => {
    p.root.components = { schemas: { User: { $ref: '#/components/schemas/User' } } };
  });
  t.not(compareOpenapi(fine, circle).verdict.verdict, 'compatible');
  const parameters = document((p) => {
    p.list.parameters = [{ $ref: '#/components/parameters/A' }];
    p.root.components = { schemas: { User: user }, parameters: { A: { $ref: '#/components/parameters/A' } } };
  });
  t.match(compareOpenapi(fine, parameters).verdict, { verdict: 'unknown', reason: /cycle/ });
  const deep = document((p) => {
    p.user.properties.x = JSON.parse(`${'{"items":'.repeat(10_000)}{}${'}'.repeat(10_000)}`);
  });
  t.match(compareOpenapi(fine, deep).verdict, { verdict: 'unknown', reason: /deeper/ });
  const proto = JSON.parse(JSON.stringify(fine).replace('"password"', '"__proto__"'));
  t.equal(compareOpenapi(proto, proto).verdict.verdict, 'equal');
  t.equal(isOpenapi({ openapi: '3.1.0' }) && !isOpenapi({ type: 'object' }), true);
});

t.test('what a part of allOf declared is promised as well, and may move', async (t) => {
  const text = { type: 'string' };
  const compose =
    (parts: JsonValue[], own: JsonObject = {}) =>
    (p: Parts) => {
      p.list = {
        responses: {
          '200': {
            description: 'all',
            content: json({ type: 'object', properties: own, ...(parts.length > 0 ? { allOf: parts } : {}) }),
          },
        },
      };
      p.root = { info: { title: 'x', version: '1' } };
    };
  const part = (name: string): JsonValue => ({ type: 'object', properties: { [name]: text } });
  const compare = (old: (p: Parts) => void, now: (p: Parts) => void) => {
    const { verdict, changes } = compareOpenapi(document(old), document(now));
    const level = ({ level = '' }) => level === 'breaking' || level === 'unknown';
    return [verdict.verdict, ...changes.filter(level).map(({ rule, where }) => `${rule} ${where}`)];
  };
  const gone = ['breaking', 'openapi/response-property-removed GET /users → 200 → b'];
  const both = compose([part('a'), part('b')]);
  t.same(compare(both, compose([part('a')])), gone, 'the part is gone');
  t.same(compare(both, compose([part('a'), part('c')])), gone, 'another one stands in its place');
  t.match(compare(both, compose([part('a')], { b: text })).join(), /^(compatible|equal)$/, 'it moved out');
  t.match(compare(compose([part('a')], { b: text }), both).join(), /^(compatible|equal)$/, 'it moved in');
  t.match(
    compare(both, compose([part('a')], { b: { type: 'integer' } })).join(),
    /^breaking,.*openapi\/response-type-changed GET \/users → 200 → b/,
    'it moved and is another one',
  );
});

t.test('Swagger 2.0 is compared as what it says, with its own places', async (t) => {
  const swagger = (edit: (parts: Parts) => void = () => {}): JsonObject => {
    const parts: Parts = {
      user: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
      list: {
        parameters: [{ $ref: '#/parameters/tags' }],
        responses: { 200: { description: 'ok', schema: { $ref: '#/definitions/User' } } },
      },
      create: {
        parameters: [{ $ref: '#/parameters/user' }],
        responses: { 204: { description: 'ok' } },
      },
      read: {},
      root: {},
    };
    edit(parts);
    return {
      ...{ swagger: '2.0', info: { title: 'users', version: '1' }, host: 'x.org', basePath: '/v1' },
      ...{ schemes: ['https'], consumes: ['application/json'], produces: ['application/json'] },
      paths: { '/users': { get: parts.list, post: parts.create } },
      parameters: {
        tags: { name: 'tags', in: 'query', type: 'array', items: { type: 'string' } },
        user: { name: 'user', in: 'body', required: true, schema: { $ref: '#/definitions/User' } },
      },
      definitions: { User: parts.user },
      ...parts.root,
    };
  };
  const old = swagger();
  const verdictOf = async (now: JsonObject) => (await compareDescriptions(old, now)).verdict;
  t.equal((await verdictOf(swagger())).verdict, 'equal');
  const narrowed = swagger((p) => {
    p.user.properties.id = { type: 'string', maxLength: 5 };
  });
  const { verdict, changes } = await compareDescriptions(old, narrowed);
  t.match(verdict, { verdict: 'breaking' });
  t.match(changes[0], {
    where: 'POST /users → request body → id',
    pointer: '/definitions/User/properties/id/maxLength',
  });
  const numbered = swagger((p) => {
    p.list.responses[200].schema = { type: 'integer' };
  });
  t.match(await verdictOf(numbered), { pointer: /^\/paths\/~1users\/get\/responses\/200\/schema/ });
  t.match(
    await verdictOf(
      swagger((p) => {
        p.list.parameters = [
          { name: 'tags', in: 'query', type: 'array', items: { type: 'string' }, collectionFormat: 'multi' },
        ];
      }),
    ),
    { verdict: 'breaking', reason: /serialized/ },
    'csv is the default',
  );
  t.match(await verdictOf({ ...swagger(), basePath: '/v2' }), {
    verdict: 'breaking',
    witness: 'https://x.org/v1',
  });
  t.match(
    await verdictOf({
      ...swagger(),
      basePath: '/',
      paths: { '/v1/users': old.paths && (old.paths as JsonObject)['/users'] } as JsonObject,
    }),
    { verdict: 'compatible' },
  );
  const three: JsonObject = {
    ...{ openapi: '3.0.3', info: { title: 'users', version: '2' }, servers: [{ url: 'https://x.org/v1' }] },
    paths: {
      '/users': {
        get: {
          parameters: [
            {
              name: 'tags',
              in: 'query',
              explode: false,
              schema: { type: 'array', items: { type: 'string' } },
            },
          ],
          responses: { 200: { description: 'ok', content: json(ref) } },
        },
        post: {
          requestBody: { required: true, content: json(ref) },
          responses: { 204: { description: 'ok' } },
        },
      },
    },
    components: {
      schemas: { User: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } },
    },
  };
  t.equal((await verdictOf(three)).verdict, 'equal', 'the same in OpenAPI 3');
  t.equal((await verdictOf({ ...swagger(), swagger: 2 })).verdict, 'equal', 'a version without quotes');
  const bodies = (type: string): JsonObject => ({
    ...{ swagger: 2, info: { title: 'users', version: '1' }, definitions: {} },
    paths: {
      '/a': { post: { parameters: [{ name: 'a', in: 'body' }], responses: {} } },
      '/b': { get: { responses: { 200: { description: 'ok', schema: { type } } } } },
    },
  });
  t.match(
    (await compareDescriptions(bodies('string'), bodies('integer'))).verdict,
    { verdict: 'breaking' },
    'a body without a schema hides nothing of the rest',
  );
  t.match(
    await compareDescriptions({ swagger: '2.0', paths: [] }, old),
    { verdict: { verdict: String } },
    'never throws',
  );
  t.match((await compareDescriptions({ swagger: '1.2' }, old)).verdict, {
    verdict: 'unknown',
    reason: /Swagger 1.2/,
  });
  const unquoted = (openapi: number, type: string): JsonObject => ({
    ...{ openapi, info: { title: 'users', version: '1' } },
    paths: { '/a': { get: { responses: { 200: { description: 'ok', content: json({ type }) } } } } },
  });
  for (const version of [3, 3.1]) {
    const { verdict } = await compareDescriptions(unquoted(version, 'string'), unquoted(version, 'integer'));
    t.match(verdict, { verdict: 'breaking' }, `${version} without quotes`);
  }
});

t.test('what inherits a schema with a discriminator is compared where that one is used', async (test) => {
  const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    type: 'object',
    properties,
    ...more,
  });
  const base = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
  const pets = (cat: JsonObject, message: 'request' | 'response', more: JsonObject = {}): JsonObject => {
    const content = json({ type: 'array', items: base('Pet') });
    const operation: JsonObject =
      message === 'request'
        ? { requestBody: { content }, responses: { '204': { description: 'done' } } }
        : { responses: { '200': { description: 'ok', content } } };
    const pet = object(
      { kind: { type: 'string' } },
      { required: ['kind'], discriminator: { propertyName: 'kind' } },
    );
    return {
      openapi: '3.0.3',
      info: { title: 'pets', version: '1' },
      paths: { '/pets': { post: operation } },
      components: { schemas: { Pet: pet, Cat: { allOf: [base('Pet'), cat] }, ...more } },
    };
  };
  const cat = object({ name: { type: 'string' }, lives: { type: 'integer' } });
  const fewer = object({ lives: { type: 'integer' } });
  const more = object({ ...(cat.properties as JsonObject), age: { type: 'integer' } });
  const named = { ...cat, required: ['name'] };
  const lion = { Lion: { allOf: [base('Cat'), cat] } };
  const worse = { Lion: { allOf: [base('Cat'), fewer] } };
  for (const [name, old, now, verdict] of [
    ['nothing', pets(cat, 'response'), pets(cat, 'response'), 'equal'],
    ['a property of a response goes', pets(cat, 'response'), pets(fewer, 'response'), 'breaking'],
    ['one comes', pets(cat, 'response'), pets(more, 'response'), 'compatible'],
    ['one is required of a response', pets(cat, 'response'), pets(named, 'response'), 'compatible'],
    ['one is required of a request', pets(cat, 'request'), pets(named, 'request'), 'breaking'],
    ['a variant of a response comes', pets(cat, 'response'), pets(cat, 'response', lion), 'unknown'],
    ['a variant of a request comes', pets(cat, 'request'), pets(cat, 'request', lion), 'equal'],
    ['a variant of a request goes', pets(cat, 'request', lion), pets(cat, 'request'), 'unknown'],
    ['an heir of an heir', pets(cat, 'response', lion), pets(cat, 'response', worse), 'breaking'],
  ] as const)
    test.equal((await compareDescriptions(old, now)).verdict.verdict, verdict, name);
});
