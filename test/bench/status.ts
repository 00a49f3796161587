import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, figure, inBench, ms, nodeItself, race, ratio, table } from './support/measure.ts';
import { makeMember, makeRealm } from './support/realm.ts';

/** Contracts, the budget of a warm run against `node -e 0`, rounds. */
const SIZES = [
  [10, 2, 21],
  [1_000, 2.5, 21],
  [10_000, 5, 9],
] as const;

/** The budget of the first read of 10,000 contracts, in milliseconds. */
const FIRST_READ = 4_000;

/** `git realm status` in a member repository: warm, cold (every cache deleted), and the git processes it starts. */
export async function run(): Promise<string> {
  const rows = [['contracts', 'node -e 0', 'warm', 'against node -e 0', 'git runs', 'cold', '', 'git runs']];
  for (const [contracts, budget, rounds] of SIZES)
    rows.push(await inBench((bench) => measure(bench, contracts, budget, rounds)));
  return table(rows);
}

async function measure(bench: Bench, contracts: number, budget: number, rounds: number): Promise<string[]> {
  const realm = makeRealm(bench, contracts);
  const member = makeMember(bench, realm, contracts);
  const caches = [join(realm.path, 'realm'), join(member, '.git', 'realm')];
  const forget = (): void => {
    for (const cache of caches) rmSync(cache, { recursive: true, force: true });
  };
  const status = () => bench.run('git', ['realm', 'status'], { cwd: member });

  const cold = await race({ status: { before: forget, run: status } }, contracts > 1000 ? 3 : 7);
  const coldRuns = gitRuns(bench, member, forget);
  const warmRuns = gitRuns(bench, member);
  const warm = await race({ node: nodeItself(bench), status: { run: status } }, rounds);
  const count = contracts.toLocaleString('en');
  figure(`git realm status, ${count} contracts, warm, against node -e 0`, {
    value: warm.status / warm.node,
    atMost: budget,
    beside: `git processes: ${warmRuns}`,
  });
  if (contracts === 10_000)
    figure(`first read of a ${count}-contract realm`, { value: cold.status, atMost: FIRST_READ, unit: 'ms' });
  return [
    String(contracts),
    ms(warm.node),
    ms(warm.status),
    ratio(warm.status, warm.node, budget),
    String(warmRuns),
    ms(cold.status),
    contracts === 10_000 ? `(≤ ${FIRST_READ} ms)${cold.status > FIRST_READ ? ' OVER' : ''}` : '',
    String(coldRuns),
  ];
}

/** How many git processes one status starts, as it says itself (`GIT_REALM_TRACE`). */
function gitRuns(bench: Bench, cwd: string, before?: () => void): number {
  before?.();
  const file = join(bench.root, 'trace');
  rmSync(file, { force: true });
  bench.run('env', [`GIT_REALM_TRACE=${file}`, 'git-realm', 'status'], { cwd });
  return readFileSync(file, 'utf8').match(/"event":"git"/g)?.length ?? 0;
}
