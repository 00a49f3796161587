import t from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo, openRepo, type Repo } from '../helpers/world/repo.ts';
import { templateOf } from '../helpers/world/template.ts';

const files = {
  'openapi.yaml':
    'openapi: 3.0.3\ninfo: { title: shop, version: "1" }\npaths:\n  /a:\n    get: { responses: { "200": { description: ok } } }\n',
  'shop.graphql': 'type Query {\n  user(id: ID!): User\n}\ntype User {\n  name: String!\n}\n',
  'person.schema.json':
    '{\n  "$schema": "https://json-schema.org/draft/2020-12/schema",\n  "type": "object",\n  "properties": { "name": { "type": "string" } }\n}\n',
  'limits.yaml': 'rate: 100\nburst: 20\n',
  'store.py': 'import boto3\ns3 = boto3.client("s3")\ns3.put_object(Bucket="acme", Key="runs/a.json")\n',
  'package.json': '{ "name": "shop", "version": "1.0.0" }\n',
  'shop.proto': 'syntax = "proto3";\nmessage Order { string id = 1; }\n',
  'order.json': '{ "type": "record", "name": "Order", "fields": [] }\n',
  'events.yaml': 'asyncapi: 1.2.0\ninfo: { title: events, version: "1" }\n',
  'empty.yaml': '',
  'cut.json': '{ "openapi": "3.0.0", "paths": {',
  'notes.txt': 'hello\n',
  'quiet.py': 'def f():\n    return 1\n',
};

async function world(test: Parameters<typeof sandbox>[0]): Promise<{ box: Sandbox; repo: Repo }> {
  const box = await templateOf(test, 'kinds-recognised', async (box) => {
    await box.realm(['init', '--name', 'acme', '--path', 'realm']);
    await makeRepo(box, 'shop', { tree: files });
    await box.realm(['join', '../realm', '--no-detect'], { cwd: 'shop', expect: 'any' });
    await box.realm(['join', '../realm'], { cwd: 'shop', expect: 'any' });
    await box.realm(['domain', 'create', 'd', '--repos', 'shop,other', '--contract', 's3-permissions'], {
      cwd: 'shop',
    });
  });
  return { box, repo: openRepo(box, 'shop', box.path('remotes/shop.git')) };
}

const contract = async (box: Sandbox, name: string): Promise<string> =>
  (await box.git(['-C', 'realm', 'show', `main:domains/d/contracts/${name}.yaml`])).stdout;

t.test('a source is exported as what it is', async (t) => {
  const { box } = await world(t);
  for (const [source, kind] of [
    ['openapi.yaml', 'openapi'],
    ['shop.graphql', 'graphql'],
    ['shop.proto', 'protobuf'],
    ['person.schema.json', 'json-schema'],
    ['limits.yaml', 'value'],
    ['store.py', 's3'],
  ] as const) {
    const name = `c-${kind}`;
    await box.realm(['export', '--name', name, '--domain', 'd', '--source', source], { cwd: 'shop' });
    t.match(await contract(box, name), new RegExp(`^kind: ${kind}$`, 'm'), `${source} is of kind ${kind}`);
  }
  t.match(await contract(box, 'c-s3'), 'runs/a.json');
  t.match(
    await contract(box, 's3-permissions'),
    /^kind: s3$/m,
    'the first contract of a domain names its kind',
  );
});

t.test(
  'what no kind recognises is not published: the message says what was looked for, and what it is',
  async (t) => {
    const { box } = await world(t);
    const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
    for (const [source, said] of [
      ['package.json', /the manifest of a package/],
      ['order.json', /an Avro schema/],
      ['events.yaml', /an AsyncAPI document of version 1\.2\.0/],
      ['empty.yaml', /the kind of contract in/],
      ['cut.json', /the kind of contract in/],
      ['notes.txt', /the kind of contract in/],
      ['quiet.py', /the kind of contract in/],
    ] as const) {
      const done = await box.realm(['export', '--name', 'c', '--domain', 'd', '--source', source], {
        cwd: 'shop',
        expect: 128,
      });
      t.match(done.stderr, said, source);
      t.match(done.stderr, /looked for .*openapi/, `${source}: what was looked for`);
    }
    for (const [source, kind] of [
      ['notes.txt', 'openapi'],
      ['shop.graphql', 'openapi'],
      ['quiet.py', 's3'],
      ['empty.yaml', 'value'],
    ] as const) {
      const args = ['export', '--name', 'c', '--domain', 'd', '--source', source, '--kind', kind];
      await box.realm(args, { cwd: 'shop', expect: 128 });
    }
    const empty = [
      'export',
      '--name',
      'c',
      '--domain',
      'd',
      '--source',
      'quiet.py',
      '--detector',
      's3-paths',
    ];
    t.match((await box.realm(empty, { cwd: 'shop', expect: 128 })).stderr, /no values to publish were found/);
    t.equal((await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout, before, 'the realm is as it was');
  },
);

t.test('a source that two kinds claim is not guessed at', async (t) => {
  const { box, repo } = await world(t);
  repo.write({ 'mixed/store.py': files['store.py'], 'mixed/api.yaml': files['openapi.yaml'] });
  await repo.commit('mixed');
  await repo.push();
  const args = ['export', '--name', 'c', '--domain', 'd', '--source', 'mixed'];
  const done = await box.realm(args, { cwd: 'shop', expect: 129 });
  t.match(done.stderr, /openapi \(mixed\/api\.yaml .*s3 \(mixed\/store\.py/);
  t.match(done.stderr, /--kind openapi or --kind s3/);
  await box.realm([...args, '--kind', 'openapi'], { cwd: 'shop' });
  t.match(await contract(box, 'c'), /^kind: openapi$/m);
});

t.test('a contract stays of its kind', async (t) => {
  const { box } = await world(t);
  await box.realm(['export', '--name', 'c', '--domain', 'd', '--source', 'openapi.yaml'], { cwd: 'shop' });
  const args = ['export', '--name', 'c', '--domain', 'd', '--source', 'limits.yaml', '--kind', 'value'];
  const done = await box.realm(args, { cwd: 'shop', expect: 'any' });
  t.not(done.code, 0);
  t.match(done.stderr, /the kind of 'c' is openapi, but that of .* is value/);
});

t.test('domain create publishes only what is named, and lists several', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', '--name', 'acme', '--path', 'realm']);
  await makeRepo(box, 'shop', { tree: { 'store.py': files['store.py'] } });
  await box.realm(['join', '../realm'], { cwd: 'shop' });
  const args = ['domain', 'create', 'd', '--repos', 'shop,other', '--contract', 'graphql-v2'];
  const done = await box.realm(args, { cwd: 'shop', expect: 128 });
  t.match(done.stderr, /no export named 'graphql-v2' was detected .*s3-permissions \(s3, store\.py\)/);
  t.equal(
    (await box.git(['-C', 'realm', 'ls-tree', '-r', '--name-only', 'main'])).stdout.includes('domains'),
    false,
  );
});

t.test(
  'a document that leads to files beside it is never told as read, also once it is published',
  async (t) => {
    const { box, repo } = await world(t);
    const text =
      'openapi: 3.0.3\ninfo: { title: a, version: "1" }\npaths:\n  /a:\n    $ref: paths/a.yaml\n  /b:\n    get: { responses: { "200": { description: ok } } }\n';
    repo.write({ 'api.yaml': text, 'paths/a.yaml': 'get: { responses: { "200": { description: ok } } }\n' });
    await repo.commit('api');
    await repo.push();
    await box.realm(['export', '--name', 'api', '--domain', 'd', '--source', 'api.yaml'], { cwd: 'shop' });
    const said = (await box.realm(['status'], { cwd: 'shop' })).stdout;
    t.match(
      said,
      /not resolved: api\.yaml:5: .* is not among the sources, so changes in it are not detected/,
    );
  },
);
