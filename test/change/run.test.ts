import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { type Performer, readied, revertSteps, runSteps } from '../../lib/change/run.ts';
import type { JournalRecord, JournalStep, JournalWriter, Step } from '../../lib/change/types.ts';
import { RealmError } from '../../lib/errors.ts';

const step = (id: string, after: string[] = []): Step => ({
  id,
  repo: id,
  effect: { kind: 'pull-close', number: 1 },
  after,
  words: id,
});

/** A journal in memory; `told` is what it was told, in order. */
function journalOf(steps: Step[]): JournalWriter & { told: string[] } {
  const told: string[] = [];
  const record: JournalRecord = {
    format: 1,
    id: 'abcd',
    at: '2026-01-24T10:00:00Z',
    by: 'eric@example.com',
    verb: 'push',
    branch: 'feat/x',
    args: {},
    pid: 1,
    host: 'here',
    state: 'running',
    steps: steps.map((planned) => ({ ...planned, state: 'todo', result: null, error: null })),
  };
  return {
    record,
    told,
    mark: async (changes) => {
      for (const { id, ...change } of changes) {
        Object.assign(record.steps.find((entry) => entry.id === id) ?? {}, change);
        told.push(`${change.state} ${id}`);
      }
    },
    finish: async (state) => {
      record.state = state;
      told.push(state);
    },
    share: async () => void told.push('shared'),
  };
}

const performer = (work: (step: JournalStep) => Promise<void>, width = 8): Performer => ({
  apply: async (task) => {
    await work(task);
    return { did: task.id };
  },
  revert: async (task) => work(task),
  lane: () => ({ name: 'one', width }),
});

t.test(
  'each step after those it waits for, as wide as its lane, shown to others after each phase',
  async (test) => {
    const journal = journalOf([step('a'), step('b'), step('c'), step('d', ['a', 'b']), step('e', ['d'])]);
    let now = 0;
    let peak = 0;
    const done: string[] = [];
    const run = performer(async ({ id }) => {
      now += 1;
      peak = Math.max(peak, now);
      await sleep(2);
      now -= 1;
      done.push(id);
    }, 2);
    test.equal(await runSteps(journal, run, () => {}), true);
    test.equal(peak, 2);
    test.ok(done.indexOf('d') > done.indexOf('a') && done.indexOf('d') > done.indexOf('b'));
    test.equal(done.at(-1), 'e');
    test.same(
      journal.told.filter((word) => word === 'shared' || word === 'done'),
      ['shared', 'shared', 'done'],
    );
    for (const { id } of journal.record.steps)
      test.ok(
        journal.told.indexOf(`started ${id}`) < journal.told.indexOf(`done ${id}`),
        `${id} is announced`,
      );
  },
);

t.test('one that fails stops only what waits for it; going on does only what is missing', async (test) => {
  const journal = journalOf([step('a'), step('b'), step('c', ['a']), step('d', ['b'])]);
  let broken = true;
  const done: string[] = [];
  const run = performer(async ({ id }) => {
    if (id === 'a' && broken) throw new RealmError('no', 'not now', { hint: 'later' });
    done.push(id);
  });
  test.equal(await runSteps(journal, run, () => {}), false);
  test.same(done.sort(), ['b', 'd']);
  test.match(journal.record, {
    state: 'stopped',
    steps: [
      { state: 'failed', error: 'not now; later' },
      { state: 'done' },
      { state: 'todo' },
      { state: 'done' },
    ],
  });
  broken = false;
  done.length = 0;
  test.equal(await runSteps(journal, run, () => {}), true);
  test.same(done, ['a', 'c']);
  done.length = 0;
  await revertSteps(journal, run, () => {});
  test.same(done, ['d', 'c', 'b', 'a'], 'taken back, the last first');
  test.equal(journal.record.state, 'undone');
});

t.test('a bug is no failed step: it is thrown, and nothing more is begun', async (test) => {
  const journal = journalOf([step('a'), step('b', ['a'])]);
  const run = performer(async () => {
    throw new TypeError('a bug');
  });
  await test.rejects(
    runSteps(journal, run, () => {}),
    TypeError,
  );
  test.notMatch(journal.told.join(), 'started b');
});

t.test('a journal that somebody else went on with ends the run', async (test) => {
  const journal = journalOf([step('a'), step('b', ['a'])]);
  journal.share = () => Promise.reject(new RealmError('op-taken', 'taken'));
  const done: string[] = [];
  const run = performer(async ({ id }) => void done.push(id));
  await test.rejects(
    runSteps(journal, run, () => {}),
    { code: 'op-taken' },
  );
  test.same(done, ['a']);
});

t.test('what the line that begins a journal calls started is not announced again', async (test) => {
  const journal = journalOf([step('a'), step('b', ['a'])]);
  const states = () => journal.record.steps.map(({ state }) => state);
  readied(journal.record.steps);
  test.same(states(), ['started', 'todo']);
  const run = performer(async () => {});
  await runSteps(journal, run, () => {});
  test.notOk(journal.told.includes('started a'));
  test.ok(journal.told.includes('started b'));
  for (const [at, state] of (['done', 'undone'] as const).entries())
    Object.assign(journal.record.steps[at] ?? {}, { state, error: 'no' });
  readied(journal.record.steps);
  test.same(states(), ['done', 'started'], 'what was done stays so');
  test.equal(journal.record.steps[1]?.error, null);
});

t.test(
  "the realm's own step, where it is the last, is told together with the end of the run",
  async (test) => {
    const tracked = { ...step('realm:open', ['a']), repo: null };
    const journal = journalOf([step('a'), tracked]);
    const run = performer(async () => {});
    test.equal(await runSteps(journal, run, () => {}), true);
    test.same(journal.told.slice(-2), ['done realm:open', 'done']);
  },
);

t.test(
  "the realm's own step is announced while the last that it waits for is under way, others after it",
  async (test) => {
    const journal = journalOf([
      step('a'),
      step('b'),
      { ...step('c', ['a', 'b']), repo: null },
      step('d', ['b']),
    ]);
    const local: Performer = {
      ...performer(async ({ id }) => {
        if (id === 'b') test.notOk(journal.told.includes('started c'));
        await sleep(2);
        if (id === 'b') test.ok(journal.told.includes('started c'));
        if (id === 'b') test.notOk(journal.told.includes('started d'), 'not before b is written');
        if (id === 'd') test.ok(journal.told.indexOf('done b') < journal.told.indexOf('started d'));
      }),
      lane: () => ({ name: 'one', width: 1, local: true }),
    };
    test.equal(await runSteps(journal, local, () => {}), true);
  },
);

t.test('announced and never begun is nothing done', async (test) => {
  const journal = journalOf([step('a'), { ...step('b', ['a']), repo: null }]);
  const begun: string[] = [];
  const local: Performer = {
    ...performer(async ({ id }) => {
      begun.push(id);
      await sleep(2);
      test.ok(journal.told.includes('started b'));
      throw new RealmError('no', 'not now');
    }),
    lane: () => ({ name: 'one', width: 1, local: true }),
  };
  test.equal(await runSteps(journal, local, () => {}), false);
  test.same(begun, ['a']);
  test.match(journal.record, { state: 'stopped', steps: [{ state: 'failed' }, { state: 'todo' }] });
});

t.test('an announcement that cannot be written ends the run before the step', async (test) => {
  const journal = journalOf([step('a'), { ...step('b', ['a']), repo: null }]);
  const { mark } = journal;
  journal.mark = async (changes) => {
    await sleep(1);
    if (changes.some(({ id, state }) => id === 'b' && state === 'started'))
      throw new RealmError('op-taken', 'taken');
    return mark(changes);
  };
  const begun: string[] = [];
  const local: Performer = {
    ...performer(async ({ id }) => void begun.push(id)),
    lane: () => ({ name: 'one', width: 1, local: true }),
  };
  await test.rejects(
    runSteps(journal, local, () => {}),
    { code: 'op-taken' },
  );
  test.same(begun, ['a']);
});
