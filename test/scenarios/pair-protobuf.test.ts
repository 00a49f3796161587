import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const invoice = (...fields: string[]): string =>
  `syntax = "proto3";\npackage acme.v1;\n\nimport "acme/money.proto";\nimport "google/protobuf/timestamp.proto";\n\nmessage Invoice {\n  string id = 1;\n  Money total = 2;\n  google.protobuf.Timestamp at = 3;\n${fields.map((field) => `  ${field}\n`).join('')}}\n`;
const money = (...fields: string[]): string =>
  `syntax = "proto3";\npackage acme.v1;\n\nmessage Money {\n${fields.map((field) => `  ${field}\n`).join('')}}\n`;
const [cents, currency] = ['int64 cents = 1;', 'string currency = 2;'];

const world = {
  provider: {
    'proto/acme/invoice.proto': invoice('string note = 4;'),
    'proto/acme/money.proto': money(cents, currency),
    'proto/README.md': '# What we send\n',
  },
  source: 'proto',
  consumer: {
    'vendor/acme/invoice.proto': invoice(),
    'vendor/acme/money.proto': money(cents, currency),
  },
  binding: 'vendor',
};

t.test('a tree of .proto files, and a consumer that keeps the part that it uses', async (t) => {
  const { provider, contract, commit, check, publish, status } = await pairOf(sandbox(t), world);
  t.match(await contract(), /^kind: protobuf$/m);
  t.match(await contract(), /proto\/acme\/money\.proto/, 'the files are kept');
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const added = await commit(provider, 'due', {
    'proto/acme/invoice.proto': invoice('string note = 4;', 'google.protobuf.Timestamp due = 5;'),
  });
  t.match(added, /compatible, would be 1\.1\.0/);
  await publish();
  t.match(await check(), { code: 0 });
  t.match(await status(), /proved/);
  const gone = await commit(provider, 'no currency', { 'proto/acme/money.proto': money(cents) });
  t.match(gone, /breaking, would be 2\.0\.0/);
  t.match(gone, /field 'currency' = 2 was removed from 'acme\.v1\.Money'/);
  await publish();
  t.match(await check('--fail-on', 'stale'), { code: 1 });
});

t.test('what is wrong with a tree is said with its file and line, and nothing is published', async (t) => {
  const box = sandbox(t);
  const { provider } = await pairOf(box, world);
  const refs = async () => (await box.git(['-C', 'realm', 'show-ref'])).stdout;
  const before = await refs();
  provider.write({ 'bad/a.proto': 'syntax = "proto3";\nmessage A {\n  string one = ;\n}\n' });
  await provider.commit('bad');
  await provider.push();
  const asked = ['export', '--name', 'bad', '--domain', 'd', '--source', 'bad', '--kind', 'protobuf'];
  const refused = await box.realm([...asked, '--detector', 'protobuf'], {
    cwd: provider.path,
    expect: 'any',
  });
  t.not(refused.code, 0);
  t.match(refused.stderr, /bad\/a\.proto:3: .*the number of a field, found ';' in line 3/);
  t.equal(await refs(), before);
  const old = box.path('old.proto');
  box.write(old, 'syntax = "proto3";\nmessage A {\n  int32 one = 1;\n}\n');
  box.write(box.path('new.proto'), 'syntax = "proto3";\nmessage A {\n  int64 one = 1;\n}\n');
  const usual = await box.realm(['compat', 'old.proto', 'new.proto'], { expect: 1 });
  t.match(usual.stdout, /new\.proto:3/, 'file and line of the change');
  t.match(usual.stdout, /"hex":"0801"|hex/, 'a message that shows it');
  await box.realm(['compat', 'old.proto', 'new.proto', '--level', 'wire']);
});

t.test('the level that a contract names decides', async (t) => {
  const box = sandbox(t);
  const { provider, contract, commit } = await pairOf(box, { ...world, provider: { ...world.provider } });
  const file = 'domains/d/contracts/c.yaml';
  const text = (await contract()).replace(
    /^compatibility:[^\n]*\n(?: .*\n)*/m,
    'compatibility: { level: wire }\n',
  );
  t.match(text, /level: wire/);
  box.write(join(box.path('realm'), file), text);
  await box.git(['-C', 'realm', 'checkout', '-q', 'main', '--', ':!domains/d/contracts/c.yaml']);
  await box.git(['-C', 'realm', 'commit', '-qm', 'level', '--', file]);
  await box.realm(['sync'], { cwd: provider.path });
  const renamed = await commit(provider, 'renamed', {
    'proto/acme/money.proto': money(cents, 'string code = 2;'),
  });
  t.match(renamed, /compatible, would be 1\.1\.0/, 'another name is nothing that is sent');
});

const client = (...fields: string[]): string =>
  `from acme import invoice_pb2\n\n\ndef show(data):\n    inv = invoice_pb2.Invoice.FromString(data)\n    print(${fields.map((field) => `inv.${field}`).join(', ')})\n`;
const used = {
  ...world,
  consumer: {
    'client/acme/invoice.proto': invoice('string note = 4;', 'string due = 5;'),
    'client/acme/money.proto': money(cents, currency),
    'client/show.py': client('id', 'note'),
  },
  provider: { ...world.provider, 'proto/acme/invoice.proto': invoice('string note = 4;', 'string due = 5;') },
  binding: 'client',
};

t.test('code that uses a copy through stubs: each commit says whom it breaks, at which line', async (t) => {
  const { provider, commit, check, status } = await pairOf(sandbox(t), used);
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const due = await commit(provider, 'no due', { 'proto/acme/invoice.proto': invoice('string note = 4;') });
  t.match(due, /breaking/);
  t.match(due, /not used by consumer/, 'a field that the code does not use');
  const note = await commit(provider, 'no note', { 'proto/acme/invoice.proto': invoice() });
  t.match(
    note,
    /breaks consumer at client\/show\.py:6 \(uses acme\.v1\.Invoice\.note: field 'note' = 4 was removed/,
  );
});

t.test('a change set takes a field away: the code that uses it merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, used);
  const branch = 'drop-note';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, file = '') => join(path, '.worktrees', branch, file);
  box.write(at(provider.path, 'proto/acme/invoice.proto'), invoice('string due = 5;'));
  box.write(at(consumer.path, 'client/show.py'), client('id'));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop note'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop note'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:proto/acme/invoice.proto']);
  t.equal(merged.stdout, invoice('string due = 5;'));
});
