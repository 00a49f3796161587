import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Test } from 'tap';
import { checkDocuments } from './documents.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

/** Where the built program lies; `GIT_REALM_TEST_PREFIX` names another installation to test. */
export const prefix = process.env.GIT_REALM_TEST_PREFIX ?? join(root, 'dist');

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** Standard output as JSON. */
  json(): unknown;
}

export interface RunOptions {
  /** Relative to the sandbox's root; default: the root. */
  cwd?: string;
  /** The exit status that is expected, or `any`; default 0. */
  expect?: number | 'any';
  env?: Record<string, string>;
  input?: string | Uint8Array;
  /** Milliseconds until it is taken to hang; default 300000, which is no limit on what a busy machine may take. */
  timeout?: number;
}

/** A throw-away home with pinned settings, outside of any repository. */
export interface Sandbox {
  /** Absolute, without symbolic links. */
  root: string;
  env: Record<string, string>;
  path(...names: string[]): string;
  /** How far its clock has come, which each program that is run moves on. */
  minutes(): number;
  /** `git <args>`; each call's commits are a minute later than the one before. */
  git(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** `git realm <args>` of the built program; JSON that it prints is held against its schema. */
  realm(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Any program in the same environment. */
  run(file: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  write(path: string, content: string | Uint8Array, mode?: number): string;
}

/** A new sandbox, removed when the test ends. Builds the program first where a source is newer. */
export function sandbox(t: Test): Sandbox {
  return sandboxAt(t, realpathSync(mkdtempSync(join(tmpdir(), 'realm-'))));
}

/** The same in a folder that is there, and may hold a copy of another one that has come so many minutes far. */
export function sandboxAt(t: Test, top: string, minutesBefore = 0): Sandbox {
  buildOnce();
  t.teardown(() => rmSync(top, { recursive: true, force: true, maxRetries: 3 }));
  const at = (...names: string[]): string => resolve(top, ...names);
  if (!existsSync(at('home'))) {
    for (const folder of ['home', 'run', 'tmp']) mkdirSync(at(folder), { mode: 0o700 });
    writeFileSync(at('home', '.gitconfig'), gitConfig);
  }
  let minutes = minutesBefore;
  const env: Record<string, string> = {
    PATH: [join(prefix, 'bin'), process.env.PATH].join(delimiter),
    HOME: at('home'),
    GIT_CONFIG_GLOBAL: at('home', '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: dirname(top),
    GIT_TERMINAL_PROMPT: '0',
    GIT_REALM_HOME: at('home', '.blue'),
    XDG_CONFIG_HOME: at('home', '.config'),
    XDG_DATA_HOME: at('home', '.local', 'share'),
    XDG_CACHE_HOME: at('home', '.cache'),
    XDG_RUNTIME_DIR: at('run'),
    TMPDIR: at('tmp'),
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    // No test takes the power away.
    GIT_TEST_FSYNC: '0',
  };
  const run: Sandbox['run'] = (file, args, options = {}) => {
    const seconds = 1767225600 + 60 * minutes++;
    const dates = { GIT_AUTHOR_DATE: `${seconds} +0000`, GIT_COMMITTER_DATE: `${seconds} +0000` };
    return start(file, args, {
      ...options,
      cwd: at(options.cwd ?? '.'),
      env: { ...dates, ...env, ...options.env },
    });
  };
  return {
    root: top,
    env,
    path: at,
    minutes: () => minutes,
    run,
    git: (args, options) => run('git', args, options),
    realm: (args, options) => run('git', ['realm', ...args], options),
    write(path, content, mode) {
      const file = at(path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (mode !== undefined) chmodSync(file, mode);
      return file;
    },
  };
}

const gitConfig = `[user]
	name = Eric
	email = eric@example.com
[init]
	defaultBranch = main
[advice]
	detachedHead = false
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	autoGC = false
`;

/** Runs a program to its end; an exit status other than the expected one throws with all that it printed. */
function start(
  file: string,
  args: readonly string[],
  {
    cwd,
    env,
    expect = 0,
    input,
    timeout = 300_000,
  }: RunOptions & { cwd: string; env: Record<string, string> },
): Promise<Ran> {
  return new Promise((done, failed) => {
    // `env -i`: where tap's loaders are, they add their own NODE_OPTIONS to whatever environment a child is given.
    const isDirect = file === 'git' && process.env.REALM_COMPILED_TESTS !== undefined;
    const words = ['-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), file, ...args];
    const child = isDirect
      ? spawn(file, args, { cwd, env, timeout, stdio: ['pipe', 'pipe', 'pipe'] })
      : spawn('env', words, { cwd, timeout, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', failed);
    child.on('close', (status, signal) => {
      const stdout = Buffer.concat(out).toString();
      const stderr = Buffer.concat(err).toString();
      const code = status ?? -1;
      if (expect !== 'any' && code !== expect)
        failed(
          new Error(
            `${file} ${args.join(' ')}: exit ${signal ?? code}, not ${expect}, in ${cwd}\n${stdout}${stderr}`,
          ),
        );
      else {
        try {
          const words =
            file === 'git' && args[0] === 'realm' ? args.slice(1) : file === 'git-realm' ? args : [];
          checkDocuments(prefix, words, stdout);
        } catch (error) {
          return failed(
            new Error(`git ${args.join(' ')}: ${error instanceof Error ? error.message : error}`),
          );
        }
        done({ code, stdout, stderr, json: () => JSON.parse(stdout) });
      }
    });
  });
}

/** `npm test` has built it. */
let built = ['GIT_REALM_TEST_PREFIX', 'REALM_COMPILED_TESTS'].some((name) => process.env[name] !== undefined);

function buildOnce(): void {
  if (built) return;
  const { status, stderr, error } = spawnSync(
    'env',
    ['-u', 'NODE_OPTIONS', process.execPath, join(root, 'build.mjs'), '--if-stale'],
    { encoding: 'utf8' },
  );
  if (status !== 0 || !existsSync(join(prefix, 'bin', 'git-realm')))
    throw new Error(`the build failed: ${stderr ?? error?.message}`);
  built = true;
}
