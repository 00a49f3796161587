import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env } from '../helper.ts';

/** A work tree in which git and a hook manager are run as a person would. */
export interface Place {
  dir: string;
  /** Must succeed. */
  git(...args: string[]): string;
  /** Exit status and standard error. */
  tryGit(...args: string[]): { status: number | null; stderr: string };
  run(file: string, ...args: string[]): void;
  runWith(extra: NodeJS.ProcessEnv, file: string, ...args: string[]): void;
  write(files: Record<string, string>, mode?: number): void;
}

export function placeAt(dir: string, variables: NodeJS.ProcessEnv): Place {
  const start = (extra: NodeJS.ProcessEnv, file: string, args: readonly string[]) => {
    const ran = spawnSync(file, args, { cwd: dir, env: env({ ...variables, ...extra }), encoding: 'utf8' });
    return { status: ran.status, stdout: ran.stdout ?? '', stderr: ran.stderr || String(ran.error ?? '') };
  };
  const must = (extra: NodeJS.ProcessEnv, file: string, args: readonly string[]) => {
    const ran = start(extra, file, args);
    if (ran.status !== 0) throw new Error(`${file} ${args.join(' ')} in ${dir}: ${ran.stderr}${ran.stdout}`);
    return ran.stdout.replace(/\n$/, '');
  };
  return {
    dir,
    git: (...args) => must({}, 'git', args),
    tryGit: (...args) => start({}, 'git', args),
    run: (file, ...args) => void must({}, file, args),
    runWith: (extra, file, ...args) => void must(extra, file, args),
    write(files, mode) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, name)), { recursive: true });
        writeFileSync(join(dir, name), text);
        if (mode !== undefined) chmodSync(join(dir, name), mode);
      }
    },
  };
}

/** Where a repository may keep its git directory; each makes one with a first commit and returns its work tree. */
export const layouts: Record<string, (top: Place) => string> = {
  plain(top) {
    top.git('init', '-q', '-b', 'main', 'r');
    return 'r';
  },
  'linked worktree'(top) {
    top.git('init', '-q', '-b', 'trunk', 'r');
    top.git('-C', 'r', 'commit', '-q', '--allow-empty', '-m', 'start');
    top.git('-C', 'r', 'worktree', 'add', '-q', '-b', 'main', '../linked');
    return 'linked';
  },
  submodule(top) {
    top.git('init', '-q', '-b', 'main', 'inner');
    top.git('-C', 'inner', 'commit', '-q', '--allow-empty', '-m', 'start');
    top.git('init', '-q', '-b', 'main', 'outer');
    top.git(
      '-C',
      'outer',
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      '../inner',
      'sub',
    );
    return 'outer/sub';
  },
  'separate git directory'(top) {
    top.git('init', '-q', '-b', 'main', '--separate-git-dir', 'r.git', 'r');
    return 'r';
  },
  'bare with worktrees'(top) {
    top.git('init', '-q', '-b', 'trunk', 'seed');
    top.git('-C', 'seed', 'commit', '-q', '--allow-empty', '-m', 'start');
    top.git('clone', '-q', '--bare', 'seed', 'r/.bare');
    top.git('-C', 'r/.bare', 'worktree', 'add', '-q', '-b', 'main', '../main');
    return 'r/main';
  },
};
