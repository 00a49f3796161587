import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const schema = (...fields: string[]): string =>
  `extend type Query {\n  invoice(id: ID!): Invoice\n}\n\ntype Invoice @key(fields: "id") {\n  id: ID!\n${fields
    .map((field) => `  ${field}\n`)
    .join('')}}\n`;

const query = (...fields: string[]): string =>
  `import { gql } from 'graphql-tag';\n\nexport const INVOICE = gql\`\n  query Invoice($id: ID!) {\n    invoice(id: $id) {\n${fields
    .map((field) => `      ${field}\n`)
    .join('')}    }\n  }\n\`;\n`;

const world = {
  provider: { 'invoices.graphql': schema('total: Float', 'note: String') },
  source: 'invoices.graphql',
  consumer: { 'src/invoice.ts': query('id', 'total'), 'src/log.ts': 'export const log = console.log;\n' },
  binding: 'src',
};

t.test('a subgraph and its client: each commit says whom it breaks, at which line', async (t) => {
  const box = sandbox(t);
  const { provider, consumer, commit, publish, check, contract, status } = await pairOf(box, world);
  t.match(await contract(), /^kind: graphql$/m);
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  const note = await commit(provider, 'no note', { 'invoices.graphql': schema('total: Float') });
  t.match(note, /breaking/);
  t.match(note, /not used by consumer/, 'a field that nobody asks for');
  const total = await commit(provider, 'no total', { 'invoices.graphql': schema() });
  t.match(total, /breaks consumer at src\/invoice\.ts:7 \(cannot be sent: Cannot query field "total"/);

  // The client stops asking for it, and says so.
  await commit(consumer, 'no total', { 'src/invoice.ts': query('id') });
  await consumer.push();
  await box.realm(['sync'], { cwd: consumer.path });
  const gone = await commit(provider, 'still no total', { 'invoices.graphql': `${schema()}\n` });
  t.match(gone, /not used by consumer/);
  await publish();
  t.match(await check(), { code: 0 });
});

t.test('a change set takes a field away: its client merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, world);
  const branch = 'drop-total';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, file = '') => join(path, '.worktrees', branch, file);
  box.write(at(provider.path, 'invoices.graphql'), schema('note: String'));
  box.write(at(consumer.path, 'src/invoice.ts'), query('id'));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop total'], inside);
  await box.realm(['push'], inside);
  const opened = await box.realm(['pr', '--title', 'Drop total'], inside);
  t.match(opened.stdout + opened.stderr, /consumer[\s\S]*provider/);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:invoices.graphql']);
  t.equal(merged.stdout, schema('note: String'));
});
