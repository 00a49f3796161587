import { bundle } from './support/bundle.ts';
import { figure, inBench, ms, ratio, table } from './support/measure.ts';
import { makeRealm } from './support/realm.ts';

const SIZES = [10, 1_000, 10_000];
const ROUNDS = 15;
/** At 10,000 contracts. */
const BUDGET = 2;

/**
 * One realm commit in a bare realm: the engine (lock, snapshot, plan, commit) against `git fast-import` given the
 * ready stream of the same kind of commit. The first commit of a process also reads the realm's index.
 */
export async function run(): Promise<string> {
  const program = await bundle('single.ts');
  const rows = [['contracts', 'git fast-import', 'engine', '', 'first of a process', '']];
  for (const contracts of SIZES)
    await inBench((bench) => {
      const realm = makeRealm(bench, contracts);
      const printed = bench.run('node', [program, realm.path, String(contracts), String(ROUNDS)]);
      const times = JSON.parse(printed) as Record<'byHand' | 'engine' | 'first', number>;
      const budget = contracts === 10_000 ? BUDGET : undefined;
      if (budget !== undefined)
        figure('realm commit at 10,000 contracts, unsigned, bare', {
          value: times.engine / times.byHand,
          atMost: budget,
          beside: `the same git fast-import by hand: ${ms(times.byHand)}`,
        });
      rows.push([
        String(contracts),
        ms(times.byHand),
        ms(times.engine),
        ratio(times.engine, times.byHand, budget),
        ms(times.first),
        ratio(times.first, times.byHand),
      ]);
    });
  return table(rows);
}
