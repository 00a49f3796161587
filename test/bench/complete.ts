import { type Bench, figure, inBench, ms, nodeItself, race, table } from './support/measure.ts';
import { makeMember, makeRealm } from './support/realm.ts';

const CONTRACTS = 1_000;
const ROUNDS = 15;
/** Milliseconds: a completion that is slower is felt. */
const BUDGET = 100;

/** What the shells wait for at a <Tab>, in a member repository of a realm of 1,000 contracts, warm. */
export function run(): Promise<string> {
  return inBench(async (bench: Bench) => {
    const member = makeMember(bench, makeRealm(bench, CONTRACTS), CONTRACTS);
    const complete = (...words: string[]) => {
      const run = () => bench.run('git', ['realm', 'complete', '--', ...words], { cwd: member });
      if (run().trim() === '') throw new Error(`nothing completes '${words.join(' ')}'`);
      return { run };
    };
    const times = await race(
      {
        node: nodeItself(bench),
        command: complete('st'),
        option: complete('sync', '--'),
        domain: complete('domain', 'show', ''),
        contract: complete('show', ''),
        repo: complete('worktree', 'add', '--repos', ''),
        branch: complete('sync', '--branch', ''),
      },
      ROUNDS,
    );
    const { node, ...completions } = times;
    const worst = Math.max(...Object.values(completions));
    figure('completion in a realm of 1,000 contracts, the slowest kind', {
      value: worst,
      atMost: BUDGET,
      unit: 'ms',
      beside: `node -e 0: ${ms(node)}`,
    });
    return table([
      ['<Tab>', 'median'],
      ['node -e 0', ms(node)],
      ...Object.entries(completions).map(([what, time]) => [
        what,
        `${ms(time)}${time > BUDGET ? ` (≤ ${BUDGET} ms) OVER` : ''}`,
      ]),
    ]);
  });
}
