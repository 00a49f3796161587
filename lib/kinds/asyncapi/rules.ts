import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const whys = {
  received: {
    breaking: 'A message that was accepted may now be refused.',
    unknown: 'Whether every message that was accepted still is cannot be decided from the keyword alone.',
    compatible: 'Every message that was accepted still is.',
    none: 'It does not make any message valid or invalid.',
  },
  sent: {
    breaking:
      'A receiver may be sent something that was not declared before, or miss something that was: whatever a sender declares counts as promised, required or not.',
    unknown: 'Whether receivers can read every message cannot be decided from the keyword alone.',
    compatible: 'Every message was already declared before.',
    none: 'It does not make any message valid or invalid.',
  },
} as const satisfies Record<string, Record<ChangeLevel, string>>;

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;
const text: JsonObject = { type: 'string' };

const channels = (all: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ asyncapi: '2.6.0', info: { title: 'example', version: '1' }, channels: all },
  ...more,
});
const sends = (message: JsonValue, more: JsonObject = {}): JsonObject =>
  channels({ a: { subscribe: { message } } }, more);
const receives = (message: JsonValue): JsonObject => channels({ a: { publish: { message } } });
/** A message; without a payload where that is `null`. */
const carrying = (payload: JsonValue, more: JsonObject): JsonObject =>
  payload === null ? { name: 'm', ...more } : { payload, ...more };
const sent = (payload: JsonValue, more: JsonObject = {}): JsonObject => sends(carrying(payload, more));
const received = (payload: JsonValue, more: JsonObject = {}): JsonObject => receives(carrying(payload, more));
const choice = (...names: string[]): JsonObject => ({
  oneOf: names.map((name) => ({ name, payload: { const: name } })),
});
const users = (parameter: JsonObject): JsonObject =>
  channels({ 'user/{id}': { parameters: { id: parameter }, subscribe: { message: { payload: text } } } });
/** 3.x, with one operation on the channel `a` and replies to it on `b`. */
const replying = (action: string, reply: JsonValue | null, address = 'b'): JsonObject => ({
  asyncapi: '3.0.0',
  channels: {
    a: { address: 'a', messages: { m: { payload: text } } },
    b: { address, messages: { m: { payload: text } } },
  },
  operations: {
    o: { action, channel: { $ref: '#/channels/a' }, ...(reply === null ? {} : { reply }) },
  },
});
const idle = (address: string | null, messages: JsonObject = { m: { payload: text } }): JsonObject => ({
  asyncapi: '3.0.0',
  channels: { c: { ...(address === null ? {} : { address }), messages } },
});
const none: JsonObject = { asyncapi: '3.0.0', channels: {} };
const answer: JsonObject = { channel: { $ref: '#/channels/b' } };
const server = (...all: JsonObject[]): JsonObject => ({
  ...none,
  servers: Object.fromEntries(all.map((own, at) => [`s${at}`, { protocol: 'kafka', ...own }])),
});
const two = server({ host: 'a' }, { host: 'b' });
const on = (...names: string[]): JsonObject => ({
  ...two,
  channels: {
    c: { address: 'a', servers: names.map((name) => ({ $ref: `#/servers/${name}` })), messages: {} },
  },
});

const rule = (
  id: string,
  level: ChangeLevel,
  why: string,
  reference: string,
  old: JsonValue,
  now: JsonValue,
): Rule => ({
  ...{ id: `asyncapi/${id}`, level, why, example: { old, new: now } },
  reference: `AsyncAPI 3.0, ${reference}`,
});

const outside: readonly Rule[] = [
  rule(
    'operation-removed',
    B,
    'Those who wait for its messages get none, and what others send there is read by nobody.',
    'Operation Object',
    sent(text),
    channels({}),
  ),
  rule(
    'operation-added',
    C,
    'Nobody relies on it yet.',
    'Operation Object',
    sent(text),
    channels({
      a: { subscribe: { message: { payload: text } } },
      b: { publish: { message: { payload: text } } },
    }),
  ),
  rule('channel-removed', B, 'Its messages have no address any more.', 'Channel Object', idle('a'), none),
  rule('channel-added', C, 'Nobody relies on it yet.', 'Channel Object', none, idle('a')),
  rule(
    'empty-channel-removed',
    N,
    'No operation and no message is declared for it.',
    'Channel Object',
    idle('a', {}),
    none,
  ),
  rule(
    'address-unknown',
    U,
    'Only one of the documents says where the messages are sent.',
    'Channel Object',
    idle('a'),
    idle(null),
  ),
  rule(
    'address-generalised',
    C,
    'The address is one of those that the new one stands for.',
    'Address Expressions',
    channels({ 'user/1': { subscribe: { message: { payload: text } } } }),
    users({}),
  ),
  rule(
    'address-listed',
    C,
    'Each of the addresses has a channel of its own.',
    'Address Expressions',
    users({ schema: { enum: ['1', '2'] } }),
    channels({
      'user/1': { subscribe: { message: { payload: text } } },
      'user/2': { subscribe: { message: { payload: text } } },
    }),
  ),
  rule(
    'parameter-narrowed',
    B,
    'An address that messages were sent to is none any more.',
    'Parameter Object',
    users({}),
    users({ schema: { enum: ['1'] } }),
  ),
  rule(
    'parameter-widened',
    C,
    'Every address is still one.',
    'Parameter Object',
    users({ schema: { enum: ['1'] } }),
    users({}),
  ),
  rule(
    'parameter-unclear',
    U,
    'Whether every address is still one cannot be decided.',
    'Parameter Object',
    users({ schema: { pattern: '^a(?=b)' } }),
    users({ schema: { pattern: '^a(?=c)' } }),
  ),
  rule(
    'channel-server-removed',
    B,
    'Users of that server do not find the channel there.',
    'Channel Object',
    on('s0', 's1'),
    on('s0'),
  ),
  rule(
    'binding-changed',
    U,
    'What a setting of a protocol does to users is nothing that a document shows: with more partitions, a key is in another one.',
    'Channel Bindings Object',
    channels({ a: { bindings: { kafka: { partitions: 3 } }, subscribe: { message: { payload: text } } } }),
    channels({ a: { bindings: { kafka: { partitions: 6 } }, subscribe: { message: { payload: text } } } }),
  ),
  rule(
    'sent-message-removed',
    B,
    'Receivers that wait for it no longer get it.',
    'Message Object',
    sends(choice('x', 'y')),
    sends(choice('x')),
  ),
  rule(
    'sent-message-added',
    B,
    'Receivers get what they do not know: nobody chooses which messages of a channel to be sent.',
    'Message Object',
    sends(choice('x')),
    sends(choice('x', 'y')),
  ),
  rule(
    'received-message-removed',
    B,
    'Senders may still send it.',
    'Message Object',
    receives(choice('x', 'y')),
    receives(choice('x')),
  ),
  rule(
    'received-message-added',
    C,
    'Nobody sends it yet.',
    'Message Object',
    receives(choice('x')),
    receives(choice('x', 'y')),
  ),
  rule(
    'payload-format-changed',
    B,
    'Another language describes other bytes.',
    'Multi Format Schema Object',
    sent(text),
    sent('string', { schemaFormat: 'application/vnd.apache.avro;version=1.9.0' }),
  ),
  rule(
    'payload-format-unread',
    U,
    'Payloads in this language are not compared.',
    'Multi Format Schema Object',
    sent(text, { schemaFormat: 'application/raml+yaml;version=1.0' }),
    sent({ type: 'integer' }, { schemaFormat: 'application/raml+yaml;version=1.0' }),
  ),
  rule(
    'content-type-changed',
    B,
    'Messages are written in another way than receivers read.',
    'Message Object',
    sent(text, { contentType: 'application/json' }),
    sent(text, { contentType: 'application/xml' }),
  ),
  rule(
    'content-type-said',
    C,
    'A payload in JSON Schema is JSON where nothing else is said.',
    'Message Object',
    sent(text),
    sent(text, { contentType: 'application/json' }),
  ),
  rule(
    'content-type-unclear',
    U,
    'Only one of the documents says how messages are written.',
    'Message Object',
    sent(text),
    sent(text, { contentType: 'application/cbor' }),
  ),
  rule(
    'correlation-id-changed',
    B,
    'Those who look for it there do not find it.',
    'Correlation ID Object',
    sent(text, { correlationId: { location: '$message.header#/a' } }),
    sent(text, { correlationId: { location: '$message.header#/b' } }),
  ),
  rule(
    'correlation-id-added',
    C,
    'Receivers need not look at it.',
    'Correlation ID Object',
    sent(text),
    sent(text, { correlationId: { location: '$message.header#/a' } }),
  ),
  rule(
    'correlation-id-expected',
    U,
    'Whether the application needs it is not said.',
    'Correlation ID Object',
    received(text),
    received(text, { correlationId: { location: '$message.header#/a' } }),
  ),
  rule(
    'reply-removed',
    B,
    'Those who wait for it get none.',
    'Operation Reply Object',
    replying('receive', answer),
    replying('receive', null),
  ),
  rule(
    'reply-added',
    C,
    'Nobody waits for it yet.',
    'Operation Reply Object',
    replying('receive', null),
    replying('receive', answer),
  ),
  rule(
    'reply-required',
    B,
    'The application waits for an answer that nobody gives yet.',
    'Operation Reply Object',
    replying('send', null),
    replying('send', answer),
  ),
  rule(
    'reply-address-changed',
    B,
    'The reply is sent where nobody waits for it.',
    'Operation Reply Object',
    replying('receive', answer),
    replying('receive', answer, 'c'),
  ),
  rule('server-removed', B, 'Users are still connected to it.', 'Server Object', two, server({ host: 'a' })),
  rule('server-added', C, 'Nobody is connected to it yet.', 'Server Object', server({ host: 'a' }), two),
  rule(
    'protocol-version-changed',
    U,
    'Whether clients of the old version are still served is not said.',
    'Server Object',
    server({ host: 'a', protocolVersion: '2' }),
    server({ host: 'a', protocolVersion: '3' }),
  ),
  rule(
    'security-tightened',
    B,
    'Who was let in may be refused.',
    'Security Scheme Object',
    server({ host: 'a' }),
    server({ host: 'a', security: [{ type: 'userPassword' }] }),
  ),
  rule(
    'security-changed',
    C,
    'All ways to authenticate that were sufficient still are.',
    'Security Scheme Object',
    server({ host: 'a', security: [{ type: 'userPassword' }] }),
    server({ host: 'a' }),
  ),
  rule(
    'deprecated-changed',
    N,
    'Something was deprecated, or is no longer deprecated.',
    'Schema Object',
    channels({ a: { subscribe: { message: { payload: text } } } }),
    channels({ a: { deprecated: true, subscribe: { message: { payload: text } } } }),
  ),
  rule(
    'words-changed',
    N,
    'Titles, descriptions, tags and examples promise nothing.',
    'Info Object',
    sent(text),
    sent(text, { summary: 'All' }),
  ),
  rule(
    'unread',
    U,
    'A part that cannot be read (a reference outside the document, or one that does not resolve) may have changed in any way.',
    'Reference Object',
    sent({ $ref: '#/components/schemas/A' }, { name: 'm' }),
    sent({ $ref: 'https://example.com/a.json' }, { name: 'm' }),
  ),
  rule(
    'received-combination',
    B,
    'No single difference breaks, but several together refuse a message that was accepted, or their combination cannot be decided.',
    'Schema Object',
    received({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
    received({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
  ),
  rule(
    'sent-combination',
    B,
    'No single difference breaks, but several together allow a message that was not declared before, or their combination cannot be decided.',
    'Schema Object',
    sent({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
    sent({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
  ),
];

/** What can change in an AsyncAPI document. `sent` and `received`: by the application that it describes. */
export const rules: readonly Rule[] = [
  ...outside,
  ...(['received', 'sent'] as const).flatMap((side) =>
    factRules
      .filter(({ fact }) => !fact.startsWith('definition-'))
      .map(({ fact, what, levels, old, new: now, reference }): Rule => {
        const make = side === 'received' ? received : sent;
        return {
          id: `asyncapi/${side}-${fact}`,
          level: levels[side],
          why: `${what} ${whys[side][levels[side]]}`,
          example: { old: make(old), new: make(now) },
          reference,
        };
      }),
  ),
];
