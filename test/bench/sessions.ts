import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameDetected } from '../helpers/world/detected.ts';
import { type Bench, figure, inBench, median, ms, table } from './support/measure.ts';

const ROUNDS = 9;
/** Milliseconds from the end of `git commit` to another terminal, and what telling may add to the commit. */
const BUDGET = 50;

const source = `import boto3\n\ns3 = boto3.client("s3")\n\n\ndef load(run):\n    return s3.get_object(Bucket="data", Key=f"start/{run}")\n`;

/**
 * Five live views of one repository, one of them stopped and one killed: how long a commit in another repository takes to
 * appear in the other three, and what telling them adds to the commit.
 */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const [provider, consumer] = story(bench);
    const alone = await commits(bench, provider, 'alone', []);
    const watchers = Array.from({ length: 5 }, () => watch(bench, consumer));
    try {
      await Promise.all(watchers.map((watcher) => watcher.says('watching realm')));
      const [stopped, killed, ...others] = watchers as [Watcher, Watcher, ...Watcher[]];
      stopped.child.kill('SIGSTOP');
      killed.child.kill('SIGKILL');
      await once(killed.child, 'exit');
      const watched = await commits(bench, provider, 'watched', others);
      const added = watched.commit - alone.commit;
      const label = 'five watch, one stopped, one killed';
      figure(`an edit on another terminal after git commit returns, ${label}`, {
        value: watched.shown,
        atMost: BUDGET,
        unit: 'ms',
        beside: `the commit itself: ${ms(watched.commit)}`,
      });
      figure(`telling them adds to the commit, ${label}`, { value: added, atMost: BUDGET, unit: 'ms' });
      return table([
        ['a commit that changes a contract', 'median', 'on the last of three screens after it'],
        ['nobody watches', ms(alone.commit), ''],
        [label, ms(watched.commit), ms(watched.shown)],
      ]);
    } finally {
      for (const { child } of watchers) child.kill('SIGKILL');
    }
  });
}

/** A provider with a remote, and a consumer, in a realm. */
function story(bench: Bench): [string, string] {
  const git = (cwd: string, ...args: string[]) => bench.run('git', args, { cwd });
  git(bench.root, 'realm', 'init', '--name', 'acme', '--path', join(bench.root, 'realm'));
  for (const name of ['provider', 'consumer']) {
    const dir = join(bench.root, name);
    git(bench.root, 'init', '-q', '--bare', `${name}.git`);
    mkdirSync(dir);
    writeFileSync(join(dir, 'paths.py'), name === 'provider' ? source : 'pass\n');
    git(dir, 'init', '-q');
    git(dir, 'remote', 'add', 'origin', join(bench.root, `${name}.git`));
    git(dir, 'add', '-A');
    git(dir, 'commit', '-q', '-m', 'init');
    git(dir, 'push', '-q', '-u', 'origin', 'HEAD');
    git(dir, 'realm', 'join', '../realm');
  }
  const [provider, consumer] = [join(bench.root, 'provider'), join(bench.root, 'consumer')];
  nameDetected(provider, 'c');
  git(provider, 'realm', 'domain', 'create', 'd', '--repos', 'provider,consumer', '--contract', 'c');
  git(consumer, 'realm', 'import', '--contract', 'c', '--binding', 'paths.py');
  for (const dir of [provider, consumer]) {
    git(dir, 'add', '-A');
    git(dir, 'commit', '-q', '-m', 'join');
  }
  return [provider, consumer];
}

interface Watcher {
  child: ChildProcess;
  /** Resolves with the moment at which the text was printed. */
  says(text: string): Promise<number>;
}

function watch(bench: Bench, cwd: string): Watcher {
  const child = spawn('git-realm', ['sessions', '--watch'], {
    cwd,
    env: bench.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: { text: string; at: number }[] = [];
  child.stdout.on('data', (bytes) => chunks.push({ text: String(bytes), at: performance.now() }));
  return {
    child,
    async says(text) {
      for (const end = Date.now() + 20_000; Date.now() < end; await sleep(1)) {
        const found = chunks.find((chunk) => chunk.text.includes(text));
        if (found !== undefined) return found.at;
      }
      throw new Error(`'${text}' did not appear`);
    },
  };
}

/** Median milliseconds of a commit, and from its end until the last of the watchers shows it; 0 where it was before. */
async function commits(
  bench: Bench,
  cwd: string,
  label: string,
  watchers: readonly Watcher[],
): Promise<{ commit: number; shown: number }> {
  const times: number[] = [];
  const shown: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const key = `${label}-${round}`;
    appendFileSync(
      join(cwd, 'paths.py'),
      `\n\ndef f${label}${round}(run):\n    return s3.get_object(Bucket="data", Key=f"${key}/{run}")\n`,
    );
    const began = performance.now();
    const child = spawn('git', ['commit', '-q', '-a', '-m', 'change'], {
      cwd,
      env: bench.env,
      stdio: 'ignore',
    });
    const [code] = await once(child, 'exit');
    const ended = performance.now();
    if (code !== 0) throw new Error(`git commit: exit ${code}`);
    const seen = await Promise.all(watchers.map((watcher) => watcher.says(`${key}/*`)));
    if (round === 0) continue;
    times.push(ended - began);
    shown.push(Math.max(0, ...seen.map((at) => at - ended)));
  }
  if (!existsSync(join(cwd, '.git', 'hooks', 'pre-commit')))
    throw new Error('no hook was there to tell anybody');
  return { commit: median(times), shown: median(shown) };
}
