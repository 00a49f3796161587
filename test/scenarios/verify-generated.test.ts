import t from 'tap';
import { mutationRun } from '../helpers/generated/run.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';

/** `REALM_NIGHTLY=1` for ten realms from a seed of the day, each with ten times as many mutations. */
const nightly = process.env.REALM_NIGHTLY !== undefined;
const seed = seedOr(nightly ? anySeed() : 20_261_130);
const MUTATIONS = nightly ? 2000 : 120;
const timeout = nightly ? 14_400_000 : 600_000;
const name = 'a push with one thing changed is taken only where the rules allow what it does';
t.setTimeout(timeout);

for (let realm = 0; realm < (nightly ? 10 : 1); realm += 1)
  t.test(name, { timeout }, async (t) => {
    const counts = await mutationRun(t, { seed: seed + realm, mutations: MUTATIONS });
    t.comment(`seed ${seed + realm}: ${JSON.stringify(counts)}`);
    t.ok(counts.refused > MUTATIONS / 3, 'most are refused');
    t.ok(counts.taken > MUTATIONS / 50, 'and some are not');
  });
