import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './support/bundle.ts';
import { type Bench, figure, inBench, median, ms, table } from './support/measure.ts';
import { type BenchRealm, makeRealm } from './support/realm.ts';

const WRITERS = 20;
const APPENDS = 10;
const ROUNDS = 3;
/** The engine's rate against the shell loop's. */
const BUDGET = 0.8;

/**
 * Many processes append to one bare realm at once: the engine against a shell loop of `flock` and `git fast-import`.
 * Timed from the moment all of them are ready. Fails where one commit is lost or git finds the realm unsound.
 */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const worker = await bundle('writer.ts');
    const engine: number[] = [];
    const shell: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      engine.push(await write(bench, (realm, start, n) => engineWriter(bench, worker, realm, start, n)));
      shell.push(await write(bench, (realm, start, n) => shellWriter(bench, realm, start, n)));
    }
    const [ours, theirs] = [median(engine), median(shell)];
    const rate = (time: number): string => `${Math.round((WRITERS * APPENDS * 1000) / time)}/s`;
    const value = theirs / ours;
    figure('20 processes × 10 engine appends, bare, none lost: rate against a shell loop', {
      value,
      atLeast: BUDGET,
      beside: `lock and fast-import in a shell loop: ${rate(theirs)}`,
    });
    return table([
      [`${WRITERS} × ${APPENDS} appends`, 'median', 'rate', 'rate against the loop', 'lost'],
      ['shell loop of flock and fast-import', ms(theirs), rate(theirs), '1', '0'],
      [
        'engine',
        ms(ours),
        rate(ours),
        `${value.toFixed(2)} × (≥ ${BUDGET})${value < BUDGET ? ' OVER' : ''}`,
        '0',
      ],
    ]);
  });
}

/** Starts the writers on a fresh realm, lets them go, waits for all, and checks that nothing is lost. Milliseconds. */
async function write(
  bench: Bench,
  writer: (realm: BenchRealm, start: string, n: number) => ChildProcess,
): Promise<number> {
  const realm = makeRealm(bench, WRITERS);
  const start = join(realm.path, 'start');
  const writers = Array.from({ length: WRITERS }, (_, n) => writer(realm, start, n));
  const ends = writers.map((child) => once(child, 'close'));
  await Promise.all(writers.map((child) => once(child.stdout ?? child, 'data')));
  const began = performance.now();
  writeFileSync(start, '');
  for (const [code] of await Promise.all(ends))
    if (code !== 0) throw new Error(`a writer ended with ${code}`);
  const time = performance.now() - began;

  const count = Number(bench.run('git', ['-C', realm.path, 'rev-list', '--count', 'main']));
  if (count !== 1 + WRITERS * APPENDS) throw new Error(`${1 + WRITERS * APPENDS - count} commits are lost`);
  bench.run('git', ['-C', realm.path, 'fsck', '--strict', '--no-progress']);
  rmSync(realm.path, { recursive: true });
  return time;
}

const engineWriter = (
  { env }: Bench,
  worker: string,
  realm: BenchRealm,
  start: string,
  n: number,
): ChildProcess => {
  const { domain, name, provider } = realm.contract(n);
  const args = [worker, realm.path, start, String(APPENDS), domain, name, provider];
  return spawn('node', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
};

/** As bare as it gets: no planning, the same file rewritten. Without flock(1), a directory is the lock. */
const shellWriter = ({ env }: Bench, realm: BenchRealm, start: string, n: number): ChildProcess => {
  const { domain, name } = realm.contract(n);
  const [lock, unlock] = hasFlock()
    ? ['exec 9>lock; flock 9', 'exec 9>&-']
    : ['until mkdir lock 2>/dev/null; do sleep 0.01; done', 'rmdir lock'];
  const script = `
    file=domains/${domain}/contracts/${name}.yaml
    text=$(git show "main:$file")
    echo ready
    until [ -e "$1" ]; do sleep 0.01; done
    n=0
    while [ $n -lt ${APPENDS} ]; do
      n=$((n + 1))
      ${lock}
      from=$(git rev-parse main)
      git fast-import --quiet --done <<END || exit 1
commit refs/heads/main
committer Bench <bench@example.com> 1769248800 +0000
data <<MESSAGE
append $n
MESSAGE
from $from
M 100644 inline $file
data <<TEXT
$text
# $n
TEXT
done
END
      ${unlock}
    done`;
  return spawn('sh', ['-c', script, 'sh', start], {
    cwd: realm.path,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

const hasFlock = (): boolean => spawnSync('flock', ['--version']).status === 0;
