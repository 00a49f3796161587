import { existsSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { holderHere, renderHolder } from '../../lib/store/holder.ts';
import { doctor, ids } from '../helpers/world/doctor.ts';
import { cloneRepo } from '../helpers/world/repo.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const published = /published s3-access\/s3-permissions 1\.0\.0 → 1\.1\.0/;

/** A colleague pushed a path more: what a pull here brings, post-merge would publish. */
async function pulled(t: Parameters<typeof letemcook>[0]) {
  const world = await letemcook(t);
  const { box, aperture } = world;
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/*.py'], {
    cwd: 'aperture',
  });
  const other = await cloneRepo(box, aperture.remote ?? '', 'other');
  await other.commit('more', { models: { training: { 'metrics.py': writerOf('training-metrics') } } });
  await other.push();
  return { ...world, lock: join(world.realm.path, '.git', 'realm', 'lock') };
}

t.test('a realm that another process holds does not keep git waiting', async (t) => {
  const { box, aperture, realm, lock } = await pulled(t);
  const before = await realm.git('rev-parse', 'main');
  writeFileSync(lock, renderHolder(holderHere(), 'x'));
  const plain = Date.now();
  await box.realm(['help'], { cwd: 'aperture' });
  const usual = Date.now() - plain;
  const began = Date.now();
  const { stderr } = await box.git(['pull', '-q'], { cwd: 'aperture' });
  t.ok(Date.now() - began < 10_000 + 20 * usual, 'a second, and what starting costs on this machine now');
  t.match(
    stderr,
    /^git realm: post-merge: process \d+ on \S+ holds '\S+lock': postponed to the next command \(git realm sync\)$/m,
  );
  t.equal(stderr.split('\n').filter((line) => line.startsWith('git realm:')).length, 1, 'one line');
  t.equal(await realm.git('rev-parse', 'main'), before);
  t.equal(await aperture.git('rev-parse', 'HEAD'), await aperture.git('rev-parse', 'origin/main'));
  t.ok(existsSync(lock), 'what a live process holds stays');
  rmSync(lock);
  t.match((await box.realm(['sync'], { cwd: 'aperture' })).stdout, published);
});

t.test('a lock whose process id belongs to another program now is taken over by a hook', async (t) => {
  const { box, lock } = await pulled(t);
  writeFileSync(lock, renderHolder({ ...holderHere(), pid: 1, start: '7' }, 'x'));
  t.same(ids((await doctor(box, 'aperture', 1)).findings), ['lock-left']);
  t.match((await box.git(['pull', '-q'], { cwd: 'aperture' })).stderr, published);
  t.notOk(existsSync(lock));
});

t.test('lock files that a killed git left in the realm are named, found, and removed', async (t) => {
  const { box, realm } = await pulled(t);
  await box.git(['pull', '-q'], {
    cwd: 'aperture',
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/dev/null' },
  });
  const left = (name: string): string => {
    const file = join(realm.path, '.git', name);
    writeFileSync(file, '');
    const then = Date.now() / 1000 - 3600;
    utimesSync(file, then, then);
    return file;
  };
  const before = await realm.git('rev-parse', 'main');
  const main = left('refs/heads/main.lock');
  const stuck = await box.realm(['sync'], { cwd: 'aperture', expect: 128 });
  t.match(stuck.stderr, `error: '${main}' exists`);
  t.match(stuck.stderr, /^hint: if no git process is running: git realm doctor --fix, or rm '/m);
  t.equal(await realm.git('rev-parse', 'main'), before);

  const all = [main, ...['index.lock', 'HEAD.lock', 'packed-refs.lock', 'shallow.lock'].map(left)];
  const found = await doctor(box, 'aperture', 1);
  t.same(
    found.findings
      .filter(({ id }) => id === 'git-lock-left')
      .map(({ path }) => path)
      .sort(),
    all.sort(),
  );
  await doctor(box, 'aperture', 0, '--fix');
  for (const file of all) t.notOk(existsSync(file), file);
  t.match((await box.realm(['sync'], { cwd: 'aperture' })).stdout, published);
  t.equal(await realm.git('status', '--porcelain'), '');
});
