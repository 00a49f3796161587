import t from 'tap';
import { type Performer, runSteps } from '../../lib/change/run.ts';
import type { Plan, Step } from '../../lib/change/types.ts';
import type { InitOp } from '../../lib/realm/ops/init.ts';
import { applyOp } from '../../lib/store/engine.ts';
import { beginJournal, journalAt, OPS, readJournals } from '../../lib/store/journal.ts';
import { listJournals, pruneJournals } from '../../lib/store/journal-share.ts';
import { openStore } from '../../lib/store/store.ts';
import { sandbox } from '../helpers/world/cli.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
const at = '2026-01-24T10:00:00Z';
const init: InitOp = { verb: 'init', id: '0', at, by: who.email, name: 'acme' };

const step = (repo: string | null, after: string[] = []): Step => ({
  id: `step:${repo}`,
  repo,
  effect: { kind: 'pull-close', number: 1 },
  after,
  words: '',
});

const local: Performer = {
  apply: async () => ({}),
  revert: async () => {},
  lane: ({ repo }) => ({ name: 'one', width: 1, local: repo !== null }),
};

/** A store with a realm in it, and a plan over two repos that ends in the realm. */
async function stage(test: Parameters<typeof sandbox>[0]) {
  const box = sandbox(test);
  await box.git(['init', '-q', '--bare', 'realm']);
  const store = await openStore(box.path('realm'), box.env);
  test.teardown(() => store.close());
  await applyOp(store, init, who);
  const steps = [step('a'), step('b'), step(null, ['step:a', 'step:b'])];
  const plan: Plan = { verb: 'worktree', branch: 'feat/x', args: {}, steps };
  const log = async (id: string) =>
    (await box.git(['-C', 'realm', 'log', '--reverse', '--format=%s', OPS + id])).stdout.trim().split('\n');
  return { store, plan, log, context: { store, who, now: () => new Date(at) } };
}

t.test('what happens at one moment is one commit', async (test) => {
  const { store, plan, log, context } = await stage(test);
  const journal = await beginJournal(context, plan, { id: 'abcd', at });
  const begun = await journalAt(store, `${OPS}abcd`);
  test.same(
    begun?.steps.map(({ state }) => state),
    ['started', 'started', 'todo'],
    'before anything happens it is written that it may have happened',
  );
  test.equal(await runSteps(journal, local, () => {}), true);
  test.same(await log('abcd'), [
    'worktree feat/x: running',
    'worktree feat/x: done step:a, started step:null',
    'worktree feat/x: done step:b, done step:null, done',
  ]);
  test.match(await readJournals(store), [
    { state: 'done', steps: [{ state: 'done' }, { state: 'done' }, {}] },
  ]);
});

t.test('journals go after 90 days; those that stay are told, the newest first', async (test) => {
  const { store, plan, context } = await stage(test);
  const days = [
    ['aaaa', '2026-01-01T00:00:00Z'],
    ['bbbb', '2026-06-01T00:00:00Z'],
    ['cccc', '2026-06-02T00:00:00Z'],
    ['dddd', '2026-01-02T00:00:00Z'],
  ] as const;
  for (const [id, at] of days) {
    const journal = await beginJournal(context, plan, { id, at });
    // One that was cut short stays, however old.
    if (id !== 'dddd') await journal.finish('done');
  }
  const others = { now: new Date('2027-01-01T00:00:00Z'), who: 'mara@example.com' };
  const all = await listJournals(store, null);
  t.equal((await pruneJournals(store, null, others, all)).length, 4, 'nobody removes the journals of others');
  const kept = await pruneJournals(
    store,
    null,
    { now: new Date('2026-06-03T00:00:00Z'), who: who.email },
    await listJournals(store, null),
  );
  test.same(
    kept.map(({ id }) => id),
    ['cccc', 'bbbb', 'dddd'],
  );
  test.same(await readJournals(store), kept);
});
