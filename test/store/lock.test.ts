import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { RealmError } from '../../lib/errors.ts';
import { withLock } from '../../lib/store/lock.ts';

t.test('one at a time, everybody in the end, nothing left behind', async (test) => {
  const directory = join(test.testdir(), 'realm');
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 12 }, (_, n) =>
    withLock(directory, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await wait(2);
      inside -= 1;
      return n;
    }),
  );
  test.same(
    await Promise.all(turns),
    Array.from({ length: 12 }, (_, n) => n),
  );
  test.equal(most, 1);
  test.same(readdirSync(directory), []);
});

t.test('the lock is given back when the work fails', async (test) => {
  const directory = test.testdir();
  await test.rejects(
    withLock(directory, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  test.equal(await withLock(directory, async () => 'next'), 'next');
  test.same(readdirSync(directory), []);
});

t.test('a lock whose process is dead is taken over, one that lives is waited for', async (test) => {
  const directory = test.testdir();
  const dead = spawnSync('true').pid;
  writeFileSync(join(directory, 'lock'), `${dead} ${hostname()}\n`);
  test.equal(await withLock(directory, async () => 'taken over'), 'taken over');

  writeFileSync(join(directory, 'lock'), `${process.pid} ${hostname()}\n`);
  const late = withLock(directory, async () => 'late');
  test.equal(await Promise.race([late, wait(300, 'waiting')]), 'waiting');
  test.ok(existsSync(join(directory, 'lock')));
  rmSync(join(directory, 'lock'));
  test.equal(await late, 'late');
});

t.test('a lock of another machine counts as dead after a minute', async (test) => {
  const directory = test.testdir();
  const lock = join(directory, 'lock');
  writeFileSync(lock, '1 elsewhere.example\n');
  const past = new Date(Date.now() - 120_000);
  utimesSync(lock, past, past);
  test.equal(await withLock(directory, async () => 'taken over'), 'taken over');
});

t.test('names that killed waiters left in the queue are swept', async (test) => {
  const directory = test.testdir();
  for (let n = 0; n < 30; n += 1) writeFileSync(join(directory, `lock.1.${n}.dead`), '');
  await Promise.all([1, 2, 3].map(() => withLock(directory, () => wait(1))));
  test.same(readdirSync(directory), []);
});

t.test('a directory that cannot be made is said in words', async (test) => {
  const directory = test.testdir({ file: '' });
  await test.rejects(
    withLock(join(directory, 'file', 'realm'), async () => 0),
    { code: 'realm-write-failed' },
  );
});

t.test('who waits may do something meanwhile, once; who need not wait does nothing', async (test) => {
  const directory = test.testdir();
  const done: string[] = [];
  const meanwhile = (name: string) => ({
    meanwhile: async () => {
      done.push(name);
      await wait(20);
    },
  });
  const first = withLock(directory, () => wait(100), meanwhile('first'));
  await withLock(directory, async () => done.push('work'), meanwhile('second'));
  await first;
  test.same(done, ['second', 'work']);
  await withLock(directory, () => wait(1), meanwhile('third'));
  test.same(done, ['second', 'work']);

  const holder = withLock(directory, () => wait(30));
  await test.rejects(
    withLock(directory, () => wait(1), { meanwhile: () => Promise.reject(new RealmError('no', 'no')) }),
    { code: 'no' },
  );
  await holder;
  test.same(readdirSync(directory), [], 'its place in the queue is given up');
});
