import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo, openRepo } from '../helpers/world/repo.ts';
import {
  aperture,
  complaint,
  fungal,
  joinBoth,
  letemcook,
  login,
  serveRealm,
  writerOf,
} from '../helpers/world/story.ts';

t.test('a second laptop: clone, join without argument, and everything works', async (test) => {
  const desk = sandbox(test);
  const { server, url, realm } = await serveRealm(test, desk);
  await desk.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const provider = await makeRepo(desk, 'aperture', { tree: aperture });
  const consumer = await makeRepo(desk, 'fungal-image-analysis', { tree: fungal });
  await joinBoth(desk, provider, consumer, url);

  const laptop = sandbox(test);
  const clone = await cloneRepo(laptop, provider.remote ?? '', 'somewhere-else');
  const asked = server.requests.length;
  const before = await laptop.realm(['status'], { cwd: clone.path, expect: 128 });
  test.match(complaint(before).hint, /git realm join/);
  test.equal(server.requests.length, asked, 'a cloned config is untrusted: nothing is fetched');

  await login(laptop, server, 'eric');
  const tip = await realm.tip();
  for (let n = 0; n < 2; n += 1) {
    await laptop.realm(['join'], { cwd: clone.path });
    test.equal(await realm.tip(), tip, 'attaching is no realm commit');
    test.equal(await clone.git('status', '--porcelain'), '', 'and changes no tracked file');
  }
  const status = await laptop.realm(['status'], { cwd: clone.path });
  test.match(status.stdout, /aperture/);
  test.match((await laptop.realm(['hooks', 'status'], { cwd: clone.path })).stdout, /pre-commit/);

  await clone.commit('export metrics', { models: { training: { 's3_paths.py': more(clone.path) } } });
  await clone.push();
  await laptop.realm(['sync'], { cwd: clone.path });
  test.match(await realm.yaml('domains/s3-access/contracts/s3-permissions.yaml'), { version: '1.1.0' });

  await desk.realm(['fetch'], { cwd: consumer.path });
  test.match(
    (await desk.realm(['status'], { cwd: consumer.path })).stdout,
    /stale/i,
    'the other one hears of it',
  );

  function more(path: string): string {
    const { read } = openRepo(laptop, path);
    return `${read('models/training/s3_paths.py')}\n\n${writerOf('metrics').split('\n').slice(3).join('\n')}`;
  }
});

t.test('from a subdirectory, a linked worktree and a clone of a path realm', async (test) => {
  const { box, realm, aperture: provider } = await letemcook(test);
  const clone = await cloneRepo(box, provider.remote ?? '', 'clones/aperture');
  const tip = await realm.tip();
  await box.realm(['join', '--yes', realm.path], { cwd: clone.path });
  test.equal(await realm.tip(), tip);
  const plain = await box.realm(['status'], { cwd: clone.path });
  const inside = await box.realm(['status'], { cwd: `${clone.path}/models` });
  test.equal(inside.stdout, plain.stdout, 'a subdirectory says the same');
  await clone.git('worktree', 'add', '-q', '../linked', '-b', 'linked');
  await box.realm(['status'], { cwd: box.path('clones', 'linked') });
});

t.test('CI: an ephemeral join of a shallow, detached clone leaves no trace outside of it', async (test) => {
  const desk = sandbox(test);
  const { server, url, realm } = await serveRealm(test, desk);
  await desk.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const provider = await makeRepo(desk, 'aperture', { tree: aperture });
  const consumer = await makeRepo(desk, 'fungal-image-analysis', { tree: fungal });
  await joinBoth(desk, provider, consumer, url);
  const tip = await realm.tip();

  const ci = sandbox(test);
  await login(ci, server, 'eric');
  await ci.git(['clone', '-q', '--depth=1', `file://${provider.remote}`, 'aperture']);
  await ci.git(['checkout', '-q', '--detach'], { cwd: 'aperture' });
  await ci.realm(['join', '--ephemeral'], { cwd: 'aperture' });
  await ci.realm(['status', '--branch', 'main'], { cwd: 'aperture' });
  await ci.realm(['check', '--branch', 'main'], { cwd: 'aperture', expect: 'any' });
  await ci.realm(['sync', '--branch', 'main'], { cwd: 'aperture' });
  test.equal(await realm.tip(), tip);
  test.equal((await ci.run('sh', ['-c', 'ls -A home/.blue 2>/dev/null; true'])).stdout, '', 'no index');
  test.notMatch((await ci.git(['config', '--list', '--local'], { cwd: 'aperture' })).stdout, /hook\./);
});
