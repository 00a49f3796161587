import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const properties = (...names: string[]): string =>
  names.map((name) => `          ${name}: { type: string }\n`).join('');
const events = (...names: string[]): string =>
  `asyncapi: 3.0.0
info: { title: shop, version: "1" }
channels:
  orders:
    address: orders.created
    messages:
      OrderCreated: { $ref: './messages.yaml#/OrderCreated' }
operations:
  sendOrder:
    action: send
    channel: { $ref: '#/channels/orders' }
${names.map((name) => `# ${name}\n`).join('')}`;
const messages = (...names: string[]): string =>
  `OrderCreated:\n  payload:\n    type: object\n    properties:\n${names.map((name) => `      ${name}: { type: string }\n`).join('')}`;
const own = (...names: string[]): string =>
  `asyncapi: 2.6.0
info: { title: billing, version: "1" }
channels:
  orders.created:
    publish:
      message:
        payload:
          type: object
          properties:
${properties(...names).replaceAll(/^ {10}/gm, '            ')}`;
const code = `import { Kafka } from 'kafkajs';
const consumer = new Kafka({ brokers: [] }).consumer({ groupId: 'billing' });
export const start = () => consumer.subscribe({ topics: ['orders.created', 'refunds'] });
`;

const world = {
  provider: { 'api/events.yaml': events(), 'api/messages.yaml': messages('id', 'total', 'note') },
  source: 'api',
  consumer: { 'billing.yaml': own('id', 'total'), 'src/orders.ts': code },
  binding: 'billing.yaml',
};

t.test("a consumer's own description: each commit names the line of what it takes away", async (t) => {
  const { provider, contract, commit, check, publish, status } = await pairOf(sandbox(t), {
    ...world,
    imported: ['--verify', 'asyncapi-operations'],
  });
  t.match(await contract(), /^kind: asyncapi$/m);
  t.match(await contract(), /api\/messages\.yaml|messages\.yaml/, 'the file that it refers to is kept');
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const more = await commit(provider, 'more', {
    'api/messages.yaml': messages('id', 'total', 'note', 'tax'),
  });
  t.match(more, /compatible, would be 1\.1\.0/);
  const note = await commit(provider, 'no note', { 'api/messages.yaml': messages('id', 'total', 'tax') });
  t.match(note, /breaking, would be 2\.0\.0/);
  t.match(note, /not used by consumer/, 'a property that it does not describe');
  const total = await commit(provider, 'no total', { 'api/messages.yaml': messages('id', 'tax') });
  t.match(
    total,
    /breaks consumer at billing\.yaml:11 \(receives orders\.created → payload → total: property removed/,
  );
  await publish();
  t.match(await check('--fail-on', 'stale'), { code: 1 });
  t.match(await status(), /failing|broken|stale/);
});

t.test('the topics in code: a change names the line that subscribes', async (t) => {
  const { provider, commit, check } = await pairOf(sandbox(t), {
    ...world,
    binding: 'src',
    imported: ['--verify', 'message-calls'],
  });
  t.match(await check(), { code: 0, stdout: /1 proved/ }, 'a topic of others is left out');
  const total = await commit(provider, 'no total', { 'api/messages.yaml': messages('id', 'note') });
  t.match(
    total,
    /unknown for consumer: src\/orders\.ts:3: receives orders\.created, and what it uses of the messages is not read/,
  );
  const moved = await commit(provider, 'moved', {
    'api/events.yaml': events().replace('orders.created', 'orders.v2'),
  });
  t.match(moved, /breaks consumer at src\/orders\.ts:3 \(receives orders\.created/);
});

t.test('a change set takes a property away: the consumer that describes it merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, {
    ...world,
    imported: ['--verify', 'asyncapi-operations'],
  });
  const branch = 'drop-total';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, file = '') => `${path}/.worktrees/${branch}/${file}`;
  box.write(at(provider.path, 'api/messages.yaml'), messages('id', 'note'));
  box.write(at(consumer.path, 'billing.yaml'), own('id'));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop total'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop total'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:api/messages.yaml']);
  t.equal(merged.stdout, messages('id', 'note'));
});
