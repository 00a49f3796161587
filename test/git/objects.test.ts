import { join } from 'node:path';
import t from 'tap';
import { parseCommit, trailer } from '../../lib/git/commit.ts';
import { parseConfig } from '../../lib/git/config.ts';
import { openObjects } from '../../lib/git/objects.ts';
import { diffTrees } from '../../lib/git/tree.ts';
import { sandbox } from '../helpers/cli.ts';
import { makeRepo } from '../helpers/repo.ts';

t.test('objects come back whole, in order, whatever they hold', async (t) => {
  const box = sandbox(t);
  const big = 'x'.repeat(3_000_000);
  const repo = await makeRepo(box, 'r', {
    remote: false,
    tree: { big, small: 's', empty: '', fake: 'abc missing\n' },
  });
  const objects = openObjects({ gitDir: join(repo.path, '.git') }, box.env);
  t.teardown(() => objects.close());
  const [missing, big1, small, empty, fake, info, odd] = await Promise.all([
    objects.read('refs/heads/none'),
    objects.read('HEAD:big'),
    objects.read('HEAD:small'),
    objects.read('HEAD:empty'),
    objects.read('HEAD:fake'),
    objects.info('HEAD^{commit}'),
    objects.read('HEAD:no\nsuch missing'),
  ]);
  t.equal(missing, null);
  t.equal(big1?.bytes.toString(), big);
  t.equal(small?.bytes.toString(), 's');
  t.equal(empty?.bytes.length, 0);
  t.equal(fake?.bytes.toString(), 'abc missing\n');
  t.equal(info?.oid, await repo.git('rev-parse', 'HEAD'));
  t.equal(info?.type, 'commit');
  t.equal(odd, null);
});

t.test('a ref is resolved anew each time', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'r', { remote: false, tree: { x: '1' } });
  const objects = openObjects({ gitDir: join(repo.path, '.git') }, box.env);
  t.teardown(() => objects.close());
  const first = await objects.info('refs/heads/main');
  const second = await repo.commit('two', { x: '2' });
  t.not(first?.oid, second);
  t.equal((await objects.info('refs/heads/main'))?.oid, second);
});

t.test('a reader of a repository that is gone says so', async (t) => {
  const box = sandbox(t);
  const objects = openObjects({ gitDir: box.path('nowhere') }, box.env);
  await t.rejects(objects.read('HEAD'), { code: 'git-failed' });
});

for (const sha256 of [false, true]) {
  t.test(`trees are compared by their subtrees (${sha256 ? 'SHA-256' : 'SHA-1'})`, async (t) => {
    const box = sandbox(t);
    const repo = await makeRepo(box, 'r', {
      remote: false,
      sha256,
      tree: { a: { b: { c: '1', d: '1' } }, e: '1', same: { deep: '1' } },
    });
    const objects = openObjects({ gitDir: join(repo.path, '.git') }, box.env);
    t.teardown(() => objects.close());
    const from = await repo.git('rev-parse', 'HEAD^{tree}');
    await repo.git('rm', '-q', 'a/b/d', 'e');
    await repo.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${await repo.git('hash-object', '-w', 'a/b/c')},link`,
    );
    await repo.commit('two', { a: { b: { c: '2' }, new: 'n' }, e: { now: 'a folder' } });
    const to = await repo.git('rev-parse', 'HEAD^{tree}');
    const changes = await diffTrees(objects, from, to);
    const paths = changes.map(({ path, oid }) => `${oid === null ? '-' : '+'}${path}`).sort();
    t.same(paths, ['+a/b/c', '+a/new', '+e/now', '-a/b/d', '-e'].sort(), 'links are no files of ours');
    t.same(await diffTrees(objects, to, to), []);
    const all = await diffTrees(objects, null, to);
    t.same(all.map((one) => one.path).sort(), ['a/b/c', 'a/new', 'e/now', 'same/deep']);
  });
}

t.test('commits and trailers', (t) => {
  const bytes = Buffer.from(
    'tree aa\nparent bb\nparent cc\nauthor A <a> 1 +0000\ncommitter C <c> 2 +0000\ngpgsig x\n author no\n\nsubject\n\nbody\n\nA: 1\nRealm-Op: {"a": "b: c"}\n',
  );
  const commit = parseCommit({ oid: 'o', type: 'commit', bytes });
  t.match(commit, { tree: 'aa', parents: ['bb', 'cc'], author: 'A <a> 1 +0000', committer: 'C <c> 2 +0000' });
  t.equal(trailer(commit.message, 'Realm-Op'), '{"a": "b: c"}');
  t.equal(trailer(commit.message, 'Other'), undefined);
  t.equal(trailer('subject\n\nRealm-Op: early\n\nlast paragraph\n', 'Realm-Op'), undefined);
  t.end();
});

t.test("git's configuration as git reads it", (t) => {
  const config = parseConfig(
    'user.name\nEric\0remote.Up.url\nu\0realm.x\0realm.x\noff\0a.b\nline one\nline two\0',
  );
  t.equal(config.get('User.Name'), 'Eric');
  t.equal(config.get('remote.Up.URL'), 'u');
  t.equal(config.get('remote.up.url'), undefined, 'subsections keep their case');
  t.same(config.all('realm.x'), ['true', 'off']);
  t.equal(config.bool('realm.x', true), false);
  t.equal(config.bool('realm.none', true), true);
  t.equal(config.get('a.b'), 'line one\nline two');
  t.end();
});
