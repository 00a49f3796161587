import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName, written } from '../evaluate/scopes.ts';
import type { Env, Located } from '../evaluate/values.ts';
import { importedAs, importsAny, optionAt } from '../http/things.ts';
import type { Call, Expr, MapExpr, Module } from '../syntax/ir.ts';

/** What code asks of a broker, and where the name of the channel stands. */
export interface Ask {
  action: 'send' | 'receive';
  /** One name, or a list of them; `undefined`: there is none to be seen. */
  name: Located | undefined;
  /** What else the channel may be called: an exchange, a bus. */
  also: Located[];
  how: string;
}

/** What the operations of AWS's clients do, by their names without case, underscores and `Command`, and who holds the name. */
const AWS: Record<string, { action: Ask['action']; key: string }> = {
  sendmessage: { action: 'send', key: 'QueueUrl' },
  sendmessagebatch: { action: 'send', key: 'QueueUrl' },
  receivemessage: { action: 'receive', key: 'QueueUrl' },
  publish: { action: 'send', key: 'TopicArn' },
  publishbatch: { action: 'send', key: 'TopicArn' },
  subscribe: { action: 'receive', key: 'TopicArn' },
};

const KAFKA = /kafka/i;
const NATS = /\bnats\b|nats/i;
const MQTT = /mqtt/i;
const AMQP = /amqp|rabbit|\bpika\b|\blapin\b/i;

/** What a call asks; nothing for a call of anything else. */
export function asksOf(call: Call, env: Env | undefined, module: Module, e: Evaluator): Ask[] {
  const at: Located = { expr: call, env, module };
  const name = calleeName(call);
  return aws(call, name, at, e) ?? options(call, name, at, e) ?? positional(call, name, at, e) ?? [];
}

function aws(call: Call, name: string, at: Located, e: Evaluator): Ask[] | undefined {
  const operation = name
    .replaceAll('_', '')
    .replace(/Command$/, '')
    .toLowerCase();
  const how = `${name}(…)`;
  if (operation === 'putevents') {
    const entries = optionAt(call, ['Entries'], at, e);
    if (entries === undefined && name === 'PutEventsCommand')
      return [{ action: 'send', name: undefined, also: [], how }];
    if (entries === undefined) return undefined;
    return e.elements(entries).map(
      (entry): Ask => ({
        ...{ action: 'send', name: e.entry(entry, 'DetailType'), how },
        also: ['EventBusName', 'Source'].flatMap((key) => e.entry(entry, key) ?? []),
      }),
    );
  }
  const known = Object.hasOwn(AWS, operation) ? AWS[operation] : undefined;
  if (known !== undefined) {
    const found = optionAt(call, [known.key], at, e);
    if (found !== undefined) return [{ action: known.action, name: found, also: [], how }];
    // It is asked for with what is made elsewhere.
    const isAsked = /Command$/.test(name) || /(?:^|[._])(?:sqs|sns|queue)\w*$/i.test(receiverOf(call));
    return isAsked && call.args.length > 0
      ? [{ action: known.action, name: undefined, also: [], how }]
      : undefined;
  }
  // Java and Rust: `SendMessageRequest.builder().queueUrl(x)`, `client.send_message().queue_url(x)`
  if (!/^(?:queueUrl|topicArn|queue_url|topic_arn|detailType|detail_type)$/.test(name)) return undefined;
  const root = chainText(call.callee);
  const action = /receive_?message/i.test(root)
    ? 'receive'
    : /send_?message|publish|put_?events/i.test(root)
      ? 'send'
      : undefined;
  const [value] = call.args;
  if (action === undefined || value === undefined) return undefined;
  return [{ action, name: { ...at, expr: value.value }, also: [], how: `${name}(…)` }];
}

/** The names in a chain of calls, outermost last. */
function chainText(expr: Expr): string {
  const names: string[] = [];
  let here: Expr | undefined = expr;
  for (let steps = 0; here !== undefined && steps < 40; steps++) {
    if (here.kind === 'member') {
      names.unshift(here.name);
      here = here.object;
    } else if (here.kind === 'call') here = here.callee;
    else {
      if (here.kind === 'name') names.unshift(here.name);
      here = undefined;
    }
  }
  return names.join('.');
}

/** kafkajs: what is asked stands in an object. */
function options(call: Call, name: string, at: Located, e: Evaluator): Ask[] | undefined {
  if (!/^(?:typescript|javascript)$/.test(at.module.language)) return undefined;
  const [first] = call.args;
  if (first === undefined || /^(?:text|literal|function)$/.test(first.value.kind)) return undefined;
  const given: Located = { ...at, expr: first.value };
  const how = `${name}({…})`;
  const isProducer = /(?:^|[._])\w*producer$/i.test(receiverOf(call));
  const unread: Ask[] | undefined = isProducer
    ? [{ action: 'send', name: undefined, also: [], how }]
    : undefined;
  if (name === 'sendBatch') {
    const list = e.entry(given, 'topicMessages');
    if (list === undefined) return unread;
    return e
      .elements(list)
      .map((entry): Ask => ({ action: 'send', name: e.entry(entry, 'topic'), also: [], how }));
  }
  const topic = e.entry(given, 'topic') ?? e.entry(given, 'topics');
  if (topic === undefined) return name === 'send' ? unread : undefined;
  if (name === 'send' && (e.entry(given, 'messages') !== undefined || importsAny(at.module, KAFKA)))
    return [{ action: 'send', name: topic, also: [], how }];
  if (name === 'subscribe') return [{ action: 'receive', name: topic, also: [], how }];
  return undefined;
}

/** A client that is called with the name of a channel as an argument. */
interface Way {
  /** What the method or constructor is called. */
  method: RegExp;
  action: Ask['action'];
  /** Words of the imports of the file, or of what it is called on. */
  library: RegExp;
  /** Where the name stands: by place or by name; `all`: every argument by place. */
  name: (string | number)[] | 'all';
  also?: (string | number)[];
  /** The languages that it is a way of; absent: any. */
  languages?: RegExp;
  /** How many arguments it has at least. */
  least?: number;
}

const ways: readonly Way[] = [
  { method: /^(?:AIO)?KafkaConsumer$/, action: 'receive', library: KAFKA, name: 'all', languages: /python/ },
  {
    method: /^(?:send|send_and_wait)$/,
    action: 'send',
    library: KAFKA,
    name: ['topic', 0],
    languages: /python/,
  },
  { method: /^produce$/, action: 'send', library: KAFKA, name: ['topic', 0] },
  {
    method: /^(?:subscribe|SubscribeTopics|assign_topics)$/,
    action: 'receive',
    library: KAFKA,
    name: ['topics', 'topic', 0],
  },
  { method: /^Subscribe$/, action: 'receive', library: KAFKA, name: [0], languages: /go/ },
  { method: /^ConsumePartition$/, action: 'receive', library: /sarama/i, name: [0], languages: /go/ },
  { method: /^Consume$/, action: 'receive', library: /sarama/i, name: [1], languages: /go/, least: 3 },
  { method: /^ConsumeTopics$/, action: 'receive', library: /franz-go|kgo/i, name: 'all', languages: /go/ },
  { method: /^DefaultProduceTopic$/, action: 'send', library: /franz-go|kgo/i, name: [0], languages: /go/ },
  {
    method: /^(?:Producer|Future|Base)Record$/,
    action: 'send',
    library: KAFKA,
    name: [0],
    languages: /java/,
  },
  { method: /^to$/, action: 'send', library: /rdkafka/, name: [0], languages: /rust/ },
  {
    method: /^send$/,
    action: 'send',
    library: /springframework\.kafka|kafkaTemplate/i,
    name: [0],
    languages: /java/,
    least: 2,
  },
  {
    method: /^(?:emit|send)$/,
    action: 'send',
    library: /@nestjs\/microservices/,
    name: [0],
    languages: /script/,
    least: 2,
  },
  {
    method: /^(?:publish|Publish|publishMsg|request|Request|requestMany)$/,
    action: 'send',
    library: NATS,
    name: ['subject', 0],
    least: 1,
  },
  {
    method:
      /^(?:subscribe|Subscribe|QueueSubscribe|SubscribeSync|ChanSubscribe|queue_subscribe|pull_subscribe|PullSubscribe)$/,
    action: 'receive',
    library: NATS,
    name: ['subject', 0],
  },
  { method: /^(?:publish|publishAsync)$/, action: 'send', library: MQTT, name: ['topic', 0], least: 2 },
  { method: /^(?:subscribe|subscribeAsync)$/, action: 'receive', library: MQTT, name: ['topic', 0] },
  { method: /^sendToQueue$/, action: 'send', library: /./, name: [0], least: 2 },
  { method: /^consume$/, action: 'receive', library: AMQP, name: [0], least: 2 },
  { method: /^Consume$/, action: 'receive', library: AMQP, name: [0], languages: /go/, least: 5 },
  { method: /^publish$/, action: 'send', library: AMQP, name: [1], also: [0], languages: /script/, least: 3 },
  { method: /^Publish$/, action: 'send', library: AMQP, name: [1], also: [0], languages: /go/, least: 5 },
  {
    method: /^PublishWithContext$/,
    action: 'send',
    library: AMQP,
    name: [2],
    also: [1],
    languages: /go/,
    least: 6,
  },
  {
    method: /^basic_publish$/,
    action: 'send',
    library: /./,
    name: ['routing_key', 1],
    also: ['exchange', 0],
    languages: /python/,
  },
  { method: /^basic_consume$/, action: 'receive', library: /./, name: ['queue', 0], languages: /python/ },
  {
    method: /^convertAndSend$/,
    action: 'send',
    library: AMQP,
    name: [1],
    also: [0],
    languages: /java/,
    least: 3,
  },
  { method: /^convertAndSend$/, action: 'send', library: AMQP, name: [0], languages: /java/, least: 2 },
];

function positional(call: Call, name: string, at: Located, e: Evaluator): Ask[] | undefined {
  const { module } = at;
  for (const way of ways) {
    if (!way.method.test(name) || way.languages?.test(module.language) === false) continue;
    if (call.args.length < (way.least ?? 0) || !isOf(call, way.library, at, e)) continue;
    const how = `${name}(…)`;
    if (way.name === 'all') {
      const all = call.args.filter((arg) => arg.name === undefined);
      // Its topics are then given by `subscribe`.
      if (all.length === 0) return undefined;
      return all.map((arg): Ask => ({ action: way.action, name: { ...at, expr: arg.value }, also: [], how }));
    }
    const found = argument(call, way.name, at);
    if (found?.expr.kind === 'function' || call.args.length === 0) continue;
    const also = way.also === undefined ? undefined : argument(call, way.also, at);
    return [{ action: way.action, name: found, also: also === undefined ? [] : [also], how }];
  }
  return undefined;
}

function argument(call: Call, keys: readonly (string | number)[], at: Located): Located | undefined {
  const places = call.args.filter((arg) => arg.name === undefined);
  for (const key of keys) {
    const arg = typeof key === 'number' ? places[key] : call.args.find((given) => given.name === key);
    if (arg !== undefined) return { ...at, expr: arg.value };
  }
  return undefined;
}

/** What a call is made on, as it is written. */
const receiverOf = ({ callee }: Call): string =>
  callee.kind === 'member' ? (written(callee.object) ?? chainText(callee.object)) : '';

/** Does the file import the library, or is what is called named after it, or after what such a library makes? */
function isOf(call: Call, library: RegExp, { module }: Located, _e: Evaluator): boolean {
  const receiver = receiverOf(call);
  const imported = importedAs(call.callee, module) ?? '';
  if (library.test(imported) || library.test(receiver) || importsAny(module, library)) return true;
  const isKafka = library === KAFKA && /(?:^|[._])(?:producer|consumer)$/i.test(receiver);
  const isNats = library === NATS && /(?:^|[._])(?:nc|js|jetstream)$/i.test(receiver);
  return isKafka || isNats;
}

/** Go's literals of a message or of a client's settings, by type: the field that names the channel. */
const literals: Record<string, { action: Ask['action']; keys: string[]; library: RegExp }> = {
  ProducerMessage: { action: 'send', keys: ['Topic'], library: /sarama/ },
  Message: { action: 'send', keys: ['Topic'], library: /kafka-go/ },
  Writer: { action: 'send', keys: ['Topic'], library: /kafka-go/ },
  WriterConfig: { action: 'send', keys: ['Topic'], library: /kafka-go/ },
  ReaderConfig: { action: 'receive', keys: ['Topic', 'GroupTopics'], library: /kafka-go/ },
  Record: { action: 'send', keys: ['Topic'], library: /franz-go/ },
  TopicPartition: { action: 'send', keys: ['Topic'], library: /confluent-kafka-go/ },
  SendMessageInput: { action: 'send', keys: ['QueueUrl'], library: /sqs/ },
  SendMessageBatchInput: { action: 'send', keys: ['QueueUrl'], library: /sqs/ },
  ReceiveMessageInput: { action: 'receive', keys: ['QueueUrl'], library: /sqs/ },
  PublishInput: { action: 'send', keys: ['TopicArn'], library: /sns/ },
  PutEventsRequestEntry: { action: 'send', keys: ['DetailType'], library: /eventbridge/ },
};

/** What a literal of such a type asks. */
export function asksOfLiteral(map: MapExpr, env: Env | undefined, module: Module, e: Evaluator): Ask[] {
  const type = map.type?.split('.').at(-1) ?? '';
  const known = Object.hasOwn(literals, type) ? literals[type] : undefined;
  if (known === undefined || module.language !== 'go' || !importsAny(module, known.library)) return [];
  const at: Located = { expr: map, env, module };
  const found = known.keys.flatMap((key) => e.entry(at, key) ?? []);
  const also = type === 'PutEventsRequestEntry' ? (e.entry(at, 'EventBusName') ?? []) : [];
  return found.map((name): Ask => ({ action: known.action, name, also: [also].flat(), how: `${type}{…}` }));
}

/** Annotations and decorators of what receives, and of what is sent in answer. */
export const marks: readonly { name: RegExp; action: Ask['action']; keys: string[] }[] = [
  { name: /^KafkaListener$/, action: 'receive', keys: ['topics', 'value'] },
  { name: /^RabbitListener$/, action: 'receive', keys: ['queues', 'value'] },
  { name: /^SqsListener$/, action: 'receive', keys: ['value', 'queueNames'] },
  { name: /^JmsListener$/, action: 'receive', keys: ['destination'] },
  { name: /^(?:EventPattern|MessagePattern)$/, action: 'receive', keys: ['value'] },
  { name: /^SendTo$/, action: 'send', keys: ['value'] },
  { name: /^Incoming$/, action: 'receive', keys: ['value'] },
  { name: /^Outgoing$/, action: 'send', keys: ['value'] },
];
