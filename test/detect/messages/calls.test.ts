import t from 'tap';
import { messageCalls } from '../../../lib/detect/messages/detector.ts';

/** What is read out of files: `line subject`, and what is not read: `line? why`. */
async function read(files: Record<string, string>): Promise<string[]> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const { parts, unresolved } = await messageCalls.extract(sources, {});
  const own = (path: string): string => (Object.keys(files).length > 1 ? `${path}:` : '');
  return [
    ...parts.map(
      ({ value, path, line }) => `${own(path)}${line} ${String((value as { subject: string }).subject)}`,
    ),
    ...unresolved.map(({ path, line, what }) => `${own(path)}${line}? ${what}`),
  ];
}

/** A snippet by its file, and what has to be read out of it. */
const snippets: [name: string, path: string, code: string, expected: string[]][] = [
  [
    'kafkajs: a consumer and a producer, with a constant',
    'a.ts',
    `import { Kafka } from 'kafkajs';
const TOPICS = { orders: 'orders.created' };
const kafka = new Kafka({ brokers: ['b:9092'] });
const consumer = kafka.consumer({ groupId: 'billing' });
await consumer.subscribe({ topic: TOPICS.orders, fromBeginning: true });
await consumer.subscribe({ topics: ['a', 'b'] });
const producer = kafka.producer();
await producer.send({ topic: \`invoices.\${'v1'}\`, messages: [{ value: 'x' }] });
await producer.sendBatch({ topicMessages: [{ topic: 'c', messages: [] }] });
`,
    ['5 receive orders.created', '6 receive a', '6 receive b', '8 send invoices.v1', '9 send c'],
  ],
  [
    'kafkajs: what the environment says, with and without a default',
    'a.js',
    `const { Kafka } = require('kafkajs');
const consumer = new Kafka({}).consumer({ groupId: 'g' });
consumer.subscribe({ topic: process.env.TOPIC || 'orders' });
consumer.subscribe({ topic: process.env.OTHER });
consumer.subscribe({ topic: /orders.*/ });
`,
    ['3 receive orders', '4? subscribe({…})', '5? subscribe({…})'],
  ],
  [
    'a function that is given the topic by its callers',
    'a.ts',
    `import { Kafka } from 'kafkajs';
const producer = new Kafka({}).producer();
export async function emit(topic: string, value: string) {
  await producer.send({ topic, messages: [{ value }] });
}
emit('orders', 'x');
emit('refunds', 'y');
`,
    ['4 send orders', '4 send refunds'],
  ],
  [
    'confluent-kafka',
    'a.py',
    `from confluent_kafka import Consumer, Producer
consumer = Consumer({"group.id": "g"})
consumer.subscribe(["orders", "refunds"])
producer = Producer({})
producer.produce("invoices", value=b"x")
producer.produce(topic="receipts", value=b"x")
`,
    ['3 receive orders', '3 receive refunds', '5 send invoices', '6 send receipts'],
  ],
  [
    'aiokafka and kafka-python',
    'a.py',
    `from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka import KafkaConsumer
TOPIC = "orders"
async def main():
    consumer = AIOKafkaConsumer(TOPIC, "refunds", bootstrap_servers="b:9092")
    producer = AIOKafkaProducer()
    await producer.send_and_wait("invoices", b"x")
    other = KafkaConsumer("audit")
`,
    ['5 receive orders', '5 receive refunds', '7 send invoices', '8 receive audit'],
  ],
  [
    'sarama',
    'a.go',
    `package a

import (
	"context"

	"github.com/IBM/sarama"
)

const topic = "orders"

func send(p sarama.SyncProducer) {
	p.SendMessage(&sarama.ProducerMessage{Topic: topic, Value: nil})
}

func receive(ctx context.Context, g sarama.ConsumerGroup, h sarama.ConsumerGroupHandler) {
	g.Consume(ctx, []string{"refunds"}, h)
}
`,
    ['12 send orders', '16 receive refunds'],
  ],
  [
    'franz-go',
    'a.go',
    `package a

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"
)

func run(ctx context.Context) {
	cl, _ := kgo.NewClient(
		kgo.ConsumerGroup("g"),
		kgo.ConsumeTopics("orders", "refunds"),
	)
	cl.Produce(ctx, &kgo.Record{Topic: "invoices", Value: nil}, nil)
}
`,
    ['12 receive orders', '12 receive refunds', '14 send invoices'],
  ],
  [
    'nats in Go',
    'a.go',
    `package a

import "github.com/nats-io/nats.go"

func run(nc *nats.Conn) {
	nc.Publish("orders.created", nil)
	nc.Subscribe("refunds.*", nil)
	nc.QueueSubscribe("audit", "workers", nil)
}
`,
    ['6 send orders.created', '7 receive refunds.{}', '8 receive audit'],
  ],
  [
    'nats in TypeScript',
    'a.ts',
    `import { connect } from 'nats';
const nc = await connect();
nc.publish('orders.created', 'x');
for await (const m of nc.subscribe('refunds')) console.log(m);
const answer = await nc.request('prices.get', 'x');
`,
    ['3 send orders.created', '4 receive refunds', '5 send prices.get'],
  ],
  [
    'Spring Kafka',
    'A.java',
    `package a;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
class A {
  private static final String TOPIC = "orders";
  private final KafkaTemplate<String, String> kafkaTemplate;
  @KafkaListener(topics = TOPIC, groupId = "g")
  void on(String value) {
    kafkaTemplate.send("invoices", value);
  }
  @KafkaListener(topics = {"a", "\${b.topic:b}"})
  void more(String value) {}
  @KafkaListener(topics = "\${c.topic}")
  void open(String value) {}
}
`,
    ['7 receive orders', '9 send invoices', '11 receive a', '11 receive b', '13? @KafkaListener'],
  ],
  [
    'SQS, SNS and EventBridge in TypeScript',
    'a.ts',
    `import { SQSClient, SendMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
const sqs = new SQSClient({});
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders';
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
await new SNSClient({}).send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:123456789012:refunds' }));
await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{ EventBusName: 'shop', Source: 'billing', DetailType: 'InvoicePaid' }] }));
`,
    ['6 send orders', '7 receive orders', '8 send refunds', '9 send InvoicePaid'],
  ],
  [
    'SQS and SNS in Python',
    'a.py',
    `import boto3
sqs = boto3.client("sqs")
sqs.send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/orders", MessageBody="x")
sqs.receive_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/refunds")
boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:1:audit", Message="x")
boto3.client("events").put_events(Entries=[{"DetailType": "InvoicePaid", "Source": "billing"}])
`,
    ['3 send orders', '4 receive refunds', '5 send audit', '6 send InvoicePaid'],
  ],
  [
    'RabbitMQ in Python and an exchange beside its routing key',
    'a.py',
    `import pika
channel = pika.BlockingConnection().channel()
channel.basic_publish(exchange="shop", routing_key="orders.created", body=b"x")
channel.basic_consume(queue="refunds", on_message_callback=print)
`,
    ['3 send orders.created', '4 receive refunds'],
  ],
  [
    'what is made elsewhere is listed as not read',
    'a.ts',
    `import { Kafka } from 'kafkajs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Subject } from 'rxjs';
export class Outbox {
  constructor(private producer: any, private sqs: any, private changes: Subject<string>) {}
  async flush(record: any, input: any) {
    await this.producer.send(record);
    await this.producer.sendBatch(record);
    await this.sqs.send(new SendMessageCommand(input));
    this.changes.subscribe((change) => change);
  }
}
`,
    ['7? send({…})', '8? sendBatch({…})', '9? SendMessageCommand(…)'],
  ],
  [
    'what only sounds like it',
    'a.ts',
    `import { Subject } from 'rxjs';
const store = new Subject<string>();
store.subscribe('orders');
api.send('x');
bus.publish('y');
// kafka
`,
    [],
  ],
];

for (const [name, path, code, expected] of snippets)
  t.test(name, async (t) => {
    t.same(await read({ [path]: code }), expected);
  });

t.test('a topic from another file, and a producer that another file makes', async (t) => {
  const found = await read({
    'topics.ts': "export const ORDERS = 'orders';\n",
    'kafka.ts': "import { Kafka } from 'kafkajs';\nexport const producer = new Kafka({}).producer();\n",
    'send.ts':
      "import { ORDERS } from './topics';\nimport { producer } from './kafka';\nproducer.send({ topic: ORDERS, messages: [] });\n",
  });
  t.same(found, ['send.ts:3 send orders']);
});

t.test('tests of the code are not its uses', async (t) => {
  const code =
    "import { Kafka } from 'kafkajs';\nnew Kafka({}).producer().send({ topic: 'a', messages: [] });\n";
  t.same(await read({ 'src/a.test.ts': code, 'src/a.ts': code }), ['src/a.ts:2 send a']);
});
