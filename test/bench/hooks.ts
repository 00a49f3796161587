import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installHooks } from '../../lib/hooks/install.ts';
import { observeMarks, storeMarks, writeWatchList } from '../../lib/hooks/watch-list.ts';
import { type Bench, type Contender, figure, inBench, ms, race, ratio, table } from './support/measure.ts';

const ROUNDS = 61;
const FILES = 505;
const project = resolve(import.meta.dirname, '..', '..');
const tools = join(project, 'node_modules', '.bin');

/** What hooks cost a commit that touches no contract source: ours beside none, and beside two hook managers. */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const { root } = bench;
    const plain = makeRepo(bench, join(root, 'plain'));
    const copy = (name: string): string => {
      cpSync(plain, join(root, name), { recursive: true });
      return join(root, name);
    };
    const [ours, husky, lefthook] = [copy('ours'), copy('husky'), copy('lefthook')];
    const started = await installOurs(bench, ours);
    bench.run(join(tools, 'husky'), [], { cwd: husky });
    writeFileSync(join(husky, '.husky', 'pre-commit'), 'true\n');
    writeFileSync(
      join(lefthook, 'lefthook.yml'),
      'pre-commit:\n  commands:\n    trivial:\n      run: "true"\n',
    );
    // The generated hook would take the wrapper in node from PATH, which costs a node start more.
    bench.env.LEFTHOOK_BIN = binary();
    bench.run(bench.env.LEFTHOOK_BIN, ['install'], { cwd: lefthook });

    const times = await race(
      {
        none: commits(bench, plain),
        ours: commits(bench, ours),
        husky: commits(bench, husky),
        lefthook: commits(bench, lefthook),
      },
      ROUNDS,
    );
    if (existsSync(started)) throw new Error('our hook started node: this measured something else');
    figure('commit that touches no contract source, both hooks installed, against no hooks', {
      value: times.ours / times.none,
      atMost: 1.6,
      beside: `husky ${ratio(times.husky, times.none)}, lefthook ${ratio(times.lefthook, times.none)}, each with a hook that does nothing`,
    });
    return table([
      [`commit in ${FILES} files`, 'median', 'adds', 'against no hooks'],
      ['no hooks', ms(times.none), '', '1'],
      [
        'pre-commit and post-commit',
        ms(times.ours),
        ms(times.ours - times.none),
        ratio(times.ours, times.none, 1.6),
      ],
      ['husky, `true`', ms(times.husky), ms(times.husky - times.none), ratio(times.husky, times.none)],
      [
        'lefthook, `true`',
        ms(times.lefthook),
        ms(times.lefthook - times.none),
        ratio(times.lefthook, times.none),
      ],
    ]);
  });
}

/** The program itself, out of the package for this machine. */
function binary(): string {
  const name = `lefthook-${process.platform.replace('win32', 'windows')}-${process.arch}`;
  return join(project, 'node_modules', name, 'bin', 'lefthook');
}

function makeRepo(bench: Bench, dir: string): string {
  mkdirSync(dir);
  const git = (...args: string[]) => bench.run('git', args, { cwd: dir });
  git('init', '-q');
  // As it is for users: git looks after every commit whether there is something to pack.
  git('config', 'maintenance.auto', 'true');
  git('config', 'gc.auto', '6700');
  for (let n = 0; n < FILES; n += 1) {
    mkdirSync(join(dir, `d${n % 20}`), { recursive: true });
    writeFileSync(join(dir, `d${n % 20}`, `f${n}`), `${n}\n`);
  }
  git('add', '-A');
  git('commit', '-q', '-m', 'init');
  return dir;
}

/** Our hooks with a list of two sources and a realm; a `git-realm` that leaves a file when it is started. */
async function installOurs(bench: Bench, dir: string): Promise<string> {
  const store = makeRepo(bench, join(bench.root, 'realm'));
  const started = join(bench.root, 'started');
  const bin = join(bench.root, 'git-realm');
  writeFileSync(bin, `#!/bin/sh\n: >'${started}'\n`, { mode: 0o755 });
  const commonDir = join(dir, '.git');
  await installHooks(
    {
      commonDir,
      hooksDir: join(commonDir, 'hooks'),
      workTree: dir,
      bare: false,
      gitVersion: bench.run('git', ['--version']),
    },
    { programs: { home: join(project, 'hooks'), bin, node: process.execPath } },
  );
  const observed = observeMarks(storeMarks(join(store, '.git'), 'main'));
  await writeWatchList(commonDir, [['d3/f3', 'd4/f4']], observed);
  return started;
}

function commits(bench: Bench, dir: string): Contender {
  let n = 0;
  return {
    before: () => {
      n += 1;
      writeFileSync(join(dir, 'd1', 'f1'), `change ${n}\n`);
      bench.run('git', ['add', 'd1/f1'], { cwd: dir });
    },
    run: () => bench.run('git', ['commit', '-m', 'change'], { cwd: dir }),
  };
}
