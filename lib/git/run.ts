/**
 * `lib/git`: the one door to git: every argument array of the program, each verb once, as a function that
 * says what it promises. Only this file starts a process for one command; `cat-file.ts` and `tree-differ.ts`
 * keep one running.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { RealmError } from '../errors.ts';
import { withoutSecrets } from '../secrets.ts';
import { trace } from '../trace.ts';
import { lockFileIn, refuseLeftLock } from './lock-file.ts';

/**
 * The one door to git: argument arrays, never a shell; raw bytes out; `LC_ALL=C`; exit status before stderr text.
 * Node's own `spawn` and not execa: loading execa costs 20 ms, most of what a hook may cost (docs/decisions).
 */
export type Input = string | Uint8Array;

export interface GitRun {
  cwd?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Variables beside those of `env`. */
  more?: NodeJS.ProcessEnv | undefined;
  /** A promise: git is started now, and reads it once it is there. */
  input?: Input | Promise<Input> | undefined;
  /** The user's interrupt is for us: git goes on, and ends when its input does. */
  detached?: boolean | undefined;
  /** Exit statuses that are an answer, not a failure. Default: only 0. */
  ok?: readonly number[] | undefined;
  signal?: AbortSignal | undefined;
  /** Let git's progress and prompts through to the user's terminal. */
  showProgress?: boolean | undefined;
  /** Nobody reads what it writes to standard output: a pipe less. */
  silent?: boolean | undefined;
}

export interface GitResult {
  code: number;
  /** Its process, which no longer exists; some files that git leaves are named after it. */
  pid?: number | undefined;
  stdout: Buffer;
  stderr: string;
}

/** Somewhere git can be run: a repository, one of its checkouts, a store, or a directory that need not be in any. */
export interface GitPlace {
  git(args: readonly string[], run?: Partial<GitRun>): Promise<GitResult>;
}

/** Git in a directory, in this environment and no other; `before`: arguments before every verb. */
export const gitIn = (
  cwd: string | undefined,
  env: NodeJS.ProcessEnv,
  before: readonly string[] = [],
): GitPlace => ({
  git: (args, run = {}) => runGit([...before, ...args], { cwd, env, ...run }),
});

/** Run git and wait. Throws `RealmError` `git-failed` on any exit status not in `ok`, `git-missing` where there is no git. */
export async function runGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  const result = await spawnGit(args, run);
  if ((run.ok ?? [0]).includes(result.code)) return result;
  throw gitFailed(args, result);
}

/** The exit status of a git that dies: it cannot read what it was asked about, or that is not there. */
const FATAL = 128;

/** What git was asked, or `otherwise` where it died of the question. Every other failure is thrown. */
export async function orIfFatal<T, U>(asked: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    const died = error instanceof RealmError && error.code === 'git-failed' && error.data.exitCode === FATAL;
    if (died) return otherwise;
    throw error;
  }
}

/** What git said last, as one line: for a message of ours that quotes it. */
export function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('hint:'));
  const lock = lockFileIn(stderr.replace(/^remote:.*$/gm, ''));
  if (lock !== null) return `'${lock}' exists: if no git process is running: git realm doctor --fix`;
  const fatal = lines.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? lines.at(-1) ?? '';
  return withoutSecrets(fatal.replace(/^(fatal|error): /, '').trim());
}

const running = new Set<ChildProcess>();

/** Kills the gits that still run: the process that waits for them is about to end. One that only waits for its input ends by itself. */
export function endGit(): void {
  for (const child of running) child.kill('SIGTERM');
}

function spawnGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const started = trace.tell && performance.now();
    const child = spawn('git', args, {
      cwd: run.cwd,
      env: { ...run.env, ...run.more, LC_ALL: 'C', LANGUAGE: '' },
      // Each pipe costs a third of a millisecond.
      stdio: [
        run.input === undefined ? 'ignore' : 'pipe',
        run.silent ? 'ignore' : 'pipe',
        run.showProgress ? 'inherit' : 'pipe',
      ],
      ...(run.signal === undefined ? {} : { signal: run.signal }),
      ...(run.detached ? { detached: true } : {}),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    if (!run.detached) running.add(child);
    child.on('error', (cause) => {
      running.delete(child);
      reject(couldNotStart(cause, run.cwd));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (started !== null)
        tellTrace(args, run, code, performance.now() - started, Buffer.concat(out).length);
      // Ctrl-C goes to git as well as to us: nothing failed that another way could be tried for.
      if (signal === 'SIGINT') return reject(new RealmError('interrupted', 'interrupted', { exitCode: 130 }));
      return resolve({
        code: code ?? 143,
        pid: child.pid,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
    // A git that refuses early closes its input: its exit status tells, not our EPIPE.
    child.stdin?.on('error', () => {});
    if (run.input instanceof Promise) run.input.then((input) => child.stdin?.end(input), reject);
    else child.stdin?.end(run.input);
  });
}

function tellTrace(
  args: readonly string[],
  { input }: GitRun,
  exit: number | null,
  ms: number,
  out: number,
): void {
  const given = input instanceof Promise || input === undefined ? null : Buffer.byteLength(input);
  trace.tell?.({ event: 'git', args, ms, exit, in: given, out });
}

function gitFailed(args: readonly string[], result: GitResult): RealmError {
  refuseLeftLock(result.stderr);
  const verb = args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? 'git';
  const words = lastWords(result.stderr);
  return new RealmError('git-failed', `git ${verb}: ${words || `exit status ${result.code}`}`, {
    data: { exitCode: result.code, stderr: result.stderr.slice(0, 4000) },
  });
}

function couldNotStart(cause: Error, cwd: string | undefined): RealmError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (cause.name === 'AbortError')
    return new RealmError('interrupted', 'interrupted', { exitCode: 130, cause });
  // ENOENT is also what a missing working directory gives.
  const message =
    code === 'ENOENT' ? `cannot start git${cwd ? ` in '${cwd}'` : ''}` : `cannot start git: ${code}`;
  return new RealmError('git-missing', message, { hint: 'install git 2.38 or newer', cause });
}
