import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { type Located, member, members, OpenapiDocument, Unread } from '../openapi/compare/document.ts';
import { type Address, addressOf } from './address.ts';
import { closureOf } from './closure.ts';
import { modern } from './dialect.ts';
import { bindingsOf, type Message, mediaType, messageOf, withTraits } from './message.ts';
import { type Server, serversOf } from './servers.ts';
import { type Major, majorOf } from './version.ts';

/** What the application does with a channel. */
export type Action = 'send' | 'receive';

/** The same seen from the other side. */
export const opposite = (action: Action): Action => (action === 'send' ? 'receive' : 'send');

/** A message that answers another, and where it is sent. */
export interface Reply {
  /** `null`: the message that is answered says it. */
  address: Address | null;
  location: string | null;
  messages: Message[];
  pointer: string;
}

/** What the application sends or receives at one address: the operations of a document that say so, together. */
export interface Operation {
  action: Action;
  messages: Message[];
  replies: Reply[];
  /** Each with the object that it is, its traits applied. */
  places: (Located & { node: JsonObject })[];
  bindings: Located;
  /** Ways to authenticate; `null`: nothing is asked for. */
  security: JsonValue[] | null;
  /** What the operations at the same address say beside their messages, as text. */
  others: string[];
  pointer: string;
}

/** One address with what the application does there. */
export interface Topic {
  address: Address;
  /** The servers that have it; `null`: all. */
  servers: string[] | null;
  bindings: Located;
  operations: Map<Action, Operation>;
  /** Messages that no operation sends or receives. */
  idle: Message[];
  /** Replies are sent there. */
  replied: boolean;
  /** What the channels of the same address say beside their messages, as text. */
  others: string[];
  places: Located[];
  pointer: string;
}

/** What an AsyncAPI document says of an application. */
export interface Interface {
  document: OpenapiDocument;
  /** As it was written, for what is not JSON Schema. */
  written: JsonObject;
  major: Major;
  topics: Topic[];
  servers: Server[];
  /** Parts that could not be read, with their place. */
  unread: Unread[];
}

/** Reads a document of 2.x or 3.x. Throws `Unread` where it is neither. */
export function interfaceOf(written: JsonValue, isOld: boolean): Interface {
  const major = majorOf(written);
  if (major === undefined || !isObject(written))
    throw new Unread('this is not an AsyncAPI document of version 2 or 3', '/asyncapi');
  const document = new OpenapiDocument({ ...modern(written), openapi: '3.1.0' }, isOld);
  return new Reading(document, written, major).read();
}

class Reading {
  private readonly topics = new Map<string, Topic>();
  private readonly unread: Unread[] = [];
  private readonly root: Located;
  private readonly contentType: string | null;

  constructor(
    private readonly document: OpenapiDocument,
    private readonly written: JsonObject,
    private readonly major: Major,
  ) {
    this.root = { node: document.root, pointer: '' };
    const { defaultContentType } = document.root;
    this.contentType = typeof defaultContentType === 'string' ? mediaType(defaultContentType) : null;
  }

  read(): Interface {
    for (const key of ['channels', 'operations', 'servers']) {
      const { node, pointer } = member(this.root, key);
      if (node !== undefined && !isObject(node)) throw new Unread(`'${key}' is not a mapping`, pointer);
    }
    const channels = new Map<string, { topic: Topic; messages: Map<string, Message> }>();
    for (const [key, place] of members(member(this.root, 'channels'), true)) {
      if (key.startsWith('x-') && this.major === 3) continue;
      this.part(() => {
        const channel = this.document.resolve(place);
        if (channel === undefined) return;
        if (this.major === 2) this.channel2(key, channel);
        else channels.set(channel.pointer, this.channel3(key, channel));
      });
    }
    if (this.major === 3) {
      const used = new Set<string>();
      for (const [, place] of members(member(this.root, 'operations')))
        this.part(() => this.operation3(place, channels, used));
      for (const { topic, messages } of channels.values())
        for (const message of messages.values())
          if (!used.has(`${topic.pointer} ${message.pointer}`)) topic.idle.push(message);
    }
    const { document, written, major, unread } = this;
    const servers: Server[] = [];
    this.part(() => servers.push(...serversOf(document, this.root)));
    return { document, written, major, topics: [...this.topics.values()], servers, unread };
  }

  private part(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.unread.push(error);
    }
  }

  private topic(key: string, channel: Located & { node: JsonObject }): Topic {
    const given = this.major === 2 ? key : channel.node.address;
    const parameters = members(member(channel, 'parameters'), true).map(
      ([name, place]) => [name, this.document.resolve(place)?.node ?? {}] as const,
    );
    const bindings = bindingsOf(this.document, channel);
    const kafka = member(member(bindings, 'kafka'), 'topic').node;
    const address = addressOf(
      typeof kafka === 'string' ? kafka : typeof given === 'string' ? given : null,
      key,
      new Map(parameters),
    );
    const servers = this.serversOf(channel.node);
    const { bindings: own, parameters: declared } = channel.node;
    const beside = closureOf(this.document.root, [own ?? null, declared ?? null]);
    const found = this.topics.get(address.shape);
    if (found === undefined) {
      const topic: Topic = {
        ...{ address, servers, bindings, idle: [], replied: false, places: [channel] },
        ...{ operations: new Map(), others: [beside], pointer: channel.pointer },
      };
      this.topics.set(address.shape, topic);
      return topic;
    }
    found.places.push(channel);
    found.others.push(beside);
    found.servers = found.servers === null || servers === null ? null : [...found.servers, ...servers];
    return found;
  }

  private serversOf({ servers }: JsonObject): string[] | null {
    if (!Array.isArray(servers) || servers.length === 0) return null;
    return servers.flatMap((server) => {
      if (typeof server === 'string') return [server];
      const $ref = isObject(server) ? server.$ref : undefined;
      return typeof $ref === 'string' ? [$ref.slice($ref.lastIndexOf('/') + 1)] : [];
    });
  }

  private channel2(key: string, channel: Located & { node: JsonObject }): void {
    const topic = this.topic(key, channel);
    for (const [word, action] of [
      ['subscribe', 'send'],
      ['publish', 'receive'],
    ] as const) {
      const place = this.document.resolve(member(channel, word));
      if (place === undefined) continue;
      const operation = withTraits(this.document, place, 2);
      const message = member(operation, 'message');
      const list = isObject(message.node) ? this.document.resolve(message) : undefined;
      const choices = list?.node.oneOf;
      const places = Array.isArray(choices)
        ? choices.map((node, at) => ({ node, pointer: `${list?.pointer}/oneOf/${at}` }))
        : message.node === undefined
          ? []
          : [message];
      const messages = places.map((place) => this.message(place, ''));
      this.operation(topic, action, { operation, messages, replies: [] });
    }
  }

  private channel3(
    key: string,
    channel: Located & { node: JsonObject },
  ): { topic: Topic; messages: Map<string, Message> } {
    const topic = this.topic(key, channel);
    const messages = members(member(channel, 'messages'), true).map(
      ([name, place]) => [place.pointer, this.message(place, name)] as const,
    );
    return { topic, messages: new Map(messages) };
  }

  private operation3(
    place: Located,
    channels: ReadonlyMap<string, { topic: Topic; messages: Map<string, Message> }>,
    used: Set<string>,
  ): void {
    const resolved = this.document.resolve(place);
    if (resolved === undefined) return;
    const operation = withTraits(this.document, resolved, 3);
    const { action } = operation.node;
    if (action !== 'send' && action !== 'receive')
      throw new Unread("an operation has no action 'send' or 'receive'", operation.pointer);
    const channel = this.channelOf(operation, channels);
    const messages = this.messagesOf(operation, channel.messages);
    for (const { pointer } of messages) used.add(`${channel.topic.pointer} ${pointer}`);
    const reply = this.document.resolve(member(operation, 'reply'));
    const replies: Reply[] = [];
    if (reply !== undefined) {
      const to = reply.node.channel === undefined ? undefined : this.channelOf(reply, channels);
      const answers = to === undefined ? [] : this.messagesOf(reply, to.messages);
      if (to !== undefined) to.topic.replied = true;
      for (const { pointer } of answers) used.add(`${to?.topic.pointer} ${pointer}`);
      const location = this.document.resolve(member(reply, 'address'))?.node.location;
      replies.push({
        address: to?.topic.address ?? null,
        location: typeof location === 'string' ? location : null,
        ...{ messages: answers, pointer: reply.pointer },
      });
    }
    this.operation(channel.topic, action, { operation, messages, replies });
  }

  private channelOf<T>(owner: Located, channels: ReadonlyMap<string, T>): T {
    const place = member(owner, 'channel');
    const channel = this.document.resolve(place);
    const found = channel === undefined ? undefined : channels.get(channel.pointer);
    if (found === undefined)
      throw new Unread('an operation has a channel that is not one of the document', place.pointer);
    return found;
  }

  /** Those that are listed, of those of the channel; all of them where none are. */
  private messagesOf(owner: Located, all: ReadonlyMap<string, Message>): Message[] {
    const list = member(owner, 'messages');
    if (!Array.isArray(list.node)) return [...all.values()];
    return list.node.map((node, at) => {
      const place = { node, pointer: `${list.pointer}/${at}` };
      const $ref = isObject(node) && typeof node.$ref === 'string' ? node.$ref : '';
      const known = all.get(decoded($ref));
      if (known !== undefined) return known;
      // A channel may be a reference itself: its messages are then not at the place that the operation names.
      const [token = ''] = /\/messages\/[^/]+$/.exec(decoded($ref)) ?? [];
      const named = token !== '' && [...all].find(([pointer]) => pointer.endsWith(token))?.[1];
      return named || this.message(place, token.slice(token.lastIndexOf('/') + 1));
    });
  }

  private message(place: Located, key: string): Message {
    const { major, contentType } = this;
    return messageOf(this.document, place, key, { major, contentType });
  }

  private operation(
    topic: Topic,
    action: Action,
    found: { operation: Located & { node: JsonObject }; messages: Message[]; replies: Reply[] },
  ): void {
    const { operation, messages, replies } = found;
    const { security } = operation.node;
    const beside = closureOf(this.document.root, [operation.node.bindings ?? null, security ?? null]);
    const known = topic.operations.get(action);
    if (known === undefined) {
      topic.operations.set(action, {
        ...{ action, messages, replies, places: [operation], pointer: operation.pointer },
        bindings: bindingsOf(this.document, operation),
        security: Array.isArray(security) && security.length > 0 ? security : null,
        others: [beside],
      });
      return;
    }
    const pointers = new Set(known.messages.map(({ pointer }) => pointer));
    known.messages.push(...messages.filter(({ pointer }) => !pointers.has(pointer)));
    known.replies.push(...replies);
    known.places.push(operation);
    known.others.push(beside);
  }
}

/** The pointer in a reference into the document. */
function decoded($ref: string): string {
  try {
    return decodeURIComponent($ref.slice(1));
  } catch {
    return $ref.slice(1);
  }
}
