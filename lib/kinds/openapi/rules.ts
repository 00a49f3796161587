import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const whys = {
  received: {
    breaking: 'A request that was accepted may now be refused.',
    unknown: 'Whether every request that was accepted still is cannot be decided from the keyword alone.',
    compatible: 'Every request that was accepted still is.',
    none: 'It does not make any request valid or invalid.',
  },
  sent: {
    breaking:
      'A client may receive something that was not declared before, or miss something that was: whatever a response declares counts as promised, required or not.',
    unknown: 'Whether clients can read every response cannot be decided from the keyword alone.',
    compatible: 'Every response was already declared before.',
    none: 'It does not make any response valid or invalid.',
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
  operation({ responses: Object.fromEntries(all.map((status) => [status, { description: status }])) });
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
const multipart = (part: JsonValue): JsonObject =>
  body({ content: { 'multipart/form-data': { schema: { type: 'object', properties: { a: part } } } } });
const components = (schemas: JsonObject): JsonObject => document({}, { components: { schemas } });

/** What can change around the schemas. */
const operations: readonly Rule[] = [
  rule('path-removed', B, 'Calls of clients fail.', 'Paths', document(two), document(path)),
  rule('path-added', C, 'No client calls it yet.', 'Paths', document(path), document(two)),
  rule('operation-removed', B, 'Calls of clients fail.', 'Path Item', document(both), document(path)),
  rule('operation-added', C, 'No client calls it yet.', 'Path Item', document(path), document(both)),
  rule(
    'server-removed',
    B,
    'Clients that know the address still call it.',
    'Server',
    document(path, { servers: [{ url: '/v1' }] }),
    document(path, { servers: [{ url: '/v2' }] }),
  ),
  rule(
    'path-moved',
    C,
    'A prefix moved between the server and the path; the addresses that clients call are the same.',
    'Server',
    document({ '/a': { get: { responses: ok } } }, { servers: [{ url: '/v1' }] }),
    document({ '/v1/a': { get: { responses: ok } } }, { servers: [{ url: '/' }] }),
  ),
  rule(
    'server-default-changed',
    B,
    'Clients that use the server as it is written call another address.',
    'Server Variable',
    document(path, { servers: [{ url: '/{v}', variables: { v: { default: 'v1' } } }] }),
    document(path, { servers: [{ url: '/{v}', variables: { v: { default: 'v2' } } }] }),
  ),
  rule(
    'server-added',
    C,
    'Clients keep using the addresses they know.',
    'Server',
    document(path, { servers: [{ url: '/v1' }] }),
    document(path, { servers: [{ url: '/v1' }, { url: '/v2' }] }),
  ),
  rule(
    'parameter-removed',
    B,
    'It is ignored or refused when a client sends it.',
    'Parameter',
    operation({ parameters: [parameter({})] }),
    operation({}),
  ),
  rule(
    'parameter-added',
    C,
    'It may be omitted.',
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
    'A client that omits it is refused.',
    'Parameter',
    operation({ parameters: [parameter({})] }),
    operation({ parameters: [parameter({ required: true })] }),
  ),
  rule(
    'parameter-became-optional',
    C,
    'Clients may keep sending it.',
    'Parameter',
    operation({ parameters: [parameter({ required: true })] }),
    operation({ parameters: [parameter({})] }),
  ),
  rule(
    'parameter-style-changed',
    B,
    'The same value is serialized differently in the URL or header.',
    'Parameter',
    operation({ parameters: [parameter({ schema: { type: 'array' } })] }),
    operation({ parameters: [parameter({ schema: { type: 'array' }, explode: false })] }),
  ),
  rule(
    'parameter-takes-any-text',
    N,
    'In a URL every number is also text.',
    'Parameter',
    operation({ parameters: [parameter({ schema: { type: 'integer' } })] }),
    operation({ parameters: [parameter({})] }),
  ),
  rule(
    'parameter-same-on-the-wire',
    C,
    'In a URL or a header 1 and "1" are the same text, and in an exploded form a single value is a list of one.',
    'Parameter',
    operation({ parameters: [parameter({ schema: { type: 'integer', enum: [1, 2] } })] }),
    operation({ parameters: [parameter({ schema: { type: 'string', enum: ['1', '2', 'all'] } })] }),
  ),
  rule(
    'request-body-removed',
    B,
    'It is ignored or refused when a client sends one.',
    'Request Body',
    body({}),
    document({ '/a': { post: { responses: ok } } }),
  ),
  rule(
    'request-body-added',
    C,
    'It may be omitted.',
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
    'A client that sends none is refused.',
    'Request Body',
    body({}),
    body({ required: true }),
  ),
  rule(
    'request-body-became-optional',
    C,
    'Clients may keep sending it.',
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
    'Clients may keep sending what they send.',
    'Media Type',
    takes('application/json'),
    takes('application/json', 'text/csv'),
  ),
  rule(
    'request-encoding-changed',
    U,
    'Schemas do not say how the parts of a form are encoded.',
    'Encoding',
    form({ a: { contentType: 'text/plain' } }),
    form({ a: { contentType: 'text/csv' } }),
  ),
  rule(
    'request-part-changed',
    B,
    'A part of a form is sent as another media type: text, a file, or JSON.',
    'Encoding',
    multipart({ type: 'string' }),
    multipart({ type: 'string', format: 'binary' }),
  ),
  rule(
    'response-removed',
    B,
    'A success response that clients expect was removed.',
    'Responses',
    statuses('200', '202'),
    statuses('202'),
  ),
  rule(
    'response-added',
    B,
    'A success response that was not declared before.',
    'Responses',
    statuses('200'),
    statuses('200', '202'),
  ),
  rule(
    'error-response-removed',
    C,
    'A client must understand the class of any status code (RFC 9110, section 15).',
    'Responses',
    statuses('200', '404'),
    statuses('200'),
  ),
  rule(
    'error-response-added',
    C,
    'A client must understand the class of any status code (RFC 9110, section 15).',
    'Responses',
    statuses('200'),
    statuses('200', '404'),
  ),
  rule(
    'response-status-merged',
    N,
    'The default, or the range of the status code, now describes it.',
    'Responses',
    statuses('200', '404', 'default'),
    statuses('200', 'default'),
  ),
  rule(
    'response-status-split',
    N,
    'The default, or the range of the status code, described it before.',
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
    'A client gets what it requests.',
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
    'Clients ignore headers that they do not know.',
    'Header',
    header(null),
    header({ schema: { type: 'string' } }),
  ),
  rule(
    'response-header-became-optional',
    B,
    'A client that depends on it may not get it.',
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
    'The credentials of a client are no longer sufficient.',
    'Security Requirement',
    secured([]),
    secured([{ key: [] }]),
  ),
  rule(
    'security-changed',
    C,
    'All ways to authenticate that were sufficient still are.',
    'Security Requirement',
    secured([{ key: [] }]),
    secured([{ key: [] }, {}]),
  ),
  rule(
    'callback-removed',
    B,
    'Receivers that wait for it are no longer called.',
    'Callback',
    event('callbacks', 'done', {}),
    event('callbacks', 'done', null),
  ),
  rule(
    'callback-added',
    C,
    'No receiver waits for it yet.',
    'Callback',
    event('callbacks', 'done', null),
    event('callbacks', 'done', {}),
  ),
  rule(
    'webhook-removed',
    B,
    'Receivers that wait for it are no longer called.',
    'OpenAPI',
    event('webhooks', 'done', {}),
    event('webhooks', 'done', null),
  ),
  rule(
    'webhook-added',
    C,
    'No receiver waits for it yet.',
    'OpenAPI',
    event('webhooks', 'done', null),
    event('webhooks', 'done', {}),
  ),
  rule(
    'event-changed',
    B,
    'What a webhook or callback sends or expects, outside its schemas, changed. Here the provider is the caller, so the rules of responses apply to what it sends.',
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
    'A schema is compared where it is used.',
    'Components',
    components({}),
    components({ A: { type: 'string' } }),
  ),
  rule(
    'component-removed',
    N,
    'A schema is compared where it is used.',
    'Components',
    components({ A: { type: 'string' } }),
    components({}),
  ),
  rule(
    'deprecated-changed',
    N,
    'Something was deprecated, or is no longer deprecated.',
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
    'A part that cannot be read (a reference outside the document, or one that does not resolve) may have changed in any way.',
    'Reference',
    response({ $ref: '#/components/schemas/A' }),
    operation({ responses: { '200': { $ref: 'other.yaml#/A' } } }),
  ),
  rule(
    'request-combination',
    B,
    'No single difference breaks, but several together refuse a request that was accepted, or their combination cannot be decided.',
    'Schema',
    request({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
    request({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
  ),
  rule(
    'response-combination',
    B,
    'No single difference breaks, but several together allow a response that was not declared before, or their combination cannot be decided.',
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
