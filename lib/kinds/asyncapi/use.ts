import { atPointer, isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Content } from '../types.ts';
import type { UseOf } from '../uses.ts';
import { type Address, addressOf, fitOf } from './address.ts';

/** What a consumer does at an address, as `asyncapi-operations` or `message-calls` reads it and a binding records it. */
export interface TopicUse {
  /** From the consumer's view. */
  action: 'send' | 'receive';
  /** With `{}` for what is only known at run time. */
  address: string;
  /** What it may be called instead: the exchange beside a routing key, the bus of an event. */
  also: readonly string[];
  /** Its own description of it, alone; `null`: it was read from code. */
  described: JsonObject | null;
  /** The lines of parts of that, by their pointers. */
  lines: ReadonlyMap<string, number>;
}

/** What a use is; `undefined` where it is none: what is on record may be written by anyone. */
export function topicUseOf(use: UseOf): TopicUse | undefined {
  const { action, address, also, described, lines } = use;
  if ((action !== 'send' && action !== 'receive') || typeof address !== 'string') return undefined;
  return {
    ...{ action, address, described: isObject(described) ? described : null },
    also: Array.isArray(also) ? also.filter((name) => typeof name === 'string') : [],
    lines: new Map(
      Object.entries(isObject(lines) ? lines : {}).flatMap(([pointer, line]): [string, number][] =>
        typeof line === 'number' ? [[pointer, line]] : [],
      ),
    ),
  };
}

/** How an address of a contract and one that a consumer uses go together. */
export function meets({ address, also }: TopicUse, offered: Address): 'yes' | 'perhaps' | 'no' {
  const names = [address, ...also];
  if (names.some((name) => name.replaceAll(/\{[^{}]*\}/g, '{}') === offered.shape)) return 'yes';
  const fits = names.map((name) => (name.includes('{') ? overlap(name, offered) : fitOf(name, offered)));
  if (fits.includes('in')) return 'yes';
  return fits.includes('some') ? 'perhaps' : 'no';
}

/** An address with holes may be any that begins and ends like it. */
function overlap(name: string, { text }: Address): 'some' | 'none' {
  const literal = (text ?? '').replaceAll(/\{[^{}]*\}/g, '{}');
  const [start = ''] = name.split('{', 1);
  const end = name.slice(name.lastIndexOf('}') + 1);
  const [before = ''] = literal.split('{', 1);
  const after = literal.includes('}') ? literal.slice(literal.lastIndexOf('}') + 1) : literal;
  const isLike = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);
  const isEnd = (a: string, b: string): boolean => a.endsWith(b) || b.endsWith(a);
  return text !== null && `${start}${end}` !== '' && isLike(start, before) && isEnd(end, after)
    ? 'some'
    : 'none';
}

/** Is a use one of this contract: has the document a channel with that address? */
export function concerns({ schema }: Content, use: UseOf): boolean {
  const found = topicUseOf(use);
  return found === undefined || addressesIn(schema).some((address) => meets(found, address) !== 'no');
}

/** The addresses of a document, without reading what is sent there. */
function addressesIn(document: JsonValue): Address[] {
  if (!isObject(document) || !isObject(document.channels)) return [];
  return Object.entries(document.channels).map(([key, written]) => {
    const $ref = isObject(written) ? written.$ref : undefined;
    const target =
      typeof $ref === 'string' && $ref.startsWith('#/') ? atPointer(document, $ref.slice(1)) : written;
    const channel = isObject(target) ? target : {};
    const kafka =
      isObject(channel.bindings) && isObject(channel.bindings.kafka) ? channel.bindings.kafka : {};
    const given = String(document.asyncapi).startsWith('2') ? key : channel.address;
    const text = [kafka.topic, given].find((name) => typeof name === 'string');
    const parameters = Object.entries(isObject(channel.parameters) ? channel.parameters : {});
    return addressOf(
      typeof text === 'string' ? text : null,
      key,
      new Map(parameters.map(([name, value]) => [name, isObject(value) ? value : {}])),
    );
  });
}
