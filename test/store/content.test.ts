import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import type { DomainCreateOp } from '../../lib/realm/ops/domain.ts';
import type { InitOp } from '../../lib/realm/ops/init.ts';
import type { PublishOp } from '../../lib/realm/ops/publish.ts';
import type { RegisterOp } from '../../lib/realm/ops/register.ts';
import type { ContractRenameOp } from '../../lib/realm/ops/rename-contract.ts';
import type { RemoveContractOp } from '../../lib/realm/ops/retire.ts';
import type { ContentEntry, ContractFile } from '../../lib/realm/types.ts';
import { keepBlob } from '../../lib/store/blobs.ts';
import { applyOp, opOf } from '../../lib/store/engine.ts';
import { readCommit } from '../../lib/store/read-commit.ts';
import { commitsOf, type Replayed, replay } from '../../lib/store/replay.ts';
import { readSnapshot } from '../../lib/store/snapshot.ts';
import { openStore, type Store } from '../../lib/store/store.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
let count = 0;
const head = () => ({ id: `op-${++count}`, at: '2026-01-24T10:00:00Z', by: who.email });
const sdl = (...fields: string[]) => `# who reads this?\ntype Query {\n  ${fields.join('\n  ')}\n}\n`;
const parsed = (text: string) => ({ sdl: text, 'x-realm': { kind: 'graphql' } });

/** A bare realm with a domain of one provider. */
async function realm(t: Test, format = 'sha1'): Promise<{ box: Sandbox; store: Store }> {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', `--object-format=${format}`, 'realm']);
  const store = await openStore(box.path('realm'), box.env);
  t.teardown(() => store.close());
  const init: InitOp = { verb: 'init', ...head(), name: 'acme' };
  const register: RegisterOp = { verb: 'register', ...head(), repo: 'a', maintainers: [who.email] };
  const domain: DomainCreateOp = {
    verb: 'domain-create',
    ...head(),
    domain: 'd',
    members: ['a'],
    provider: 'a',
    payload: { contracts: [] },
  };
  for (const op of [init, register, domain]) await applyOp(store, op, who);
  return { box, store };
}

/** A publication of these texts by path; the first is the document. */
async function publication(
  store: Store,
  contract: string,
  files: Record<string, string | Uint8Array>,
  fields: Partial<PublishOp> = {},
): Promise<PublishOp> {
  const tip = (await store.objects.resolve(store.branch)) ?? '';
  const content: ContentEntry[] = Object.entries(files).map(([path, text]) => {
    const bytes = Buffer.from(text);
    return { path, oid: keepBlob(store, bytes, tip), bytes: bytes.length };
  });
  const old = (await readSnapshot(store)).model.contract('d', contract);
  const text = Buffer.from(Object.values(files)[0] ?? '').toString('utf8');
  return {
    verb: 'publish',
    ...head(),
    domain: 'd',
    contract,
    repo: 'a',
    base: old === undefined ? null : { version: old.version, source: old.source_commit ?? null },
    source: null,
    kind: 'graphql',
    payload: { value: null, schema: parsed(text), content: content as never },
    ...fields,
  };
}

const tree = async (box: Sandbox, at = 'main') =>
  (await box.git(['-C', 'realm', 'ls-tree', '-r', '--name-only', at, 'domains/d/contracts'])).stdout
    .split('\n')
    .filter(Boolean);

for (const format of ['sha1', 'sha256'])
  t.test(`files come, change, move and go with their contract (${format})`, async (t) => {
    const { box, store } = await realm(t, format);
    const first = { 'api/schema.graphql': sdl('a: Int'), 'api/second one.graphql': 'type B { a: Int }\r\n' };
    await applyOp(store, await publication(store, 'api', first), who);
    for (const [path, text] of Object.entries(first)) {
      const shown = await box.git(['-C', 'realm', 'show', `main:domains/d/contracts/api.d/${path}`]);
      t.equal(shown.stdout, text, path);
    }
    await box.git(['-C', 'realm', 'fsck', '--strict']);
    const { model, loaded } = await readSnapshot(store);
    t.same(model.problems(), []);
    t.same(model.contractNames('d'), ['api'], 'what lies beside it is no contract');
    const file = model.contract('d', 'api');
    t.match(file, { kind: 'graphql', version: '1.0.0', content: [{ path: 'api/schema.graphql' }, {}] });
    t.notOk(file && ('schema' in file || 'value' in file), 'the file holds no document');

    t.equal(
      (await applyOp(store, await publication(store, 'api', first), who)).commit,
      null,
      'there already',
    );
    const next = { 'api/schema.graphql': sdl('a: Int', 'b: Int') };
    const { planned } = await applyOp(store, await publication(store, 'api', next), who);
    t.match(planned, { kind: 'commit', facts: { from: '1.0.0', version: '1.1.0', verdict: 'compatible' } });
    t.same(await tree(box), ['domains/d/contracts/api.d/api/schema.graphql', 'domains/d/contracts/api.yaml']);
    t.match(await loaded({ ...file, name: 'api', version: '1.0.0' }), { schema: { sdl: sdl('a: Int') } });

    const rename: ContractRenameOp = {
      ...{ verb: 'contract-rename', ...head(), domain: 'd', contract: 'api', repo: 'a', to: 'graph' },
    };
    await applyOp(store, rename, who);
    t.same(await tree(box), [
      'domains/d/contracts/graph.d/api/schema.graphql',
      'domains/d/contracts/graph.yaml',
    ]);
    t.same((await readSnapshot(store)).model.problems(), []);
    const remove: RemoveContractOp = {
      ...{ verb: 'contract-remove', ...head(), domain: 'd', contract: 'graph', repo: 'a', force: false },
    };
    await applyOp(store, remove, who);
    t.same(await tree(box), [], 'nothing is left behind');
  });

t.test('what waits offline is planned again on what others published, with its files', async (t) => {
  const { box, store } = await realm(t);
  await applyOp(store, await publication(store, 'api', { 'a.graphql': sdl('a: Int') }), who);
  const base = (await store.objects.resolve(store.branch)) ?? '';
  await applyOp(store, await publication(store, 'api', { 'a.graphql': sdl('a: Int', 'b: Int') }), who);
  await applyOp(store, await publication(store, 'other', { 'b.graphql': sdl('c: Int') }), who);
  const mine = (await store.objects.resolve(store.branch)) ?? '';
  await box.git(['-C', 'realm', 'update-ref', 'refs/heads/main', base]);
  // Another process, which has none of the bytes at hand, and a realm that moved meanwhile.
  const later = await openStore(box.path('realm'), box.env);
  t.teardown(() => later.close());
  await applyOp(later, await publication(later, 'third', { 'c.graphql': sdl('d: Int') }), who);
  const theirs = (await later.objects.resolve(later.branch)) ?? '';
  const done: Replayed = { replayed: 0, dropped: [] };
  const commits = await commitsOf(later, mine, [base]);
  const tip = await replay(later, who, { onto: theirs, commits, has: new Set() }, done);
  t.same(done, { replayed: 2, dropped: [] });
  t.same(await tree(box, tip), [
    'domains/d/contracts/api.d/a.graphql',
    'domains/d/contracts/api.yaml',
    'domains/d/contracts/other.d/b.graphql',
    'domains/d/contracts/other.yaml',
    'domains/d/contracts/third.d/c.graphql',
    'domains/d/contracts/third.yaml',
  ]);
  const { model, loaded } = await readSnapshot(later, tip);
  t.same(model.problems(), []);
  const api = model.contract('d', 'api');
  t.match(api, { version: '1.1.0' });
  t.match(api && (await loaded(api)), { schema: { sdl: sdl('a: Int', 'b: Int') } });
  const commit = await readCommit(later, tip);
  t.match(commit && (await opOf(later, commit)), { payload: { schema: { sdl: sdl('c: Int') } } });
});

t.test('a tree of three hundred files is a contract; each blob is in the realm once', async (t) => {
  const { box, store } = await realm(t);
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`proto/part-${n % 7}/file-${n}.graphql`, sdl(`f${n % 3}: Int`)]),
  );
  await applyOp(store, await publication(store, 'tree', files), who);
  t.equal((await tree(box)).length, 301);
  const { model } = await readSnapshot(store);
  t.same(model.problems(), []);
  t.equal(new Set(model.contract('d', 'tree')?.content?.map(({ oid }) => oid)).size, 3);
  const edited = { ...files, 'proto/part-0/file-0.graphql': sdl('f0: Int', 'g: Int') };
  await applyOp(store, await publication(store, 'tree', edited), who);
  const changed = await box.git(['-C', 'realm', 'diff', '--name-only', 'main~1', 'main']);
  t.same(changed.stdout.trim().split('\n'), [
    'domains/d/contracts/tree.d/proto/part-0/file-0.graphql',
    'domains/d/contracts/tree.yaml',
  ]);
});

t.test('a realm that lists what is not there loses that contract and nothing else', async (t) => {
  const { box, store } = await realm(t);
  await applyOp(store, await publication(store, 'good', { 'a.graphql': sdl('a: Int') }), who);
  const oidOf = (text: string) => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');
  const write = (name: string, content: string, files: Record<string, string>) => {
    box.write(
      `clone/domains/d/contracts/${name}.yaml`,
      `name: ${name}\nkind: graphql\nversion: "1.0.0"\nowner: a\n${content}\n`,
    );
    for (const [path, text] of Object.entries(files))
      box.write(`clone/domains/d/contracts/${name}.d/${path}`, text);
  };
  await box.git(['clone', '-q', 'realm', 'clone']);
  const text = sdl('a: Int');
  const entry = (path: string, oid = oidOf(text), bytes = text.length) =>
    `{ path: ${path}, oid: "${oid}", bytes: ${bytes} }`;
  write('missing', `content: [${entry('a.graphql')}]`, {});
  write('other', `content: [${entry('a.graphql')}]`, { 'a.graphql': 'other' });
  write('twice', `content: [${entry('a.graphql')}, ${entry('a.graphql')}]`, { 'a.graphql': text });
  write('both', `schema: {}\ncontent: [${entry('a.graphql')}]`, { 'a.graphql': text });
  write('large', `content: [${entry('a.graphql', undefined, 17 << 20)}]`, { 'a.graphql': text });
  write('escapes', `content: [${entry('../good.d/a.graphql')}]`, {});
  write('stray', `content: [${entry('a.graphql')}]`, { 'a.graphql': text, 'b.graphql': text });
  write('liar', `content: [${entry('a.graphql', undefined, 3)}]`, { 'a.graphql': text });
  await box.git(['-C', 'clone', 'add', '-A']);
  await box.git(['-C', 'clone', 'commit', '-qm', 'by hand']);
  await box.git(['-C', 'clone', 'push', '-q', 'origin', 'main']);
  const { model, loaded } = await readSnapshot(store);
  const readable = model.contractNames('d').filter((name) => model.contract('d', name) !== undefined);
  t.same(readable, ['good', 'liar', 'stray']);
  const problems = model.problems().map(({ path, message }) => `${path.split('/').at(-1)}: ${message}`);
  t.match(problems.sort(), [
    /^b\.graphql: no contract lists this file/,
    /^both\.yaml: a contract must have either content or 'schema' and 'value'/,
    /^escapes\.yaml: its content '\.\.\/good\.d\/a\.graphql' is missing/,
    /^large\.yaml: 'a\.graphql' has 17 MiB: a file of a contract has at most 16 MiB$/,
    /^missing\.yaml: its content 'a\.graphql' is missing/,
    /^other\.yaml: its content 'a\.graphql' is \w{12}, but the listed id is \w{12}/,
    /^twice\.yaml: its content lists 'a\.graphql' twice/,
  ]);
  const liar = model.contract('d', 'liar');
  await t.rejects(loaded(liar as ContractFile), {
    code: 'content-unreadable',
    message: /'a\.graphql' has \d+ bytes, but its listed size is 3/,
  });
});
