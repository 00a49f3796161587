import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameDetected } from '../helpers/world/detected.ts';
import {
  type Bench,
  type Contender,
  figure,
  inBench,
  ms,
  nodeItself,
  race,
  ratio,
  table,
} from './support/measure.ts';

const ROUNDS = 15;
const FILES = 505;

const source = (key: string) =>
  `import boto3\n\ns3 = boto3.client("s3")\n\n\ndef load(run):\n    return s3.get_object(Bucket="data", Key=f"${key}/{run}/data.json")\n`;

/** What a commit that touches two contract sources costs: extraction, verdict, and a draft in the realm. */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const plain = makeRepo(bench, 'plain');
    const ours = join(bench.root, 'ours');
    cpSync(plain, ours, { recursive: true });
    bench.run('git', ['realm', 'init', '--name', 'acme', '--path', join(bench.root, 'realm')], {
      cwd: bench.root,
    });
    bench.run('git', ['realm', 'join', '../realm'], { cwd: ours });
    nameDetected(ours, 'c');
    const domain = ['realm', 'domain', 'create', 'd', '--repos', 'ours,other', '--contract', 'c'];
    bench.run('git', domain, { cwd: ours });
    bench.run('git', ['add', '-A'], { cwd: ours });
    bench.run('git', ['commit', '-q', '-m', 'join'], { cwd: ours });
    const times = await race(
      { node: nodeItself(bench), plain: commits(bench, plain), ours: commits(bench, ours) },
      ROUNDS,
    );
    figure('commit that touches two contract sources, draft included: adds, against node -e 0', {
      value: (times.ours - times.plain) / times.node,
      atMost: 2.5,
    });
    return table([
      ['commit that touches two contract sources', 'median', 'adds', 'added, against node -e 0'],
      ['node -e 0', ms(times.node), '', ''],
      ['no hooks', ms(times.plain), '', ''],
      [
        'with the hooks, draft included',
        ms(times.ours),
        ms(times.ours - times.plain),
        ratio(times.ours - times.plain, times.node, 2.5),
      ],
    ]);
  });
}

/** A repository with a remote, so that a commit is a draft and not yet a publication. */
function makeRepo(bench: Bench, name: string): string {
  const dir = join(bench.root, name);
  const remote = join(bench.root, `${name}.git`);
  const git = (...args: string[]) => bench.run('git', args, { cwd: dir });
  mkdirSync(dir);
  bench.run('git', ['init', '-q', '--bare', remote], { cwd: bench.root });
  git('init', '-q');
  git('remote', 'add', 'origin', remote);
  for (let n = 0; n < FILES; n += 1) writeFileSync(join(dir, `f${n}`), `${n}\n`);
  for (const key of ['one', 'two']) writeFileSync(join(dir, `${key}.py`), source(key));
  git('add', '-A');
  git('commit', '-q', '-m', 'init');
  git('push', '-q', '-u', 'origin', 'HEAD');
  return dir;
}

function commits(bench: Bench, dir: string): Contender {
  let n = 0;
  return {
    before: () => {
      n += 1;
      for (const key of ['one', 'two']) writeFileSync(join(dir, `${key}.py`), source(`${key}-${n}`));
      bench.run('git', ['add', '-A'], { cwd: dir });
    },
    run: () => bench.run('git', ['commit', '-q', '-m', 'change'], { cwd: dir }),
  };
}
