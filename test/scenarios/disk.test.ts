import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fillDisk, smallDisk, whileReadOnly, withFileLimit } from '../helpers/bounds/limits.ts';
import { complaint, letemcook } from '../helpers/world/story.ts';

const publish = (value: string): string[] => ['export', 'limits', '--domain', 's3-access', '--value', value];

t.test('a read-only realm: writing is refused in words, reading goes on', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const tip = await realm.tip();
  const status = (await box.realm(['status'], { cwd: aperture.path })).stdout;
  const done = await whileReadOnly(realm.path, async () => {
    const said = complaint(await box.realm(publish('1'), { cwd: aperture.path, expect: 128 }));
    test.match(said.message, /cannot write to '.*realm-letemcook/);
    test.match(said.hint, /free space|permission/);
    test.equal((await box.realm(['status'], { cwd: aperture.path })).stdout, status);
  });
  if (!done) return void test.pass('a read-only directory', { skip: 'permissions do not bind this user' });
  test.equal(await realm.tip(), tip);
  await box.realm(publish('1'), { cwd: aperture.path });
});

t.test('a full disk under the realm: nothing is half done', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const disk = smallDisk(test, 4096);
  if (disk === undefined) return void test.pass('a small disk', { skip: 'this user may not mount a tmpfs' });
  const moved = join(disk, 'realm');
  cpSync(realm.path, moved, { recursive: true });
  await box.realm(['join', moved], { cwd: aperture.path });
  const git = async (...args: string[]) => (await box.git(['-C', moved, ...args])).stdout.trim();
  const tip = await git('rev-parse', 'main');
  const status = (await box.realm(['status'], { cwd: aperture.path })).stdout;

  const empty = fillDisk(disk);
  const ran = await box.realm(publish('{"queues": ["a"]}'), { cwd: aperture.path, expect: 128 });
  const said = complaint(ran);
  test.match(said.message, /cannot write to/);
  test.match(said.hint, /free space/);
  test.equal(await git('rev-parse', 'main'), tip);
  test.equal((await box.realm(['status'], { cwd: aperture.path })).stdout, status, 'reading goes on');

  empty();
  test.equal(await git('status', '--porcelain'), '');
  test.notOk(existsSync(join(moved, '.git', 'realm', 'lock')));
  await git('fsck', '--strict');
  await box.realm(publish('{"queues": ["a"]}'), { cwd: aperture.path });
  test.not(await git('rev-parse', 'main'), tip, 'and with space again it works');
});

t.test('a full disk under the repository: join leaves it as it was', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const disk = smallDisk(test, 2048);
  if (disk === undefined) return void test.pass('a small disk', { skip: 'this user may not mount a tmpfs' });
  await box.git(['clone', '-q', aperture.remote ?? '', join(disk, 'aperture')]);
  const clone = join(disk, 'aperture');
  const before = (await box.git(['-C', clone, 'config', '--local', '--list'])).stdout;
  const empty = fillDisk(disk);
  const ran = await box.realm(['join', realm.path], { cwd: clone, expect: 'any' });
  test.notMatch(ran.stderr, /^bug:/m);
  test.not(ran.code, 0);
  empty();
  test.equal((await box.git(['-C', clone, 'status', '--porcelain'])).stdout, '');
  test.equal((await box.git(['-C', clone, 'config', '--local', '--list'])).stdout, before);
  await box.realm(['join', realm.path], { cwd: clone });
});

t.test('no file may grow: the realm stays as it was', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const tip = await realm.tip();
  const value = JSON.stringify({ queues: Array.from({ length: 3000 }, (_, n) => `queue-${n * 7919}`) });
  box.write('aperture/big.json', value);
  const args = ['export', 'limits', '--domain', 's3-access', '--file', 'big.json'];
  const ran = await box.run(...withFileLimit(8, 'git-realm', args), { cwd: aperture.path, expect: 'any' });
  test.equal(ran.code, 128, ran.stderr);
  test.match(ran.stderr, /^error: /m);
  test.equal(await realm.tip(), tip);
  await realm.git('fsck', '--strict');
  test.equal(await realm.git('status', '--porcelain'), '');
  await box.realm(args, { cwd: aperture.path });
});
