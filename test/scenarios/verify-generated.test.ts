import { writeFileSync } from 'node:fs';
import t from 'tap';
import type { Flow } from '../../lib/flow/flow.ts';
import { verifyPush } from '../../lib/flow/verify.ts';
import { readSnapshot } from '../../lib/store/snapshot.ts';
import { openStore } from '../../lib/store/store.ts';
import { sandbox } from '../helpers/cli.ts';
import { type Mutant, mutated } from '../helpers/generated/mutations.ts';
import { looseObjects, oidOf } from '../helpers/generated/objects.ts';
import { legalPush } from '../helpers/generated/operations.ts';
import { oracle } from '../helpers/generated/oracle.ts';
import { randomFrom } from '../helpers/generated/random.ts';
import { founded, MAIN } from '../helpers/generated/realm.ts';

const MUTATIONS = Number(process.env.REALM_MUTATIONS ?? (process.env.REALM_NIGHTLY ? 20_000 : 2000));
/** How many are made of one legal push. */
const EACH = 8;
const seed = Number(process.env.REALM_SEED ?? Date.now() % 2 ** 31);
t.setTimeout(process.env.REALM_NIGHTLY ? 7_200_000 : 600_000);

t.test(
  'a push with one thing changed in it is taken only where the rules allow what it does',
  { timeout: 0 },
  async (t) => {
    const box = sandbox(t);
    await box.git(['init', '-q', '--bare', 'realm.git']);
    const bare = box.path('realm.git');
    const random = randomFrom(seed);
    const objects = looseObjects(bare);
    const rules = oracle(bare, box.env);
    const counts = { legal: 0, mutations: 0, refused: 0, broken: 0, taken: 0 };
    const { realm, objects: first } = founded();
    const there = new Set(first.map(oidOf));
    for (const object of first) objects.put(object);
    const keepRefs = () => {
      const lines = [...realm.refs]
        .map(([ref, oid]) => `${oid} ${ref}\n`)
        .sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1));
      writeFileSync(
        `${bare}/packed-refs`,
        `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`,
      );
    };
    keepRefs();
    const flow: Flow = {
      cwd: bare,
      env: box.env,
      now: () => new Date(),
      note: () => {},
      ask: async () => false,
      progress: () => ({ at: () => {}, end: () => {} }),
    };
    const judge = ({ updates, user }: Pick<Mutant, 'updates' | 'user'>) =>
      verifyPush(flow, { updates, user });

    while (counts.mutations < MUTATIONS) {
      const push = legalPush(realm, random);
      const mutants = Array.from({ length: Math.min(EACH, MUTATIONS - counts.mutations) }, () =>
        mutated(push, { refs: realm.refs, known: (oid) => there.has(oid) }, random),
      );
      const fresh = mutants.flatMap((one) => one.objects.filter((object) => objects.put(object)).map(oidOf));
      const judged = await Promise.all(mutants.map(judge));
      for (const [n, mutant] of mutants.entries()) {
        const what = `${mutant.what} by ${mutant.user}, ${mutant.mutation} (seed ${seed}, mutation ${counts.mutations})`;
        counts.mutations += 1;
        if (judged[n]?.refused.length !== 0) counts.refused += 1;
        else if (!rules.isWhole(mutant)) counts.broken += 1;
        else {
          counts.taken += 1;
          const wrong = rules.mistake(mutant) ?? (await readersDiffer(mutant));
          if (wrong !== null) t.fail(`taken: ${what}: ${wrong}`, { updates: mutant.updates });
        }
      }
      for (const oid of fresh) objects.drop(oid);
      for (const object of push.objects) {
        objects.put(object);
        there.add(oidOf(object));
      }
      const { refused } = await judge(push);
      counts.legal += 1;
      if (!t.same(refused, [], `legal: ${push.what} by ${push.user} (seed ${seed}, push ${counts.legal})`))
        return;
      push.after(realm);
      keepRefs();
    }
    t.comment(`seed ${seed}: ${JSON.stringify(counts)}`);
    t.ok(counts.refused > MUTATIONS / 3, 'most are refused');
    t.ok(counts.taken > MUTATIONS / 50, 'and some are not');

    /** Does our reader see another realm than git does? */
    async function readersDiffer({ updates }: Mutant): Promise<string | null> {
      const tip = updates.find(({ ref }) => ref === MAIN)?.new;
      if (tip == null) return null;
      const { stdout } = await box.git(['-C', bare, 'ls-tree', '-r', '-z', tip]);
      const store = await openStore(bare, box.env);
      try {
        const { model, oidAt } = await readSnapshot(store, tip, { keep: false });
        const lines = stdout.split('\0').filter(Boolean);
        const other = lines.find((one) => oidAt(one.split('\t')[1] ?? '') !== one.split(/[ \t]/)[2]);
        return other ?? (lines.length === model.under('').length ? null : 'more files than git has');
      } finally {
        store.close();
      }
    }
  },
);
