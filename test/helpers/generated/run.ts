import { writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import { verifyPush } from '../../../lib/actions/hook/verify.ts';
import type { Context } from '../../../lib/actions/open/context.ts';
import { readSnapshot } from '../../../lib/store/snapshot.ts';
import { openStore } from '../../../lib/store/store.ts';
import { sandbox } from '../world/cli.ts';
import { type Mutant, mutated } from './mutations.ts';
import { looseObjects, oidOf } from './objects.ts';
import { legalPush } from './operations.ts';
import { oracle } from './oracle.ts';
import { randomFrom } from './random.ts';
import { founded, MAIN } from './realm.ts';

/** How many mutants are made of one legal push. */
const EACH = 8;

/** What became of the mutants; `broken`: the judge took it, and git itself would not have, for something is missing. */
export interface Counts {
  legal: number;
  mutations: number;
  refused: number;
  broken: number;
  taken: number;
}

/**
 * One realm, and legal pushes to it by random people. Of each push some mutants are judged first: one that is taken must be
 * right by the oracle, and read alike by git and by us. Then the push itself is judged, taken, and the next one stands on it.
 */
export async function mutationRun(
  t: Test,
  { seed, mutations }: { seed: number; mutations: number },
): Promise<Counts> {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'realm.git']);
  const bare = box.path('realm.git');
  const random = randomFrom(seed);
  const objects = looseObjects(bare);
  const rules = oracle(bare, box.env);
  const counts: Counts = { legal: 0, mutations: 0, refused: 0, broken: 0, taken: 0 };
  const { realm, objects: first } = founded();
  const there = new Set(first.map(oidOf));
  for (const object of first) objects.put(object);
  keepRefs();
  const context: Context = {
    cwd: bare,
    env: box.env,
    now: () => new Date(),
    note: () => {},
    ask: async () => false,
    progress: () => ({ at: () => {}, end: () => {} }),
  };
  const judge = ({ updates, user }: Pick<Mutant, 'updates' | 'user'>) =>
    verifyPush(context, { updates, user });

  while (counts.mutations < mutations) {
    const push = legalPush(realm, random);
    const mutants = Array.from({ length: Math.min(EACH, mutations - counts.mutations) }, () =>
      mutated(push, { refs: realm.refs, known: (oid) => there.has(oid) }, random),
    );
    const fresh = mutants.flatMap((mutant) =>
      mutant.objects.filter((object) => objects.put(object)).map(oidOf),
    );
    const judged = await Promise.all(mutants.map(judge));
    for (const [n, mutant] of mutants.entries()) {
      const at = `(seed ${seed}, mutation ${counts.mutations})`;
      counts.mutations += 1;
      if (judged[n]?.refused.length !== 0) counts.refused += 1;
      else if (!rules.isWhole(mutant)) counts.broken += 1;
      else {
        counts.taken += 1;
        const wrong = rules.mistake(mutant) ?? (await readersDiffer(mutant));
        if (wrong !== null)
          t.fail(`taken: ${mutant.what} by ${mutant.user}, ${mutant.mutation} ${at}: ${wrong}`);
      }
    }
    for (const oid of fresh) objects.drop(oid);
    for (const object of push.objects) {
      objects.put(object);
      there.add(oidOf(object));
    }
    const { refused } = await judge(push);
    counts.legal += 1;
    const legal = `legal: ${push.what} by ${push.user} (seed ${seed}, push ${counts.legal})`;
    if (!t.same(refused, [], legal)) return counts;
    push.after(realm);
    keepRefs();
  }
  return counts;

  function keepRefs(): void {
    const lines = [...realm.refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ref, oid]) => `${oid} ${ref}\n`);
    const head = '# pack-refs with: peeled fully-peeled sorted \n';
    writeFileSync(`${bare}/packed-refs`, `${head}${lines.join('')}`);
  }

  /** Does our reader see another realm than git does? */
  async function readersDiffer({ updates }: Mutant): Promise<string | null> {
    const tip = updates.find(({ ref }) => ref === MAIN)?.new;
    if (tip == null) return null;
    const { stdout } = await box.git(['-C', bare, 'ls-tree', '-r', '-z', tip]);
    const store = await openStore(bare, box.env);
    try {
      const { model, oidAt } = await readSnapshot(store, tip, { keep: false });
      const lines = stdout.split('\0').filter(Boolean);
      const other = lines.find((line) => oidAt(line.split('\t')[1] ?? '') !== line.split(/[ \t]/)[2]);
      return other ?? (lines.length === model.under('').length ? null : 'more files than git has');
    } finally {
      store.close();
    }
  }
}
