import { mkdirSync } from 'node:fs';
import t from 'tap';
import { type PublishingTip, publishingRemote, readHeads } from '../../lib/checkout/tip.ts';
import { parseConfig, readConfig } from '../../lib/git/config.ts';
import { openObjects } from '../../lib/git/objects.ts';
import { discover } from '../../lib/git/repository.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const TRACKING = '+refs/heads/*:refs/remotes/origin/*';

async function tipIn(box: Sandbox, cwd: string): Promise<PublishingTip> {
  const env = { ...process.env, ...box.env };
  const repo = await discover(box.path(cwd), { env });
  const objects = openObjects(repo, env, {});
  try {
    return (await readHeads(repo, objects, await readConfig(repo))).tip;
  } finally {
    objects.close();
  }
}

/** A published repository `app`, and a commit that only the work tree `at` of another layout has. */
async function published(t: Parameters<typeof sandbox>[0]) {
  const box = sandbox(t);
  const app = await makeRepo(box, 'app', { tree: { a: '1\n' } });
  const tip = await app.git('rev-parse', 'HEAD');
  const commitIn = (cwd: string) => box.git(['commit', '-q', '--allow-empty', '-m', 'not pushed'], { cwd });
  return { box, app, tip, remote: app.remote ?? '', commitIn };
}

t.test('a bare repository that tracks its remote publishes what the remote has', async (t) => {
  const { box, tip, remote, commitIn } = await published(t);
  mkdirSync(box.path('container'));
  await box.git(['clone', '-q', '--bare', remote, 'container/.bare']);
  box.write('container/.git', 'gitdir: ./.bare\n');
  const inContainer = (...args: string[]) => box.git(args, { cwd: 'container' });
  await inContainer('config', 'remote.origin.fetch', TRACKING);
  await inContainer('fetch', '-q');
  await inContainer('worktree', 'add', '-q', 'main', 'main');
  await commitIn('container/main');
  for (const cwd of ['container', 'container/.bare', 'container/main'])
    t.match(await tipIn(box, cwd), { kind: 'remote', ref: /^refs\/remotes\/origin\//, oid: tip }, cwd);

  await inContainer('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/shared/*');
  await inContainer('fetch', '-q');
  for (const cwd of ['container', 'container/main'])
    t.match(await tipIn(box, cwd), { kind: 'remote', ref: 'refs/remotes/shared/main', oid: tip }, cwd);
});

t.test('a bare clone that keeps no record of its remote publishes nothing', async (t) => {
  const { box, remote, commitIn } = await published(t);
  await box.git(['clone', '-q', '--bare', remote, 'bare.git']);
  await box.git(['-C', 'bare.git', 'worktree', 'add', '-q', '../work', 'main']);
  await commitIn('work');
  const why =
    /^this clone does not track the branches of origin: git config remote\.origin\.fetch '.*' && git/;
  for (const cwd of ['bare.git', 'work']) t.match(await tipIn(box, cwd), { kind: 'none', why }, cwd);
});

t.test('a mirror publishes what it fetched, and nothing that was committed over it', async (t) => {
  const { box, tip, app, remote, commitIn } = await published(t);
  await box.git(['clone', '-q', '--mirror', remote, 'mirror.git']);
  const why = /^'main' differs from the last fetch from origin: git fetch origin/;
  t.match(await tipIn(box, 'mirror.git'), { kind: 'none', why }, 'never fetched');
  await box.git(['-C', 'mirror.git', 'fetch', '-q']);
  t.match(await tipIn(box, 'mirror.git'), { kind: 'remote', ref: 'refs/heads/main', oid: tip });

  await box.git(['-C', 'mirror.git', 'worktree', 'add', '-q', '../work', 'main']);
  await commitIn('work');
  for (const cwd of ['mirror.git', 'work']) t.match(await tipIn(box, cwd), { kind: 'none', why }, cwd);
  await box.git(['-C', 'mirror.git', 'worktree', 'remove', '../work']);
  t.match(await tipIn(box, 'mirror.git'), { kind: 'none', why }, 'its worktree is gone, its commit is not');

  const next = await app.commit('two', { a: '2\n' });
  await app.push();
  await box.git(['-C', 'mirror.git', 'fetch', '-q']);
  t.match(await tipIn(box, 'mirror.git'), { kind: 'remote', oid: next });
});

t.test('a repository without a remote publishes its own branch', async (t) => {
  const { box, commitIn } = await published(t);
  await box.git(['clone', '-q', 'app', 'plain']);
  await box.git(['-C', 'plain', 'remote', 'remove', 'origin']);
  await box.git(['-C', 'plain', 'config', 'branch.main.remote', '.']);
  await box.git(['-C', 'plain', 'config', 'remote.origin.prune', 'true']);
  await commitIn('plain');
  t.match(await tipIn(box, 'plain'), { kind: 'local', ref: 'refs/heads/main' });
});

t.test('what is pushed to but never fetched from is a remote too', async (t) => {
  const { box, commitIn } = await published(t);
  await box.git(['clone', '-q', 'app', 'plain']);
  await box.git(['-C', 'plain', 'remote', 'remove', 'origin']);
  await box.git(['-C', 'plain', 'config', 'remote.backup.pushurl', box.path('remotes/app.git')]);
  await commitIn('plain');
  t.match(await tipIn(box, 'plain'), {
    kind: 'none',
    why: /^this clone does not track the branches of backup/,
  });
});

t.test('of several remotes: origin, else the one that the default branch follows', async (t) => {
  const remoteOf = (...lines: string[]) =>
    publishingRemote(parseConfig(lines.map((line) => line.replace('=', '\n')).join('\0')));
  const two = ['remote.fork.url=f', 'remote.upstream.url=u'];
  t.equal(remoteOf(), null);
  t.equal(remoteOf('remote.origin.prune=true'), null);
  t.equal(remoteOf(...two, 'remote.origin.url=o', 'branch.main.remote=fork'), 'origin');
  t.equal(remoteOf(...two, 'branch.main.remote=upstream'), 'upstream');
  t.equal(remoteOf(...two, 'branch.main.remote=.', 'branch.master.remote=upstream'), 'upstream');
  t.equal(remoteOf('remote.only.url=f', 'branch.main.remote=.'), 'only');
});
