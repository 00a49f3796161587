import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { RealmError } from '../../lib/errors.ts';
import { holderHere, renderHolder } from '../../lib/store/holder.ts';
import { deadLockOwner, withLock } from '../../lib/store/lock.ts';
import { patience } from '../../lib/store/patience.ts';

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
  const lock = join(directory, 'lock');
  const dead = spawnSync('true').pid;
  writeFileSync(lock, `${dead} ${hostname()}\n`);
  test.equal(await withLock(directory, async () => 'taken over'), 'taken over');

  writeFileSync(lock, renderHolder(holderHere(), 'x'));
  const late = withLock(directory, async () => 'late');
  test.equal(await Promise.race([late, wait(300, 'waiting')]), 'waiting');
  test.ok(existsSync(lock));
  rmSync(lock);
  test.equal(await late, 'late');
});

t.test('a live process that is not the one that took the lock does not keep it', async (test) => {
  const here = holderHere();
  const left = {
    'the id was used again': { ...here, start: `${Number(here.start) - 1}` },
    'a container started again, where the id is that of its first process': { ...here, pid: 1, start: '1' },
    'a release that wrote no start, and a program of another kind': `${process.ppid} ${hostname()}\n`,
    'before the machine was started again': { ...here, boot: 'another' },
    'another container': { ...here, pid: 1, space: 'pid:[1]' },
    'emptied by a power cut': '',
    'half a line': '12',
  };
  for (const [name, holder] of Object.entries(left)) {
    const directory = test.testdir();
    const lock = join(directory, 'lock');
    const other = spawn('sleep', ['30']);
    const text = typeof holder === 'string' ? holder : renderHolder(holder, 'x');
    writeFileSync(lock, text.replace(String(process.ppid), String(other.pid)));
    const past = new Date(name.startsWith('before the machine') ? 1000 : Date.now() - 5000);
    utimesSync(lock, past, past);
    test.not(deadLockOwner(directory), null, `${name}: doctor sees it`);
    const taken = withLock(directory, async () => 'taken over', { giveUpMs: 200 });
    test.equal(await taken, 'taken over', name);
    other.kill();
  }
});

t.test('where a process cannot be looked at, its beat tells', async (test) => {
  const directory = test.testdir();
  const lock = join(directory, 'lock');
  const elsewhere = renderHolder({ ...holderHere(), space: 'pid:[1]' }, 'x');
  writeFileSync(lock, elsewhere);
  test.equal(deadLockOwner(directory), null, 'it may live');
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), 100);
  await test.rejects(
    withLock(directory, async () => 0, { giveUpMs: 300 }),
    { code: 'locked' },
  );
  clearInterval(beat);
  test.equal(readFileSync(lock, 'utf8'), elsewhere, 'what it holds stays');
  test.equal(await withLock(directory, async () => 'silent'), 'silent');
});

t.test('who lost the lock leaves that of the next one', async (test) => {
  const directory = test.testdir();
  const lock = join(directory, 'lock');
  const next = renderHolder(holderHere(), 'next');
  await withLock(directory, async () => {
    writeFileSync(lock, next);
    await wait(600);
  });
  test.equal(readFileSync(lock, 'utf8'), next);
});

t.test('the wait is said after a second, and ends with the interrupt', async (test) => {
  const directory = test.testdir();
  writeFileSync(join(directory, 'lock'), renderHolder(holderHere(), 'x'));
  const controller = new AbortController();
  const said: string[] = [];
  Object.assign(patience, {
    signal: controller.signal,
    tell: (line: string) => {
      said.push(line);
      controller.abort(new RealmError('interrupted', 'interrupted'));
    },
  });
  test.teardown(() => Object.assign(patience, { signal: undefined, tell: () => {} }));
  await test.rejects(
    withLock(directory, async () => 0),
    { code: 'interrupted' },
  );
  test.match(said, [`waiting for process ${process.pid} on ${holderHere().host}, which holds '`]);
  test.same(readdirSync(directory), ['lock'], 'its place in the queue is given up');
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

t.test('in a shared repository others can read the lock, and take it over', async (test) => {
  const directory = test.testdir();
  chmodSync(directory, 0o2770);
  const before = process.umask(0o077);
  await withLock(join(directory, 'realm'), async () => {
    test.equal(statSync(join(directory, 'realm')).mode & 0o7777, 0o2770);
    test.equal(statSync(join(directory, 'realm', 'lock')).mode & 0o777, 0o660);
  }).finally(() => process.umask(before));
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
