import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { DomainCreateOp } from '../../lib/realm/ops/domain.ts';
import type { InitOp } from '../../lib/realm/ops/init.ts';
import type { RegisterOp } from '../../lib/realm/ops/register.ts';
import { applyOp, opOf } from '../../lib/store/engine.ts';
import { withLock } from '../../lib/store/lock.ts';
import { planAhead, planNow } from '../../lib/store/planning.ts';
import { readCommit } from '../../lib/store/read-commit.ts';
import { readSnapshot } from '../../lib/store/snapshot.ts';
import { openStore } from '../../lib/store/store.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
const head = (n: number) => ({ id: `${n}`, at: '2026-01-24T10:00:00Z', by: who.email });
const init: InitOp = { verb: 'init', ...head(0), name: 'acme' };
const register = (n: number): RegisterOp => ({
  verb: 'register',
  ...head(n),
  repo: `repo-${n}`,
  maintainers: [who.email],
  url: `https://example.com/${n}.git`,
});

async function realm(box: Sandbox, ...args: string[]) {
  await box.git(['init', '-q', ...args, 'realm']);
  const store = await openStore(box.path('realm'), box.env);
  await applyOp(store, init, who);
  return store;
}

for (const format of ['sha1', 'sha256']) {
  t.test(`operations become commits that say what they did (${format})`, async (t) => {
    const box = sandbox(t);
    const store = await realm(box, `--object-format=${format}`);
    t.teardown(() => store.close());
    const applied = await applyOp(store, register(1), who);
    t.match(applied.commit, /^[0-9a-f]{40,64}$/);
    t.equal((await applyOp(store, register(1), who)).commit, null, 'what is there already is no commit');
    const snapshot = await readSnapshot(store);
    t.equal(snapshot.model.repo('repo-1')?.url, 'https://example.com/1.git');
    t.same(snapshot.model.problems(), []);
    const commit = await readCommit(store, store.branch);
    t.match(commit === null ? null : await opOf(store, commit), { verb: 'register', repo: 'repo-1' });
    t.equal((await box.git(['-C', 'realm', 'status', '--porcelain'])).stdout, '', 'the work tree came along');
    t.ok(existsSync(box.path('realm/repos/repo-1.yaml')));
    await box.git(['-C', 'realm', 'fsck', '--strict']);
  });
}

t.test('many writers in one process lose nothing', async (t) => {
  const box = sandbox(t);
  const store = await realm(box, '--bare');
  const others = await Promise.all([1, 2, 3, 4].map(() => openStore(box.path('realm'), box.env)));
  t.teardown(() => [store, ...others].map((store) => store.close()));
  await Promise.all(
    others.flatMap((other, n) => [0, 1, 2].map((m) => applyOp(other, register(10 * n + m), who))),
  );
  t.equal((await readSnapshot(store)).model.repoNames().length, 12);
  t.equal((await box.git(['-C', 'realm', 'rev-list', '--count', 'main'])).stdout, '13\n');
});

t.test('a domain that came meanwhile is seen, though none of its files was looked at', async (t) => {
  const box = sandbox(t);
  const store = await realm(box, '--bare');
  t.teardown(() => store.close());
  for (const n of [1, 2, 3]) await applyOp(store, register(n), who);
  const domain = (n: number, provider: number, consumer: number): DomainCreateOp => ({
    verb: 'domain-create',
    ...head(n),
    domain: `domain-${n}`,
    members: [`repo-${provider}`, `repo-${consumer}`],
    provider: `repo-${provider}`,
  });
  const mine = domain(1, 1, 2);
  const ahead = await planAhead(store, mine);
  t.equal(ahead?.planned.kind, 'commit');
  t.equal((await planNow(store, mine, ahead)).planned, ahead?.planned, 'nothing happened: it stands');
  await applyOp(store, register(4), who);
  t.not((await planNow(store, mine, ahead)).planned, ahead?.planned, 'another repo: all were listed');
  await applyOp(store, domain(2, 2, 3), who);
  await applyOp(store, domain(3, 3, 1), who);
  await t.rejects(planNow(store, mine, ahead), { code: 'dependency-cycle' });
});

t.test('a refused plan changes nothing', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
  await t.rejects(applyOp(store, init, who), { code: 'realm-exists' });
  const stranger = { ...register(1), by: 'stranger@example.com' };
  await t.rejects(applyOp(store, stranger, who), { code: 'not-admitted', exitCode: 1 });
  await applyOp(store, register(1), who);
  await t.rejects(applyOp(store, { ...register(1), url: 'https://example.com/other.git' }, who), {
    code: 'name-taken',
  });
  t.equal((await box.git(['-C', 'realm', 'rev-parse', 'main~1'])).stdout, before);
});

t.test('the index is only a cache', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  await applyOp(store, register(1), who);
  const names = async () => {
    const fresh = await openStore(box.path('realm'), box.env);
    t.teardown(() => fresh.close());
    return (await readSnapshot(fresh)).model.repoNames();
  };
  t.same(await names(), ['repo-1']);
  writeFileSync(join(store.directory, 'index'), 'torn {');
  t.same(await names(), ['repo-1'], 'a torn index is read as absent');
  rmSync(store.directory, { recursive: true });
  t.same(await names(), ['repo-1']);
  await box.git(['-C', 'realm', 'gc', '-q', '--prune=now']);
  t.same(await names(), ['repo-1']);
});

t.test('a file that does not validate is reported, and the rest is read', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  await applyOp(store, register(1), who);
  box.write('realm/repos/bad.yaml', 'name: bad\nmaintainers: 7\n');
  await box.git(['-C', 'realm', 'add', '-A']);
  await box.git(['-C', 'realm', 'commit', '-qm', 'by hand']);
  const { model } = await readSnapshot(store);
  t.match(model.problems(), [{ path: 'repos/bad.yaml', line: 2 }]);
  t.equal(model.repo('bad'), undefined);
  t.equal(model.repo('repo-1')?.name, 'repo-1');
  await applyOp(store, register(2), who);
  t.equal((await readSnapshot(store)).model.repo('repo-2')?.name, 'repo-2');
});

t.test('a work tree is brought along, or left alone with a word', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  const status = async () => (await box.git(['-C', 'realm', 'status', '--porcelain'])).stdout;

  box.write('realm/notes.txt', 'mine');
  t.equal((await applyOp(store, register(1), who)).word, null, 'an untracked file is nobody’s business');
  t.equal(await status(), '?? notes.txt\n');

  await box.git(['-C', 'realm', 'add', 'notes.txt']);
  t.match((await applyOp(store, register(2), who)).word, /was not updated: it has staged changes/);
  t.match(await status(), /^A {2}notes\.txt/m);
  await box.git(['-C', 'realm', 'rm', '-q', '--cached', 'notes.txt']);

  t.equal(
    (await applyOp(store, register(3), who)).word,
    null,
    'an index that is merely behind is brought along',
  );
  t.equal(await status(), '?? notes.txt\n');

  box.write('realm/repos/repo-1.yaml', 'edited by hand');
  t.equal((await applyOp(store, register(4), who)).word, null, 'an edit elsewhere stays');
  t.match(await status(), /^ M repos\/repo-1\.yaml$/m);

  box.write('realm/repos/repo-5.yaml', 'in the way');
  t.match((await applyOp(store, register(5), who)).word, /was not updated: .*repos\/repo-5\.yaml/);
  rmSync(box.path('realm/repos/repo-5.yaml'));
  t.equal((await applyOp(store, register(6), who)).word, null, 'and catches up later');
  t.ok(existsSync(box.path('realm/repos/repo-5.yaml')));
});

t.test('the lock of a dead process is taken over, that of a living one is not', async (t) => {
  const box = sandbox(t);
  const directory = box.path('locks');
  mkdirSync(directory);
  writeFileSync(join(directory, 'lock'), `999999999 ${hostname()}\n`);
  t.equal(await withLock(directory, async () => 'done'), 'done');
  t.same(readdirSync(directory), []);

  const order: string[] = [];
  const first = withLock(directory, async () => {
    order.push('first in');
    await new Promise((wake) => setTimeout(wake, 60));
    order.push('first out');
  });
  await new Promise((wake) => setTimeout(wake, 20));
  await Promise.all([first, withLock(directory, async () => void order.push('second'))]);
  t.same(order, ['first in', 'first out', 'second']);
  await t.rejects(
    withLock(directory, () => Promise.reject(new Error('inside'))),
    { message: 'inside' },
  );
  t.same(readdirSync(directory), []);
});

t.test('nothing in a store runs', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  for (const hook of ['reference-transaction', 'post-index-change', 'post-checkout', 'fsmonitor'])
    box.write(`realm/.git/hooks/${hook}`, `#!/bin/sh\ntouch '${box.path('ran')}'\n`, 0o755);
  await box.git(['-C', 'realm', 'config', 'core.fsmonitor', box.path('realm/.git/hooks/fsmonitor')]);
  rmSync(box.path('ran'), { force: true });
  await applyOp(store, register(1), who);
  t.notOk(existsSync(box.path('ran')));
});

t.test('an object that the realm says is replaced is read as it is', async (t) => {
  const box = sandbox(t);
  const first = await realm(box);
  const { commit } = await applyOp(first, register(1), who);
  first.close();
  const tip = commit ?? '';
  await box.git(['-C', 'realm', 'replace', tip, `${tip}^`]);
  const again = await openStore(box.path('realm'), box.env);
  t.teardown(() => again.close());
  t.same((await readSnapshot(again)).model.repoNames(), ['repo-1']);
  t.match(
    (await again.repo.git(['log', '-1', '--format=%s', tip])).stdout.toString(),
    /register repo repo-1/,
  );
});
