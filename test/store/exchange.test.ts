import t from 'tap';
import type { DomainCreateOp } from '../../lib/realm/ops/domain.ts';
import type { ImportOp } from '../../lib/realm/ops/import.ts';
import type { InitOp } from '../../lib/realm/ops/init.ts';
import type { PublishOp } from '../../lib/realm/ops/publish.ts';
import type { RegisterOp } from '../../lib/realm/ops/register.ts';
import type { RepoRenameOp } from '../../lib/realm/ops/rename.ts';
import type { ContractRenameOp } from '../../lib/realm/ops/rename-contract.ts';
import { cloneStore } from '../../lib/store/clone.ts';
import { applyOp } from '../../lib/store/engine.ts';
import { exchange, followRemote } from '../../lib/store/exchange.ts';
import { fetchRealm } from '../../lib/store/fetch-realm.ts';
import { readSnapshot } from '../../lib/store/snapshot.ts';
import { openStore } from '../../lib/store/store.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
const head = (id: string) => ({ id, at: '2026-01-24T10:00:00Z', by: who.email });
const register = (name: string, url = `https://example.com/${name}.git`): RegisterOp => ({
  verb: 'register',
  ...head(`${name} ${url}`),
  repo: name,
  maintainers: [who.email],
  url,
});

/** A bare remote with a realm in it, and stores `a` and `b` of it. */
async function shared(t: Parameters<typeof sandbox>[0], box: Sandbox) {
  await box.git(['init', '-q', '--bare', 'remote.git']);
  await box.git(['init', '-q', 'first']);
  await box.git(['-C', 'first', 'remote', 'add', 'origin', box.path('remote.git')]);
  const first = await openStore(box.path('first'), box.env);
  const init: InitOp = { verb: 'init', ...head('init'), name: 'acme' };
  await applyOp(first, init, who);
  await exchange(first, who);
  const url = `file://${box.path('remote.git')}`;
  const open = async (name: string) => {
    const made = await cloneStore(url, box.path(name), box.env);
    t.equal(made.name, 'acme');
    const store = await openStore(made.path, box.env);
    t.teardown(() => store.close());
    return store;
  };
  t.teardown(() => first.close());
  return { a: await open('a'), b: await open('b'), first };
}

const remoteNames = async (box: Sandbox) =>
  (await box.git(['-C', 'remote.git', 'ls-tree', '-r', '--name-only', 'main'])).stdout.trim().split('\n');

t.test('two stores that wrote at the same time both get in', async (t) => {
  const box = sandbox(t);
  const { a, b } = await shared(t, box);
  await applyOp(a, register('one'), who);
  await applyOp(b, register('two'), who);
  t.match(await exchange(a, who), { pushed: true, replayed: 0 });
  t.match(await exchange(b, who), { pushed: true, replayed: 1, dropped: [] });
  t.same(await remoteNames(box), ['.github/CODEOWNERS', 'realm.yaml', 'repos/one.yaml', 'repos/two.yaml']);
  t.match(await exchange(a, who), { pushed: false });
  t.same((await readSnapshot(a)).model.repoNames(), ['one', 'two']);
  t.equal((await box.git(['-C', 'remote.git', 'rev-list', '--merges', '--count', 'main'])).stdout, '0\n');
});

t.test('the same thing done twice is one commit', async (t) => {
  const box = sandbox(t);
  const { a, b } = await shared(t, box);
  await applyOp(a, register('one'), who);
  await applyOp(b, register('one'), who);
  await exchange(a, who);
  t.match(await exchange(b, who), { pushed: false, replayed: 0, dropped: [] });
  t.equal((await box.git(['-C', 'remote.git', 'rev-list', '--count', 'main'])).stdout, '2\n');
});

t.test('what the realm refuses meanwhile is dropped, with its reason', async (t) => {
  const box = sandbox(t);
  const { a, b } = await shared(t, box);
  await applyOp(a, register('one'), who);
  await applyOp(b, register('one', 'https://example.com/another.git'), who);
  await applyOp(b, register('two'), who);
  await exchange(a, who);
  const done = await exchange(b, who);
  t.match(done, {
    pushed: true,
    replayed: 1,
    dropped: [{ subject: 'register repo one', why: /belongs to another repo/ }],
  });
  t.match(await remoteNames(box), ['.github/CODEOWNERS', 'realm.yaml', 'repos/one.yaml', 'repos/two.yaml']);
});

t.test('a commit made by hand travels where its paths are untouched, else we stop', async (t) => {
  const box = sandbox(t);
  const { a, first } = await shared(t, box);
  box.write('first/README.md', 'ours\n');
  await box.git(['-C', 'first', 'add', '-A']);
  await box.git(['-C', 'first', 'commit', '-qm', 'by hand']);
  await applyOp(a, register('one'), who);
  await exchange(a, who);
  t.match(await exchange(first, who), { pushed: true, replayed: 1 });
  t.same(await remoteNames(box), ['.github/CODEOWNERS', 'README.md', 'realm.yaml', 'repos/one.yaml']);
  t.equal((await box.git(['-C', 'remote.git', 'log', '-1', '--format=%s', 'main'])).stdout, 'by hand\n');

  box.write('first/repos/one.yaml', 'name: one\ndescription: mine\n');
  await box.git(['-C', 'first', 'commit', '-qam', 'clash']);
  const before = (await box.git(['-C', 'first', 'rev-parse', 'main'])).stdout;
  await exchange(a, who);
  await box.git(['clone', '-q', box.path('remote.git'), 'third']);
  box.write('third/repos/one.yaml', 'name: one\ndescription: theirs\n');
  await box.git(['-C', 'third', 'commit', '-qam', 'theirs']);
  await box.git(['-C', 'third', 'push', '-q']);
  await t.rejects(exchange(first, who), { code: 'realm-diverged', message: /repos\/one\.yaml/ });
  t.equal((await box.git(['-C', 'first', 'rev-parse', 'main'])).stdout, before, 'nothing is lost');
  t.equal((await box.git(['-C', 'first', 'for-each-ref', 'refs/realm/scratch'])).stdout, '');
});

t.test('fetching neither deletes what is local nor moves what has local commits', async (t) => {
  const box = sandbox(t);
  const { a, b } = await shared(t, box);
  await applyOp(a, register('one'), who);
  const offline = (await box.git(['-C', 'a/acme', 'rev-parse', 'main'])).stdout;
  await box.git(['-C', 'a/acme', 'update-ref', 'refs/realm/drafts/x/y/z', 'main']);
  await applyOp(b, register('two'), who);
  await exchange(b, who);
  await fetchRealm(a, 'origin');
  t.equal((await box.git(['-C', 'a/acme', 'rev-parse', 'main'])).stdout, offline);
  t.equal((await box.git(['-C', 'a/acme', 'rev-parse', 'refs/realm/drafts/x/y/z'])).stdout, offline);
  t.match(await followRemote(a), { waiting: true });
  t.match(await followRemote(b), { waiting: false });
});

t.test('a push that the remote’s rules refuse is not retried', async (t) => {
  const box = sandbox(t);
  const { a } = await shared(t, box);
  box.write(
    'remote.git/hooks/update',
    `#!/bin/sh\necho x >>'${box.path('asked')}'\necho 'rule 7' >&2\nexit 1\n`,
    0o755,
  );
  await applyOp(a, register('one'), who);
  await t.rejects(exchange(a, who), { code: 'realm-push-refused' });
  t.equal((await box.run('wc', ['-l', box.path('asked')])).stdout.trim().split(' ')[0], '1');
  t.same((await readSnapshot(a)).model.repoNames(), ['one'], 'and kept locally');
  box.write('remote.git/hooks/update', '#!/bin/sh\nexit 0\n', 0o755);
  t.match(await exchange(a, who), { pushed: true });
});

t.test('what is no realm is not cloned, and leaves nothing behind', async (t) => {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'empty.git']);
  await t.rejects(cloneStore(`file://${box.path('empty.git')}`, box.path('s'), box.env), {
    code: 'not-a-realm',
  });
  await t.rejects(cloneStore(`file://${box.path('none.git')}`, box.path('s'), box.env), {
    code: 'realm-unreachable',
  });
  t.equal((await box.run('ls', ['-A', box.path('s')])).stdout, '');
});

t.test(
  'what was renamed meanwhile is still meant, by commits made offline under the old names',
  async (t) => {
    const box = sandbox(t);
    const { a, b } = await shared(t, box);
    for (const name of ['one', 'two']) await applyOp(a, register(name), who);
    const create: DomainCreateOp = {
      verb: 'domain-create',
      ...head('create'),
      domain: 'd',
      members: ['one', 'two'],
      provider: 'one',
      payload: { contracts: [{ name: 'c', version: '1.0.0', schema: {}, value: { read: ['x'] } }] },
    };
    await applyOp(a, create, who);
    await exchange(a, who);
    await exchange(b, who);

    const repo: RepoRenameOp = { verb: 'repo-rename', ...head('repo'), repo: 'one', to: 'uno' };
    const contract: ContractRenameOp = {
      verb: 'contract-rename',
      ...head('contract'),
      domain: 'd',
      contract: 'c',
      repo: 'one',
      to: 'grants',
    };
    for (const op of [repo, contract]) await applyOp(a, op, who);
    const publish: PublishOp = {
      verb: 'publish',
      ...head('publish'),
      domain: 'd',
      contract: 'c',
      repo: 'one',
      base: { version: '1.0.0', source: null },
      source: null,
      payload: { value: { read: ['x', 'y'] }, schema: {} },
    };
    const use: ImportOp = {
      verb: 'import',
      ...head('use'),
      domain: 'd',
      contract: 'c',
      repo: 'two',
      range: '^1.0.0',
    };
    for (const op of [publish, use]) await applyOp(b, op, who);
    await exchange(a, who);
    t.match(await exchange(b, who), { pushed: true, replayed: 2, dropped: [] });
    // A second round: what was replayed once is planned again from its own commit.
    await applyOp(a, register('three'), who);
    await applyOp(
      b,
      { ...publish, ...head('again'), payload: { value: { read: ['x', 'y', 'z'] }, schema: {} } },
      who,
    );
    await exchange(a, who);
    t.match(await exchange(b, who), { pushed: true, replayed: 1, dropped: [] });
    const { model } = await readSnapshot(b);
    t.match(model.contract('d', 'grants'), {
      version: '1.2.0',
      owner: 'uno',
      value: { read: ['x', 'y', 'z'] },
      formerly: ['c'],
    });
    t.match(model.binding('d', 'two')?.file.imports, [{ contract: 'grants', version: '^1.0.0' }]);
    t.notOk(model.has('domains/d/contracts/c.yaml'));
  },
);
