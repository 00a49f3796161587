import { type Bench, figure, inBench, ms, nodeItself, race, ratio, table } from './support/measure.ts';
import { makeMember, makeRealm } from './support/realm.ts';

const CONTRACTS = 1_000;

/** `git realm check` in a member repository of a realm of 1,000 contracts, warm. */
export function run(): Promise<string> {
  return inBench(async (bench: Bench) => {
    const member = makeMember(bench, makeRealm(bench, CONTRACTS), CONTRACTS);
    const check = () => bench.run('git', ['realm', 'check'], { cwd: member });
    check();
    const times = await race({ node: nodeItself(bench), check: { run: check } }, 15);
    figure('git realm check, 1,000 contracts, warm, against node -e 0', {
      value: times.check / times.node,
      atMost: 3,
    });
    return table([
      ['contracts', 'node -e 0', 'git realm check', 'against node -e 0'],
      [String(CONTRACTS), ms(times.node), ms(times.check), ratio(times.check, times.node, 3)],
    ]);
  });
}
