import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { HOST_WIDTH, hostOf, mapPool } from '../../lib/change/pool.ts';

t.test('never more at a time than there is room, answers in the order of the list', async (test) => {
  let now = 0;
  let peak = 0;
  const list = Array.from({ length: 87 }, (_, at) => at);
  const answers = await mapPool(list, HOST_WIDTH, async (item) => {
    now += 1;
    peak = Math.max(peak, now);
    await sleep(item % 3);
    now -= 1;
    return item * 2;
  });
  test.equal(peak, 8);
  test.same(
    answers,
    list.map((item) => item * 2),
  );
  const done: number[] = [];
  const failing = mapPool([1, 2, 3, 4], 2, async (item) => {
    if (item === 1) throw new Error('first');
    done.push(item);
  });
  await test.rejects(failing, { message: 'first' });
  test.same(done, [2, 3, 4], 'one that fails stops no other');
});

t.test('connections count by host, however it is written', async (test) => {
  for (const [url, host] of [
    ['git@github.com:o/r.git', 'github.com'],
    ['https://GitHub.com/o/r', 'github.com'],
    ['ssh://git@github.com:22/o/r', 'github.com'],
    ['https://user:secret@example.com/r', 'example.com'],
    ['/srv/git/r.git', 'this machine'],
    ['../r.git', 'this machine'],
    [undefined, 'this machine'],
  ] as const)
    test.equal(hostOf(url), host, String(url));
});
