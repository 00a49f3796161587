import { inBench, ms, nodeItself, race, ratio, table } from './support/measure.ts';

const ROUNDS = 31;

/** Start-up: `git realm --version`, and the smallest command that loads the bundle, against `node -e 0`. */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const times = await race(
      {
        node: nodeItself(bench),
        version: { run: () => bench.run('git', ['realm', '--version']) },
        help: { run: () => bench.run('git', ['realm', 'help']) },
      },
      ROUNDS,
    );
    return table([
      ['', 'median', 'against node -e 0'],
      ['node -e 0', ms(times.node), '1'],
      ['git realm --version', ms(times.version), ratio(times.version, times.node)],
      ['git realm help', ms(times.help), ratio(times.help, times.node)],
    ]);
  });
}
