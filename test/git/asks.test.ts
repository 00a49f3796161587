import { join } from 'node:path';
import t from 'tap';
import { readOwnConfig } from '../../lib/git/config.ts';
import { addConfig, setConfig, trySetConfig, unsetConfig } from '../../lib/git/config-write.ts';
import { changedFiles, isChanged } from '../../lib/git/diff.ts';
import { fetchRefs } from '../../lib/git/fetch.ts';
import { readLog, readTrailers } from '../../lib/git/log.ts';
import { listTree } from '../../lib/git/ls-tree.ts';
import { initRepository } from '../../lib/git/make-repository.ts';
import { push } from '../../lib/git/push.ts';
import { formatOf, listRemote, remoteBranch } from '../../lib/git/remote.ts';
import { countCommits, listCommits } from '../../lib/git/rev-list.ts';
import { gitIn, orIfFatal } from '../../lib/git/run.ts';
import { readStatus } from '../../lib/git/status.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const NONE = '0123456789'.repeat(4);

/** A repository with three commits, one of them without a message, and a bare remote that has none of them. */
async function world(box: Sandbox, format: 'sha1' | 'sha256') {
  const [path, remote] = [box.path(`${format} one`), box.path(`${format}.git`)];
  const outside = gitIn(box.root, box.env);
  await initRepository(outside, { directory: path, bare: false, format });
  await initRepository(outside, { directory: remote, bare: true, format });
  const place = gitIn(path, box.env);
  await setConfig(place, 'remote.origin.url', remote);
  await setConfig(place, 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
  const commit = async (message: string, files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) box.write(join(`${format} one`, file), text);
    await place.git(['add', '-A']);
    await place.git(['commit', '-q', '--allow-empty-message', '-m', message]);
    return (await place.git(['rev-parse', 'HEAD'])).stdout.toString('latin1').trim();
  };
  const first = await commit('first\n\nits body\n\nKey: a\nKey: b', { x: '1', '-n': '1', 'a b/ü': '1' });
  const second = await commit('', { x: '2' });
  const third = await commit('third', { 'a b/ü': '22' });
  return { path, remote, place, first, second, third };
}

for (const format of ['sha1', 'sha256'] as const)
  t.test(`commits, trees and differences, ${format}`, async (test) => {
    const box = sandbox(test);
    const { path, place, first, second, third } = await world(box, format);
    const all = { tips: ['refs/heads/main'] };
    test.same(await listCommits(place, all), [third, second, first]);
    test.same(await listCommits(place, { ...all, not: [first], oldestFirst: true }), [second, third]);
    test.same(await listCommits(place, { ...all, paths: ['-n'] }), [first], 'a file is no option');
    test.same(await listCommits(place, { ...all, paths: ['*'] }), [], 'nor a pattern');
    test.equal(await countCommits(place, { ...all, not: [first] }), 2);
    await test.rejects(listCommits(place, { tips: ['--all'] }), { code: 'git-failed' }, 'nor a revision');
    test.equal(await orIfFatal(listCommits(place, { tips: [NONE] }), null), null);

    await setConfig(place, 'log.showSignature', 'true');
    test.same(await readLog(place, ['oid', 'message', 'subject'], all), [
      { oid: third, message: 'third\n', subject: 'third' },
      { oid: second, message: '', subject: '' },
      { oid: first, message: 'first\n\nits body\n\nKey: a\nKey: b\n', subject: 'first' },
    ]);
    test.same(await readLog(place, ['oid'], { ...all, containing: 'its b' }), [{ oid: first }]);
    test.same(await readLog(place, ['oid'], { ...all, containing: 'its.b' }), [], 'a text, not a pattern');
    test.same((await readTrailers(place, 'Key', all)).at(-1), { oid: first, values: ['a', 'b'] });

    const files = await listTree(place, third, { recursive: true, sizes: true });
    test.same(
      files.map((entry) => [entry.path, entry.mode, entry.type, entry.size, entry.oid.length]),
      ['-n', 'a b/ü', 'x'].map((file) => [
        file,
        '100644',
        'blob',
        file === 'a b/ü' ? 2 : 1,
        format === 'sha256' ? 64 : 40,
      ]),
    );
    test.same(await changedFiles(place, first, third), ['a b/ü', 'x']);
    test.same(await changedFiles(place, first, third, { below: ['a b'] }), ['a b/ü']);
    test.equal(await isChanged(place, first, second, 'a b'), false);
    test.equal(await isChanged(place, first, third, 'a b'), true);
    test.equal(await isChanged(place, NONE, third, 'a b'), 'unknown');

    await place.git(['mv', 'x', 'y']);
    box.write(join(`${format} one`, 'a b', 'new'), '');
    test.same(await readStatus(place, path), { unmerged: [], staged: ['y'], unstaged: ['a b/new'] });
  });

for (const format of ['sha1', 'sha256'] as const)
  t.test(`a remote says what it has, takes and refuses, ${format}`, async (test) => {
    const box = sandbox(test);
    const { place, remote, first, third } = await world(box, format);
    const nothing = await listRemote(place, 'origin', []);
    test.same(nothing, { kind: 'listed', refs: new Map(), head: null });
    const refspecs = ['refs/heads/main:refs/heads/main', `${first}:refs/heads/a/refs/heads/main`];
    test.ok((await push(place, { remote: 'origin', refspecs })).taken);

    const asked = await listRemote(place, 'origin', ['HEAD', 'refs/heads/main']);
    if (asked.kind !== 'listed') throw new Error(asked.stderr);
    test.equal(asked.head, 'main');
    test.equal(asked.refs.get('refs/heads/main'), third, 'not the one whose name ends in it');
    test.equal(formatOf(asked), format);
    test.equal(await remoteBranch(place, remote, 'main'), third);
    test.equal(await remoteBranch(place, remote, 'heads/main'), null, 'a whole name, not the end of one');
    test.match(await listRemote(place, box.path('nowhere'), []), { kind: 'not-reached', stderr: /fatal/ });
    await test.rejects(remoteBranch(place, box.path('nowhere'), 'main'), { code: 'git-failed' });

    const back = { remote: 'origin', refspecs: [`${first}:refs/heads/main`] };
    test.match(await push(place, back), { taken: false, stdout: /^!\t/m }, 'only forward');
    test.notOk(
      (await push(place, { ...back, leases: [['refs/heads/main', first]] })).taken,
      'it was elsewhere',
    );
    test.ok((await push(place, { ...back, leases: [['refs/heads/main', third]], dryRun: true })).taken);
    test.equal(await remoteBranch(place, remote, 'main'), third, 'nothing moved');

    const watched = { remote: 'origin', refspecs: ['refs/heads/main:refs/watched/main'], watchful: true };
    test.equal((await fetchRefs(place, watched)).kind, 'fetched');
    test.ok((await push(place, { ...back, force: true })).taken);
    test.equal((await fetchRefs(place, watched)).kind, 'kept', 'it would lose commits');
    test.same(await listCommits(place, { tips: ['refs/watched/main'], most: 1 }), [third]);
    const gone = { remote: 'origin', refspecs: ['refs/heads/gone'] };
    test.match(await fetchRefs(place, gone), { kind: 'failed', stderr: /remote ref/ });
  });

t.test(
  'the configuration that is the user’s own word, and what is written of the repository’s',
  async (test) => {
    const box = sandbox(test);
    const { place, path } = await world(box, 'sha1');
    await setConfig(place, 'realm.one', 'local');
    await setConfig(place, 'realm.one', 'global', 'global');
    await setConfig(place, 'realm.Sub.Case.two', '2', 'global');
    test.equal((await readOwnConfig(place)).get('realm.one'), 'global');
    const before = gitIn(path, box.env, ['-c', 'realm.one=command']);
    const own = await readOwnConfig(before);
    test.equal(own.get('realm.one'), 'command');
    test.equal(own.bool('realm.Sub.Case.two', false), true, 'a number is a boolean of git’s');
    test.equal(own.get('realm.sub.case.two'), undefined);

    await addConfig(place, 'realm.many', 'a');
    await addConfig(place, 'realm.many', 'b');
    test.equal(await trySetConfig(place, 'realm.many', 'c'), false, 'it has two values');
    await unsetConfig(place, 'realm.many', { matching: '^a$' });
    test.equal(await trySetConfig(place, 'realm.many', 'c'), true);
    await unsetConfig(place, 'realm.many');
    await unsetConfig(place, 'realm.many');
    await test.rejects(unsetConfig(place, 'realm.many', { target: { file: '/nowhere/config' } }));
  },
);
