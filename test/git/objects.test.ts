import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseCommit, trailer } from '../../lib/git/commit.ts';
import { parseConfig } from '../../lib/git/config.ts';
import { openObjects } from '../../lib/git/objects.ts';
import { diffTrees } from '../../lib/git/tree.ts';
import { gitTap } from '../helpers/kill/kill.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

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

t.test('what was asked of a reader that was closed is not answered by what is asked next', async (t) => {
  const box = sandbox(t);
  const tree = { big: 'x'.repeat(3_000_000), small: 's' };
  const repo = await makeRepo(box, 'r', { remote: false, tree });
  const directory = box.path('kept');
  const place = { gitDir: join(repo.path, '.git') };
  const [big, small] = [await repo.git('rev-parse', 'HEAD:big'), await repo.git('rev-parse', 'HEAD:small')];
  const objects = openObjects(place, box.env, { directory });
  const answers: string[] = [];
  const late = (name: string) =>
    void objects.read(name).then((object) => answers.push(`${name} ${object?.oid}`));
  late(`${big}^{blob}`);
  late(`${small}^{tree}`);
  objects.close();
  const commit = await objects.read('HEAD^{commit}');
  t.equal(commit?.oid, await repo.git('rev-parse', 'HEAD'));
  t.equal((await objects.read(`${small}^{blob}`))?.bytes.toString(), 's');
  t.same(answers, []);
  objects.remember();
  objects.close();
  const again = openObjects(place, box.env, { directory });
  t.teardown(() => again.close());
  t.equal((await again.read(`${small}^{blob}`))?.oid, small);
  t.equal((await again.read(`${big}^{blob}`))?.bytes.length, 3_000_000);
});

t.test('an object that was kept under the name of another one is not believed', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'r', { remote: false, tree: { a: 'one', b: 'two' } });
  const [a, b] = [await repo.git('rev-parse', 'HEAD:a'), await repo.git('rev-parse', 'HEAD:b')];
  const directory = box.path('kept');
  const place = { gitDir: join(repo.path, '.git') };
  box.write(
    'kept/objects',
    `${JSON.stringify({ format: 1, objects: [[`${a}^{blob}`, b, 'blob', 3]] })}\ntwo`,
  );
  const objects = openObjects(place, box.env, { directory });
  t.teardown(() => objects.close());
  t.equal((await objects.read(`${a}^{blob}`))?.bytes.toString(), 'one');
  objects.remember();
  t.match(readFileSync(join(directory, 'objects'), 'utf8'), /one$/);
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

t.test('with refs as files, what a ref points to is read without git, and is what git says', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'r', { remote: false, tree: { x: '1' } });
  await repo.git('tag', '-a', '-m', 'annotated', 'v1');
  await repo.git('branch', 'packed');
  await repo.git('pack-refs', '--all');
  const place = { gitDir: join(repo.path, '.git') };
  const none = openObjects(place, { PATH: '/nowhere' }, { refFiles: true });
  const git = openObjects(place, box.env);
  const files = openObjects(place, box.env, { refFiles: true });
  t.teardown(() => [git, files].forEach((reader) => void reader.close()));
  for (const name of ['HEAD', 'refs/heads/main', 'refs/heads/packed', 'refs/tags/v1', 'refs/heads/no']) {
    t.equal(await none.resolve(name), await git.resolve(name), name);
    for (const peeled of [name, `${name}^{commit}`, `${name}^{tree}`])
      t.same(await files.read(peeled), await git.read(peeled), peeled);
  }
  t.equal(await none.read('refs/heads/no^{commit}'), null, 'what is not there needs no git');
  await t.rejects(none.read('refs/heads/main'), { code: 'git-failed' });
  for (const odd of [
    'refs/heads/main~0',
    'refs/heads/main@{0}',
    'refs/heads/main:x',
    'refs/heads/../../HEAD',
  ])
    t.same(await files.read(odd), await git.read(odd), odd);
});

t.test('commits and trees that were read are remembered for the next process', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'r', { remote: false, tree: { x: '1', big: 'b'.repeat(10) } });
  const place = { gitDir: join(repo.path, '.git') };
  const directory = box.path('kept');
  const open = (env = box.env) => openObjects(place, env, { refFiles: true, directory });
  const names = ['refs/heads/main^{commit}', 'HEAD^{tree}', 'HEAD:x'];
  const first = open();
  const read = await Promise.all(names.map((name) => first.read(name)));
  const blob = await first.read(await repo.git('rev-parse', 'HEAD:x'));
  t.equal(blob?.bytes.toString(), '1');
  first.remember();
  first.close();

  const tap = gitTap({ path: box.env.PATH ?? '' });
  const second = open({ ...box.env, ...tap.env });
  second.warm('HEAD^{tree}');
  t.same(await Promise.all(names.slice(0, 2).map((name) => second.read(name))), read.slice(0, 2));
  t.same(tap.log(), [], 'no git ran');
  t.same(await second.read('HEAD:x'), read[2], 'a blob is asked of git');
  t.equal(tap.log().length, 1);
  const before = statSync(join(directory, 'objects')).ino;
  second.remember();
  t.equal(statSync(join(directory, 'objects')).ino, before, 'nothing new, nothing written');
  second.close();

  // A new commit is read anew; the old one stays known.
  const oid = await repo.commit('two', { x: '2' });
  const third = open();
  t.equal((await third.read('HEAD^{commit}'))?.oid, oid);
  third.remember();
  third.close();
  const kept = readFileSync(join(directory, 'objects'), 'latin1').split('\n', 1)[0] ?? '';
  t.match(kept, oid);
  t.match(kept, read[0]?.oid ?? '?');
  t.notMatch(kept, blob?.oid ?? '?', 'blobs are not kept');

  // Garbled, torn, of another form: as if it were not there.
  const whole = readFileSync(join(directory, 'objects'));
  for (const content of [
    '',
    'x',
    '{}\n',
    '{"format":1,"objects":3}\n',
    whole.subarray(0, whole.length - 1),
  ]) {
    writeFileSync(join(directory, 'objects'), content);
    const reader = open();
    t.equal((await reader.read('HEAD^{commit}'))?.oid, oid);
    reader.close();
  }
});

t.test('an object that another one replaces is never remembered', async (t) => {
  for (const packed of [false, true]) {
    const box = sandbox(t);
    const repo = await makeRepo(box, 'r', { remote: false, tree: { x: '1' } });
    const place = { gitDir: join(repo.path, '.git') };
    const open = (env = box.env) =>
      openObjects(place, env, { refFiles: true, directory: join(repo.path, '.git', 'realm') });
    const treeOf = async (env?: Record<string, string>) => {
      const reader = open(env);
      const found = await reader.read('HEAD^{tree}');
      reader.remember();
      reader.close();
      return found?.oid;
    };
    const old = await repo.git('rev-parse', 'HEAD');
    const own = await treeOf();
    t.equal(own, await repo.git('rev-parse', 'HEAD^{tree}'));
    const other = await repo.commit('other', { x: '2' });
    await repo.git('reset', '-q', '--hard', old);
    await repo.git('replace', old, other);
    if (packed) await repo.git('pack-refs', '--all');
    t.equal(await treeOf(), await repo.git('rev-parse', `${other}^{tree}`), 'as git shows it');
    t.equal(await treeOf({ ...box.env, GIT_NO_REPLACE_OBJECTS: '1' }), own);
  }
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
    t.same(all.map((change) => change.path).sort(), ['a/b/c', 'a/new', 'e/now', 'same/deep']);
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
