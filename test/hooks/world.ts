import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { callLine } from '../../lib/hooks/manager-lines.ts';
import { HOOKS, type HookName } from '../../lib/hooks/types.ts';
import { prefix, type Ran, type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { nameDetected } from '../helpers/world/detected.ts';
import { makeRepo, openRepo, type Repo } from '../helpers/world/repo.ts';
import { templateOf } from '../helpers/world/template.ts';

/** Python that uses these S3 prefixes: a contract's source. */
export const source = (...keys: string[]) =>
  `import boto3\ns3 = boto3.client("s3")\n\n\ndef f(x):\n${keys.map((key) => `    s3.get_object(Bucket="data", Key=f"${key}/{x}")\n`).join('')}`;

export interface World {
  box: Sandbox;
  repo: Repo;
  /** How often node was started since this was last asked. */
  starts(): number;
  /** Change the contract's source, or another file, and stage it. */
  stage(touched: boolean): Promise<void>;
  /** `git <args>` in the repository; any exit status. */
  git(args: readonly string[], env?: Record<string, string>): Promise<Ran>;
  head(): Promise<string>;
}

/**
 * A repository with one contract read from `a.py`, and an installation of its own whose node counts its starts. `line`: the
 * hooks are those of a manager that holds the printed line, outside of git's directory.
 */
export async function hookWorld(
  t: Test,
  {
    line = false,
    remote = true,
    link = true,
    before = '',
    env = {},
  }: {
    line?: boolean;
    remote?: boolean;
    link?: boolean;
    /** A directory to be put before PATH. */
    before?: string;
    env?: Record<string, string>;
  } = {},
): Promise<World> {
  const settle = (box: Sandbox): void => {
    Object.assign(box.env, env);
    box.env.PATH = [box.path('program/bin'), before, process.env.PATH].filter(Boolean).join(':');
  };
  const build = async (box: Sandbox): Promise<void> => {
    settle(box);
    for (const folder of ['bin', 'libexec', 'share'])
      cpSync(join(prefix, folder), box.path('program', folder), {
        recursive: true,
        filter: (path) => !link || !path.includes('node_modules'),
      });
    const libexec = box.path('program/libexec/git-realm');
    if (link)
      await box.run('ln', ['-s', join(prefix, 'libexec/git-realm/node_modules'), `${libexec}/node_modules`]);
    const node = box.write(
      'counting/node',
      `#!/bin/sh\necho "$2" >>'${box.path('starts')}'\nexec '${process.execPath}' "$@"\n`,
      0o755,
    );
    await box.realm(['init', '--name', 'acme', '--path', 'realm']);
    const repo = await makeRepo(box, 'repo', {
      remote,
      tree: { 'a.py': source('one'), 'other.txt': '0\n' },
    });
    await box.realm(['join', '../realm'], { cwd: 'repo' });
    nameDetected(box.path('repo'), 'c');
    await box.realm(['domain', 'create', 'd', '--repos', 'repo,other', '--contract', 'c'], { cwd: 'repo' });
    await repo.commit('join');
    if (remote) await repo.push();
    writeFileSync(`${libexec}/node`, `${node}\n`);
    if (line) await useLines(box, repo);
    else {
      for (const hook of HOOKS.filter((name) => name !== 'pre-push')) {
        const file = join(repo.path, '.git/hooks', hook);
        const text = readFileSync(file, 'latin1');
        writeFileSync(file, text.replace(/realm_node='[^']*'/, `realm_node='${node}'`));
      }
    }
  };
  const usual = link && before === '' && Object.keys(env).length === 0;
  const name = `hooks-${line ? 'line' : 'own'}-${remote ? 'remote' : 'alone'}`;
  const box = usual ? await templateOf(t, name, build) : sandbox(t);
  if (!usual) await build(box);
  settle(box);
  const log = box.path('starts');
  const repo = openRepo(box, 'repo', remote ? box.path('remotes/repo.git') : undefined);
  rmSync(log, { force: true });
  let n = 0;
  const git: World['git'] = (args, env = {}) => box.git(args, { cwd: 'repo', env, expect: 'any' });
  return {
    box,
    repo,
    git,
    starts() {
      try {
        return readFileSync(log, 'utf8').split('\n').length - 1;
      } catch {
        return 0;
      } finally {
        rmSync(log, { force: true });
      }
    },
    async stage(touched) {
      n += 1;
      repo.write(touched ? { 'a.py': source('one', `k${n}`) } : { 'other.txt': `${n}\n` });
      await repo.git('add', '-A');
    },
    head: () => repo.git('rev-parse', 'HEAD'),
  };
}

/** What a hook manager makes of the printed lines: a script of its own, a shell further down. */
async function useLines(box: Sandbox, repo: Repo): Promise<void> {
  await box.realm(['hooks', 'uninstall'], { cwd: 'repo' });
  for (const hook of HOOKS.filter((name: HookName) => name !== 'pre-push'))
    box.write(`manager/${hook}`, `#!/bin/sh\nsh -c '${callLine(hook)}' "$0" "$@" || exit $?\n`, 0o755);
  await repo.git('config', 'core.hooksPath', box.path('manager'));
}
