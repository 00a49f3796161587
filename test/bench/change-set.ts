import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { type Bench, figure, inBench, median, ms, ratio, table } from './support/measure.ts';

const REPOS = 20;
const FILES = 100;
const ROUNDS = 5;
/** docs/design/budgets.md: against git's own commands run by xargs. */
const BUDGET = 1.2;
const BRANCH = 'feat/x';

const VERBS = ['worktree', 'commit', 'push', 'pr'] as const;
type Verb = (typeof VERBS)[number];

/** A way to do the same to all repositories. What it has no command for it leaves out. */
interface Way {
  name: string;
  /** Where its repositories lie. */
  root: string;
  run: Partial<Record<Verb, () => void>>;
  /** Back to where nothing was done. */
  reset(): void;
}

/**
 * One change over 20 repositories, each with a bare remote on disk: `git realm` beside git's own commands run by xargs as wide
 * as there are cores, and beside `meta` (npm) and `mr` (Debian's myrepos). All of them look at the remote first and start the
 * branch from its main branch. Ours also checks every repository before it writes in any, keeps a journal, links the commits
 * by notes that it pushes too, and tracks the change set in the realm; `pr` has no counterpart, its requests are in the realm.
 */
export function run(): Promise<string> {
  return inBench((bench) => {
    const ways = [byXargs(bench), byRealm(bench), byMeta(bench), byMr(bench)].flatMap((way) => way ?? []);
    const times = new Map<string, number[]>();
    const processes = new Map<string, number>();
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of ways) {
        way.reset();
        for (const verb of VERBS) {
          const work = way.run[verb];
          if (work === undefined) continue;
          if (verb === 'commit') edit(way.root, round);
          const key = `${way.name} ${verb}`;
          // The first round is not timed: it counts.
          if (round === 0) processes.set(key, counted(bench, work));
          else times.set(key, [...(times.get(key) ?? []), timed(work)]);
        }
      }
    }
    const cell = (way: string, verb: Verb): string => {
      const all = times.get(`${way} ${verb}`);
      return all === undefined ? '' : ms(median(all));
    };
    const rows = VERBS.map((verb) => {
      const [ours, git] = ['git realm', 'xargs'].map((way) => median(times.get(`${way} ${verb}`) ?? []));
      const count = (way: string) => String(processes.get(`${way} ${verb}`) ?? '');
      return [
        verb,
        cell('xargs', verb),
        cell('git realm', verb),
        Number.isNaN(git) ? '' : ratio(ours ?? 0, git ?? 0, verb === 'worktree' ? BUDGET : undefined),
        count('xargs'),
        count('git realm'),
        cell('meta', verb),
        cell('mr', verb) || (ways.some(({ name }) => name === 'mr') ? '' : 'not installed'),
      ];
    });
    const middle = (key: string): number => median(times.get(key) ?? []);
    figure(`worktrees in ${REPOS} repositories, against git worktree add by xargs`, {
      value: middle('git realm worktree') / middle('xargs worktree'),
      atMost: BUDGET,
      beside: ways
        .filter(({ name }) => name === 'meta' || name === 'mr')
        .map(({ name }) => `${name} ${ratio(middle(`${name} worktree`), middle('xargs worktree'))}`)
        .join(', '),
    });
    const cores = availableParallelism();
    const head = [`${REPOS} repositories`, `git, xargs -P ${cores}`, 'git realm', 'against xargs'];
    return table([[...head, 'git processes', 'of ours', 'meta', 'mr'], ...rows]);
  });
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Git processes that a command starts, git's own children included (GIT_TRACE2_EVENT writes a file for each). */
function counted(bench: Bench, work: () => void): number {
  const traces = join(bench.root, `trace-${Math.random().toString(36).slice(2)}`);
  mkdirSync(traces);
  bench.env.GIT_TRACE2_EVENT = traces;
  try {
    work();
  } finally {
    delete bench.env.GIT_TRACE2_EVENT;
  }
  const starts = readdirSync(traces).map((file) => {
    const events = readFileSync(join(traces, file), 'utf8').split('\n');
    return events.filter((line) => line.includes('"event":"start"')).length;
  });
  return starts.reduce((sum, start) => sum + start, 0);
}

const names = Array.from({ length: REPOS }, (_, n) => `repo${String(n + 1).padStart(2, '0')}`);

/** 20 clones `<root>/repoNN` of `<root>/remotes/repoNN.git`. */
function makeRepos(bench: Bench, root: string): void {
  mkdirSync(join(root, 'remotes'), { recursive: true });
  const script = `
    git init -q --bare remotes/$1.git && git init -q $1 && cd $1 && git remote add origin "$PWD/../remotes/$1.git"
    mkdir src && for n in $(seq ${FILES}); do echo "line $n of $1" >src/$n.txt; done
    git add -A && git commit -q -m start && git push -q -u origin main`;
  eachRepo(bench, root, script);
}

/** A script in every repository, as wide as there are cores; its name is \`$1\`. */
function eachRepo(bench: Bench, root: string, script: string): void {
  const args = ['-P', String(availableParallelism()), '-I{}', 'sh', '-ec', script, 'sh', '{}'];
  bench.run('xargs', args, { cwd: root, input: names.join('\n') });
}

function edit(root: string, round: number): void {
  for (const name of names)
    writeFileSync(join(root, name, '.worktrees', 'feat-x', 'new.txt'), `round ${round}\n`);
}

/**
 * Worktrees are moved away, not removed: ext4 does not use the inodes of files that went in the last minutes again, and looks
 * at each of them anew for every file that is made (`recently_deleted`); of the CPU of `git worktree add` right after a
 * removal that was a third, and more in one folder than in the other.
 */
const RESET = `
  cd $1; test ! -d .worktrees/feat-x || { mkdir -p ../gone; mv .worktrees/feat-x ../gone/$1.$$; }; git worktree prune
  for ref in refs/heads/${BRANCH} refs/remotes/origin/${BRANCH} refs/notes/realm refs/realm/pushed/feat%2Fx; do
    git update-ref -d $ref; git --git-dir=../remotes/$1.git update-ref -d $ref
  done
  git config --remove-section branch.${BRANCH} 2>/dev/null || :`;

const STEPS = {
  worktree: `git fetch -q && git worktree add -q --no-track -b ${BRANCH} .worktrees/feat-x origin/main`,
  commit: 'cd .worktrees/feat-x && git add -A && git commit -q -m change',
  push: `cd .worktrees/feat-x && git push -q -u origin ${BRANCH}`,
};

/** The three steps that git has commands for, given to whatever runs a script in every repository. */
const stepwise = (each: (script: string) => void): Way['run'] => ({
  worktree: () => each(STEPS.worktree),
  commit: () => each(STEPS.commit),
  push: () => each(STEPS.push),
});

function byXargs(bench: Bench): Way {
  const root = join(bench.root, 'xargs');
  makeRepos(bench, root);
  return {
    name: 'xargs',
    root,
    run: stepwise((script) => eachRepo(bench, root, `cd $1 && ${script}`)),
    reset: () => eachRepo(bench, root, RESET),
  };
}

function byRealm(bench: Bench): Way {
  const root = join(bench.root, 'ours');
  makeRepos(bench, root);
  const realm = join(root, 'realm.git');
  bench.run('git', ['realm', 'init', '--name', 'bench', '--path', realm, '--bare']);
  const join_ = `cd $1; git realm join ${realm} --no-detect-exports --yes >/dev/null; git add -A; git commit -q -m join; git push -q`;
  for (const name of names) bench.run('sh', ['-ec', join_, 'sh', name], { cwd: root });
  const first = join(root, names[0] ?? '');
  bench.run('git', ['realm', 'domain', 'create', 'all', '--repos', names.join(',')], { cwd: first });
  bench.run('sh', ['-c', 'git add -A; git commit -q -m domain; git push -q'], { cwd: first });
  const start = bench.run('git', ['-C', realm, 'rev-parse', 'main']).trim();
  const inWorktree = (...args: string[]) =>
    void bench.run('git', ['realm', ...args], { cwd: join(first, '.worktrees', 'feat-x') });
  return {
    name: 'git realm',
    root,
    run: {
      worktree: () => void bench.run('git', ['realm', 'worktree', '--branch', BRANCH], { cwd: first }),
      commit: () => inWorktree('commit', '-m', 'change'),
      push: () => inWorktree('push'),
      pr: () => inWorktree('pr', '--title', 'change'),
    },
    reset: () => {
      eachRepo(bench, root, RESET);
      const script = `git update-ref refs/heads/main ${start}
        git for-each-ref --format='delete %(refname)' refs/realm/ops | git update-ref --stdin`;
      bench.run('sh', ['-ec', script], { cwd: realm });
    },
  };
}

function byMeta(bench: Bench): Way {
  const root = join(bench.root, 'meta');
  makeRepos(bench, root);
  const projects = Object.fromEntries(names.map((name) => [name, `${root}/remotes/${name}.git`]));
  writeFileSync(join(root, '.meta'), JSON.stringify({ projects }));
  // It finds its subcommands on PATH, and runs the command in its own folder too, which is no repository here.
  const bin = resolve(import.meta.dirname, '..', '..', 'node_modules', '.bin');
  const meta = [`PATH=${bin}:${bench.env.PATH}`, 'meta', 'exec'];
  const each = (script: string) =>
    void bench.run('env', [...meta, `test ! -d .git || { ${script}; }`, '--parallel'], { cwd: root });
  return { name: 'meta', root, run: stepwise(each), reset: () => eachRepo(bench, root, RESET) };
}

function byMr(bench: Bench): Way | null {
  if (spawnSync('mr', ['--version'], { env: bench.env }).error !== undefined) return null;
  const root = join(bench.root, 'mr');
  makeRepos(bench, root);
  const sections = names.map((name) => `[${name}]\ncheckout = git clone remotes/${name}.git\n`);
  writeFileSync(join(root, '.mrconfig'), sections.join('\n'));
  const jobs = String(availableParallelism());
  const each = (script: string) =>
    void bench.run('mr', ['-t', '-q', '-j', jobs, 'run', 'sh', '-c', script], { cwd: root });
  return { name: 'mr', root, run: stepwise(each), reset: () => eachRepo(bench, root, RESET) };
}
