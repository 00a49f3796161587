import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isAncestor } from '../../lib/git/ancestry.ts';
import { endImport, fastImport, startImport } from '../../lib/git/fast-import.ts';
import { listRefs, resolveRevision, swapRef } from '../../lib/git/refs.ts';
import { discover } from '../../lib/git/repository.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const identity = { name: 'Eric <x>\n', email: 'eric@example.com' };
const date = new Date('2026-01-24T10:00:00Z');

t.test('one commit by fast-import, and only from where the ref is', async (t) => {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'r.git']);
  const repo = await discover(box.path('r.git'), { env: box.env });
  const ref = 'refs/heads/main';
  const commit = (from: string | null, files: [string, string | null][]) =>
    fastImport(repo, { ref, from, files: new Map(files), message: 'subject\n', identity, date });

  const first = await commit(null, [
    ['a b/"c\\".txt', '1'],
    ['d', '1'],
  ]);
  t.match(first, /^[0-9a-f]{40}$/);
  t.equal(await commit(null, [['x', '1']]), null, 'the ref exists already');
  const second = await commit(first, [
    ['d', null],
    ['e', 'zażółć\n'],
  ]);
  t.equal(await commit(first, [['f', '1']]), null, 'the ref has moved on');
  t.equal(await resolveRevision(repo, ref), second);

  const listed = await box.git(['-C', 'r.git', 'ls-tree', '-r', '-z', '--name-only', 'main']);
  t.same(listed.stdout.split('\0').filter(Boolean), ['a b/"c\\".txt', 'e']);
  const log = await box.git(['-C', 'r.git', 'log', '-1', '--format=%an|%ae|%at|%s', 'main']);
  t.equal(log.stdout, 'Eric x|eric@example.com|1769248800|subject\n');
  await box.git(['-C', 'r.git', 'fsck', '--strict']);
});

t.test('an import that was started ahead waits, and leaves nothing where nothing comes', async (t) => {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'r.git']);
  const repo = await discover(box.path('r.git'), { env: box.env });
  const before = readdirSync(box.path('r.git'), { recursive: true }).sort();
  const idle = startImport(repo);
  endImport(idle);
  t.match(await idle.result, { code: 0, stderr: '' });
  t.same(readdirSync(box.path('r.git'), { recursive: true }).sort(), before);

  const commit = { ref: 'refs/heads/main', from: null, message: 'm\n', identity, date };
  const [early, late] = [startImport(repo), startImport(repo)];
  const first = await fastImport(repo, { ...commit, files: new Map([['a', '1']]) }, early);
  t.match(first, /^[0-9a-f]{40}$/);
  t.equal(
    await fastImport(repo, { ...commit, files: new Map([['b', '1']]) }, late),
    null,
    'what was started before the ref moved moves it no more',
  );
  const next = { ...commit, from: first, files: new Map([['c', '1']]) };
  const tip = await fastImport(repo, { ...next, force: true }, startImport(repo));
  t.equal(await resolveRevision(repo, commit.ref), tip);

  const cut = startImport(repo);
  cut.give(
    Buffer.from(`feature done\ncommit ${commit.ref}\ncommitter a <a> 1 +0000\ndata 1\nm\nfrom ${tip}\n`),
  );
  t.not((await cut.result).code, 0, 'a stream that is cut short');
  t.equal(await resolveRevision(repo, commit.ref), tip);
});

t.test('refs are swapped, never overwritten', async (t) => {
  const box = sandbox(t);
  const made = await makeRepo(box, 'r', { tree: { x: '1' } });
  const repo = await discover(made.path, { env: box.env });
  const tip = await resolveRevision(repo, 'HEAD');
  const two = await made.commit('two', { x: '2' });
  t.equal(await swapRef(repo, 'refs/realm/x', null, tip), true);
  t.equal(await swapRef(repo, 'refs/realm/x', null, two), false, 'it exists');
  t.equal(await swapRef(repo, 'refs/realm/x', two, tip), false, 'it is elsewhere');
  t.equal(await swapRef(repo, 'refs/realm/x', tip, two), true);
  t.same(
    (await listRefs(repo, ['refs/realm/'])).map((ref) => ref.oid),
    [two],
  );
  t.equal(await swapRef(repo, 'refs/realm/x', two, null), true);
  t.equal(await resolveRevision(repo, 'refs/realm/x'), null);
});

t.test('ancestors, and what is not here', async (t) => {
  const box = sandbox(t);
  const made = await makeRepo(box, 'r', { tree: { x: '1' } });
  const repo = await discover(made.path, { env: box.env });
  const tip = await made.git('rev-parse', 'HEAD');
  const two = await made.commit('two', { x: '2' });
  t.equal(await isAncestor(repo, tip, two), true);
  t.equal(await isAncestor(repo, two, tip), false);
  t.equal(await isAncestor(repo, '1'.repeat(40), two), 'unknown');
});

t.test('nothing is written into a repository that cannot be written', async (t) => {
  const box = sandbox(t);
  const made = await makeRepo(box, 'r', { tree: { x: '1' } });
  const repo = await discover(made.path, { env: box.env });
  const from = await made.git('rev-parse', 'HEAD');
  box.write('r/.git/refs/heads/main.lock', '');
  const commit = {
    ref: 'refs/heads/main',
    from,
    files: new Map([['y', '1']]),
    message: 's\n',
    identity,
    date,
  };
  t.equal(await fastImport(repo, commit), null, 'a fresh lock: another git is at this ref');
  const lock = join(made.path, '.git/refs/heads/main.lock');
  utimesSync(lock, new Date(0), new Date(0));
  await t.rejects(fastImport(repo, commit), {
    code: 'git-lock',
    message: /main\.lock' exists: a git process/,
  });
  rmSync(lock);
  writeFileSync(join(made.path, '.git/refs/realm'), 'a file where a folder belongs');
  const odd = { ...commit, ref: 'refs/realm/x', from: null };
  await t.rejects(fastImport(repo, odd), { code: 'realm-write-failed' });
  t.equal(await made.git('rev-parse', 'HEAD'), from);
  t.equal(join(repo.gitDir), join(made.path, '.git'));
});
