import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HookPrograms, HookRepo } from '../../lib/hooks/types.ts';

/** The hooks of this project. */
export const home = resolve(dirname(fileURLToPath(import.meta.url)), '../../hooks');

/** Nothing of the user's or the machine's configuration, and none of the environment of a surrounding hook. */
export const env = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  TZ: 'UTC',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TEST_FSYNC: '0',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
  ...extra,
});

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export function run(
  cwd: string,
  file: string,
  args: string[],
  extra: NodeJS.ProcessEnv = {},
  input = '',
): Outcome {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env: env(extra), encoding: 'utf8', input });
  return { status, stdout, stderr };
}

/** Git that must succeed; its standard output without the last newline. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: env(), encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/, '');
}

/** A repository with one commit of `files`. */
export function makeRepo(
  dir: string,
  files: Record<string, string> = { 'a.txt': 'a\n', 'src/paths.py': 'x = 1\n' },
) {
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'config', 'gc.auto', '0');
  writeFiles(dir, files);
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'init');
  return realpathSync(dir);
}

export function writeFiles(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

/** The git that these tests run with. */
export const gitHere = execFileSync('git', ['--version'], { encoding: 'utf8' });

/**
 * What the library wants to know of a repository, as `lib/git` would gather it; of a git without hooks by configuration,
 * whichever runs the tests: any git runs the hooks of the hooks directory.
 */
export function hookRepo(cwd: string, extra: NodeJS.ProcessEnv = {}): HookRepo {
  const ask = (...args: string[]) => {
    const { status, stdout } = run(cwd, 'git', args, extra);
    return status === 0 ? stdout.replace(/\n$/, '') : undefined;
  };
  const path = (...args: string[]) => ask('rev-parse', '--path-format=absolute', ...args) ?? '';
  const bare = ask('rev-parse', '--is-bare-repository') === 'true';
  return {
    commonDir: path('--git-common-dir'),
    // git cannot name what lies below a file.
    hooksDir:
      path('--git-path', 'hooks') || join(path('--show-toplevel'), ask('config', 'core.hooksPath') ?? ''),
    hooksPath: ask('config', 'core.hooksPath'),
    workTree: bare ? undefined : path('--show-toplevel'),
    bare,
    gitVersion: 'git version 2.53.0',
  };
}

/** A stand-in for `git-realm` that writes down how it was called. */
export function recorder(
  dir: string,
): HookPrograms & { calls: () => string[]; records: () => string; exits: (code: number) => void } {
  mkdirSync(dir, { recursive: true });
  const bin = join(dir, 'git-realm');
  const log = join(dir, 'log');
  writeFileSync(join(dir, 'code'), '0');
  writeFileSync(
    bin,
    `#!/bin/sh
here=\${0%/*}
{ echo "call $*"; env | sort; echo "cwd $(pwd)"; echo 'input'; cat; echo 'end of input'; } >>"$here/log"
read -r code <"$here/code" || :
exit "$code"
`,
  );
  chmodSync(bin, 0o755);
  const records = () => (existsSync(log) ? readFileSync(log, 'latin1') : '');
  return {
    home,
    bin,
    node: process.execPath,
    records,
    /** The calls since this was last asked. */
    calls: () => {
      const calls = [...records().matchAll(/^call (.*)$/gm)].map(([, call = '']) => call);
      writeFileSync(log, '');
      return calls;
    },
    exits: (code) => writeFileSync(join(dir, 'code'), `${code}`),
  };
}

/** Every path below a directory with its kind, mode and bytes: equal pictures are equal trees. */
export function picture(dir: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const walk = (path: string): void => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) seen[path] = `link ${readlinkSync(path)}`;
    else if (stat.isDirectory()) {
      seen[path] = `directory ${mode}`;
      for (const name of readdirSync(path)) walk(join(path, name));
    } else seen[path] = `file ${mode} ${readFileSync(path, 'base64')}`;
  };
  walk(dir);
  return seen;
}
