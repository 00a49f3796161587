import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { openRealm } from '../helpers/world/story.ts';

const nightly = process.env.REALM_NIGHTLY !== undefined;
const WRITERS = 20;
const SECONDS = nightly ? 60 : 5;
t.setTimeout(1_800_000);

/** A value that grows is compatible with the one before. */
const queues = (count: number): string[] => Array.from({ length: count }, (_, n) => `q${n}`);

t.test('20 writers while git collects garbage, repacks and maintains: nothing is lost', async (test) => {
  const box = sandbox(test);
  await box.git(['init', '-q', '--bare', 'realm.git']);
  await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', box.path('realm.git')]);
  const realm = openRealm(box, box.path('realm.git'));
  const repo = await makeRepo(box, 'api', { tree: { 'README.md': 'api' } });
  await box.realm(['join', realm.path], { cwd: repo.path });
  await box.realm(['domain', 'create', 'limits', '--repos', 'api'], { cwd: repo.path });
  const before = await realm.count();

  const until = performance.now() + SECONDS * 1000;
  const going = () => performance.now() < until;
  const written: number[] = [];
  const failed: string[] = [];
  async function write(n: number): Promise<void> {
    do {
      const value = JSON.stringify({ queues: queues((written[n] ?? 0) + 1) });
      const args = ['export', `own-${n}`, '--domain', 'limits', '--value', value];
      const ran = await box.realm(args, { cwd: repo.path, expect: 'any', timeout: 600_000 });
      if (ran.code === 0) written[n] = (written[n] ?? 0) + 1;
      else failed.push(`own-${n}: ${ran.stderr}`);
    } while (going());
  }
  let rounds = 0;
  const chores = [
    // Not --prune=now: git-gc(1) itself warns that it removes what a writer is about to use.
    ['gc', '--quiet'],
    ['pack-refs', '--all'],
    ['reflog', 'expire', '--expire=now', '--all'],
    [
      'maintenance',
      'run',
      '--quiet',
      '--task=loose-objects',
      '--task=incremental-repack',
      '--task=pack-refs',
    ],
    ['repack', '-q', '-a', '-d'],
  ];
  async function chore(path: string): Promise<void> {
    for (; going(); rounds += 1, await sleep(100))
      // One that finds another at work says so and gives up.
      for (const args of chores) await box.git(['-C', path, ...args], { expect: 'any', timeout: 600_000 });
  }
  await Promise.all([...Array.from({ length: WRITERS }, (_, n) => write(n)), chore(realm.path)]);
  await box.realm(['sync'], { cwd: repo.path });
  const total = written.reduce((sum, size) => sum + size, 0);
  test.comment(
    `${total} appends of ${WRITERS} writers in ${SECONDS} s and more, ${rounds} rounds of maintenance`,
  );
  test.same(failed, [], 'none failed');
  for (let n = 0; n < WRITERS; n += 1)
    test.match(await realm.yaml(`domains/limits/contracts/own-${n}.yaml`), {
      value: { queues: queues(written[n] ?? 0) },
    });
  test.equal((await realm.count()) - before, total, 'one commit each');
  // What nobody refers to may be half pruned; everything that counts must be whole.
  await realm.git('rev-list', '--objects', '--all');
  await realm.git('fsck', '--connectivity-only', '--no-dangling', 'main');
});
