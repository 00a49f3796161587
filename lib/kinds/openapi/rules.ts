import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const whys = {
  received: {
    breaking: 'A request that was fine may be refused now.',
    unknown: 'Whether every request that was fine still is cannot be told from the keyword alone.',
    compatible: 'Every request that was fine still is.',
    none: 'No request becomes right or wrong by it.',
  },
  sent: {
    breaking:
      'A client may be sent what it was never told of, or miss what it was promised: whatever a response declares counts as promised, required or not.',
    unknown: 'Whether clients can read every response cannot be told from the keyword alone.',
    compatible: 'Every response is one that clients were told of.',
    none: 'No response becomes right or wrong by it.',
  },
} as const satisfies Record<string, Record<ChangeLevel, string>>;

const document = (paths: JsonValue, more: JsonObject = {}): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'example', version: '1' },
  paths,
  ...more,
});
const content = (schema: JsonValue, type = 'application/json'): JsonObject => ({
  [type]: schema === null ? {} : { schema },
});
const ok: JsonObject = { '204': { description: 'done' } };
const operation = (get: JsonObject): JsonObject => document({ '/a': { get: { responses: ok, ...get } } });
const request = (schema: JsonValue): JsonObject =>
  document({ '/a': { post: { requestBody: { content: content(schema) }, responses: ok } } });
const response = (schema: JsonValue): JsonObject =>
  operation({ responses: { '200': { description: 'fine', content: content(schema) } } });
const parameter = (more: JsonObject): JsonObject => ({
  name: 'q',
  in: 'query',
  schema: { type: 'string' },
  ...more,
});
const body = (more: JsonObject): JsonObject =>
  document({
    '/a': { post: { requestBody: { content: content({ type: 'string' }), ...more }, responses: ok } },
  });
const header = (header: JsonValue): JsonObject =>
  operation({
    responses: { '204': { description: 'done', ...(header === null ? {} : { headers: { 'X-A': header } }) } },
  });
const statuses = (...all: string[]): JsonObject =>
  operation({ responses: Object.fromEntries(all.map((one) => [one, { description: one }])) });
const sends = (...types: string[]): JsonObject =>
  operation({
    responses: {
      '200': {
        description: 'fine',
        content: Object.assign({}, ...types.map((type) => content({ type: 'string' }, type))),
      },
    },
  });
const takes = (...types: string[]): JsonObject =>
  body({ content: Object.assign({}, ...types.map((type) => content({ type: 'string' }, type))) });
const schemes: JsonObject = {
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
};
const secured = (security: JsonValue): JsonObject =>
  document({ '/a': { get: { security, responses: ok } } }, schemes);
const event = (key: 'webhooks' | 'callbacks', name: string, properties: JsonObject | null): JsonObject => {
  const item: JsonObject = {
    post: {
      requestBody: { content: content({ type: 'object', properties: properties ?? {} }) },
      responses: ok,
    },
  };
  if (key === 'webhooks') return document({}, properties === null ? {} : { webhooks: { [name]: item } });
  return operation(properties === null ? {} : { callbacks: { [name]: { '{$request.query.url}': item } } });
};

function rule(
  id: string,
  level: ChangeLevel,
  why: string,
  object: string,
  old: JsonValue,
  now: JsonValue,
): Rule {
  return {
    id: `openapi/${id}`,
    level,
    why,
    example: { old, new: now },
    reference: `OpenAPI 3.1, ${object} Object`,
  };
}

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;
const path: JsonObject = { '/a': { get: { responses: ok } } };
const two: JsonObject = { '/a': { get: { responses: ok } }, '/b': { get: { responses: ok } } };
const both: JsonObject = { '/a': { get: { responses: ok }, delete: { responses: ok } } };
const form = (encoding: JsonValue): JsonObject =>
  body({ content: { 'multipart/form-data': { schema: { type: 'object' }, encoding } } });
const components = (schemas: JsonObject): JsonObject => document({}, { components: { schemas } });

/** What can change around the schemas. */
const operations: readonly Rule[] = [
  rule(
    'path-removed',
    B,
    'A client that calls it gets nothing any more.',
    'Paths',
    document(two),
    document(path),
  ),
  rule('path-added', C, 'No client calls it yet.', 'Paths', document(path), document(two)),
  rule(
    'operation-removed',
    B,
    'A client that calls it gets nothing any more.',
    'Path Item',
    document(both),
    document(path),
  ),
  rule('operation-added', C, 'No client calls it yet.', 'Path Item', document(path), document(both)),
  rule(
    'server-removed',
    B,
    'A client that was told of the address calls it.',
    'Server',
    document(path, { servers: [{ url: '/v1' }] }),
    document(path, { servers: [{ url: '/v2' }] }),
  ),
  rule(
    'server-added',
    N,
    'Clients go on with the addresses they have.',
    'Server',
    document(path, { servers: [{ url: '/v1' }] }),
    document(path, { servers: [{ url: '/v1' }, { url: '/v2' }] }),
  ),
  rule(
    'parameter-removed',
    B,
    'A client that sends it is not heard any more.',
    'Parameter',
    operation({ parameters: [parameter({})] }),
    operation({}),
  ),
  rule(
    'parameter-added',
    C,
    'It may be left out.',
    'Parameter',
    operation({}),
    operation({ parameters: [parameter({})] }),
  ),
  rule(
    'required-parameter-added',
    B,
    'No client sends it yet.',
    'Parameter',
    operation({}),
    operation({ parameters: [parameter({ required: true })] }),
  ),
  rule(
    'parameter-became-required',
    B,
    'A client that left it out is refused.',
    'Parameter',
    operation({ parameters: [parameter({})] }),
    operation({ parameters: [parameter({ required: true })] }),
  ),
  rule(
    'parameter-became-optional',
    C,
    'Clients may go on sending it.',
    'Parameter',
    operation({ parameters: [parameter({ required: true })] }),
    operation({ parameters: [parameter({})] }),
  ),
  rule(
    'parameter-style-changed',
    B,
    'The same value is written in another way in the URL or header.',
    'Parameter',
    operation({ parameters: [parameter({ schema: { type: 'array' } })] }),
    operation({ parameters: [parameter({ schema: { type: 'array' }, explode: false })] }),
  ),
  rule(
    'parameter-takes-any-text',
    N,
    'In a URL every number is text too.',
    'Parameter',
    operation({ parameters: [parameter({ schema: { type: 'integer' } })] }),
    operation({ parameters: [parameter({})] }),
  ),
  rule(
    'request-body-removed',
    B,
    'A client that sends one is not heard any more.',
    'Request Body',
    body({}),
    document({ '/a': { post: { responses: ok } } }),
  ),
  rule(
    'request-body-added',
    C,
    'It may be left out.',
    'Request Body',
    document({ '/a': { post: { responses: ok } } }),
    body({}),
  ),
  rule(
    'required-request-body-added',
    B,
    'No client sends one yet.',
    'Request Body',
    document({ '/a': { post: { responses: ok } } }),
    body({ required: true }),
  ),
  rule(
    'request-body-became-required',
    B,
    'A client that sent none is refused.',
    'Request Body',
    body({}),
    body({ required: true }),
  ),
  rule(
    'request-body-became-optional',
    C,
    'Clients may go on sending it.',
    'Request Body',
    body({ required: true }),
    body({}),
  ),
  rule(
    'request-media-type-removed',
    B,
    'A client that sends it is refused.',
    'Media Type',
    takes('application/json', 'text/csv'),
    takes('application/json'),
  ),
  rule(
    'request-media-type-added',
    C,
    'Clients may go on with what they send.',
    'Media Type',
    takes('application/json'),
    takes('application/json', 'text/csv'),
  ),
  rule(
    'request-encoding-changed',
    U,
    'How the parts of a form are written is nothing that schemas say.',
    'Encoding',
    form({ a: { contentType: 'text/plain' } }),
    form({ a: { contentType: 'text/csv' } }),
  ),
  rule(
    'response-removed',
    B,
    'A success that clients wait for is gone.',
    'Responses',
    statuses('200', '202'),
    statuses('202'),
  ),
  rule(
    'response-added',
    B,
    'A success that clients were never told of.',
    'Responses',
    statuses('200'),
    statuses('200', '202'),
  ),
  rule(
    'error-response-removed',
    N,
    'A client has to understand the class of any status (RFC 9110, section 15).',
    'Responses',
    statuses('200', '404'),
    statuses('200'),
  ),
  rule(
    'error-response-added',
    C,
    'A client has to understand the class of any status (RFC 9110, section 15).',
    'Responses',
    statuses('200'),
    statuses('200', '404'),
  ),
  rule(
    'response-status-merged',
    N,
    'The default, or the range of the status, describes it now.',
    'Responses',
    statuses('200', '404', 'default'),
    statuses('200', 'default'),
  ),
  rule(
    'response-status-split',
    N,
    'The default, or the range of the status, described it before.',
    'Responses',
    statuses('200', 'default'),
    statuses('200', '404', 'default'),
  ),
  rule(
    'response-media-type-removed',
    B,
    'A client that reads it gets something else.',
    'Media Type',
    sends('application/json', 'text/csv'),
    sends('application/json'),
  ),
  rule(
    'response-media-type-added',
    C,
    'A client gets what it asks for.',
    'Media Type',
    sends('application/json'),
    sends('application/json', 'text/csv'),
  ),
  rule(
    'response-header-removed',
    B,
    'Whatever a response declares counts as promised, required or not.',
    'Header',
    header({ schema: { type: 'string' } }),
    header(null),
  ),
  rule(
    'response-header-added',
    C,
    'Clients pass over headers that they do not know.',
    'Header',
    header(null),
    header({ schema: { type: 'string' } }),
  ),
  rule(
    'response-header-became-optional',
    B,
    'A client that relies on it may not get it.',
    'Header',
    header({ required: true, schema: { type: 'string' } }),
    header({ schema: { type: 'string' } }),
  ),
  rule(
    'response-header-became-required',
    C,
    'It was allowed before.',
    'Header',
    header({ schema: { type: 'string' } }),
    header({ required: true, schema: { type: 'string' } }),
  ),
  rule(
    'security-tightened',
    B,
    'What a client proves about itself is not enough any more.',
    'Security Requirement',
    secured([]),
    secured([{ key: [] }]),
  ),
  rule(
    'security-changed',
    C,
    'All ways to authenticate that were good enough still are.',
    'Security Requirement',
    secured([{ key: [] }]),
    secured([{ key: [] }, {}]),
  ),
  rule(
    'callback-removed',
    B,
    'Who waits for it is not called any more.',
    'Callback',
    event('callbacks', 'done', {}),
    event('callbacks', 'done', null),
  ),
  rule(
    'callback-added',
    C,
    'Nobody waits for it yet.',
    'Callback',
    event('callbacks', 'done', null),
    event('callbacks', 'done', {}),
  ),
  rule(
    'webhook-removed',
    B,
    'Who waits for it is not called any more.',
    'OpenAPI',
    event('webhooks', 'done', {}),
    event('webhooks', 'done', null),
  ),
  rule(
    'webhook-added',
    C,
    'Nobody waits for it yet.',
    'OpenAPI',
    event('webhooks', 'done', null),
    event('webhooks', 'done', {}),
  ),
  rule(
    'event-changed',
    B,
    'What a webhook or callback sends or expects, outside of its schemas, changed; here the provider is the one who calls, and what it sends falls under the rules of responses.',
    'Callback',
    document(
      {},
      {
        webhooks: {
          done: {
            post: { requestBody: { required: true, content: content({ type: 'string' }) }, responses: ok },
          },
        },
      },
    ),
    document(
      {},
      {
        webhooks: {
          done: { post: { requestBody: { content: content({ type: 'string' }) }, responses: ok } },
        },
      },
    ),
  ),
  rule(
    'component-added',
    N,
    'A schema means something where it is used, and that is compared.',
    'Components',
    components({}),
    components({ A: { type: 'string' } }),
  ),
  rule(
    'component-removed',
    N,
    'A schema means something where it is used, and that is compared.',
    'Components',
    components({ A: { type: 'string' } }),
    components({}),
  ),
  rule(
    'deprecated-changed',
    N,
    'Something is announced to go, or is not any more.',
    'Operation',
    operation({}),
    operation({ deprecated: true }),
  ),
  rule(
    'words-changed',
    N,
    'Titles, descriptions, tags and examples promise nothing.',
    'Info',
    operation({}),
    operation({ summary: 'All' }),
  ),
  rule(
    'unread',
    U,
    'A part that cannot be read (a reference out of the document, or to nowhere) may have changed in any way.',
    'Reference',
    response({ $ref: '#/components/schemas/A' }),
    operation({ responses: { '200': { $ref: 'other.yaml#/A' } } }),
  ),
  rule(
    'request-combination',
    B,
    'No single difference does it: several together refuse a request that was fine, or it cannot be told for all of them together.',
    'Schema',
    request({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
    request({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
  ),
  rule(
    'response-combination',
    B,
    'No single difference does it: several together let in what clients were never told of, or it cannot be told for all of them together.',
    'Schema',
    response({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
    response({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
  ),
];

/** What can change in an OpenAPI document. */
export const rules: readonly Rule[] = [
  ...operations,
  ...(['received', 'sent'] as const).flatMap((role) =>
    factRules
      .filter(({ fact }) => !fact.startsWith('definition-'))
      .map(({ fact, what, levels, old, new: now, reference }): Rule => {
        const [prefix, make] =
          role === 'received' ? (['request', request] as const) : (['response', response] as const);
        return {
          id: `openapi/${prefix}-${fact}`,
          level: levels[role],
          why: `${what} ${whys[role][levels[role]]}`,
          example: { old: make(old), new: make(now) },
          reference,
        };
      }),
  ),
];
