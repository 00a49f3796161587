import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Sandbox } from '../world/cli.ts';
import { gitTap } from './kill.ts';

/** What a command was doing when it was killed; `null`: it ended before, having made so many writes. */
export interface Struck {
  at: string | null;
  writes: number;
}

/** Is there an strace here, and may it trace? */
export function canTrace(): boolean {
  canTraceHere ??= spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
  return canTraceHere;
}

let canTraceHere: boolean | undefined;

/**
 * Runs `git-realm` and kills it with all that it started, each process of any group, right after the `nth` successful write below
 * the sandbox: a name that is made, moved or removed, or bytes into a file. Where there is no strace, it is `git-realm` alone, after
 * its `nth` run of git. `Infinity` counts.
 */
export async function killAtWrite(box: Sandbox, run: Killable, nth: number): Promise<Struck> {
  return canTrace() ? tracedUntil(box, run, nth) : tappedUntil(box, run, nth);
}

export interface Killable {
  args: string[];
  /** Relative to the sandbox. */
  cwd: string;
  env?: Record<string, string>;
}

async function tappedUntil(box: Sandbox, run: Killable, nth: number): Promise<Struck> {
  const rule = Number.isFinite(nth) ? { killAfter: { match: '', nth } } : {};
  const tap = gitTap({ ...rule, path: box.env.PATH ?? '' });
  await box.run('git-realm', run.args, { cwd: run.cwd, env: { ...run.env, ...tap.env }, expect: 'any' });
  const log = tap.log();
  return { at: tap.killed() ? `git ${log.at(-1)?.join(' ')}` : null, writes: log.length };
}

const NAMES =
  'rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,truncate';
const BYTES = 'ftruncate,write,writev,pwrite64,pwritev';

/**
 * Each write stops its process (SIGSTOP, delivered once the call is done) until it is counted here and told to go on: between the
 * write at which all are killed and their end none of them gets past another one.
 */
function tracedUntil(box: Sandbox, { args, cwd, env = {} }: Killable, nth: number): Promise<Struck> {
  const calls = `${NAMES},${BYTES}`;
  const words = ['-f', '-q', '-y', '-s', '1', '-e', 'signal=none', '-e', `trace=${calls},execve`];
  if (Number.isFinite(nth)) words.push('-e', `inject=${calls}:signal=SIGSTOP`);
  const variables = Object.entries({ ...box.env, ...env }).map(([name, value]) => `${name}=${value}`);
  const tracer = spawn(
    'env',
    ['-i', ...variables, 'strace', ...words, '-o', '|exec cat >&3', 'git-realm', ...args],
    {
      cwd: box.path(cwd),
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  return new Promise((done, failed) => {
    const seen = new Set<number>();
    let writes = 0;
    let at: string | null = null;
    let again: NodeJS.Timeout | undefined;
    const count = (line: string) => {
      const [, pid = '0', call = ''] = /^(\d+) +(?:<\.\.\. )?(\w+)/.exec(line) ?? [];
      if (line.includes('+++')) seen.delete(Number(pid));
      else seen.add(Number(pid));
      if (at !== null || !line.includes(' = ')) return;
      if (changes(line, call, box.root)) writes += 1;
      if (writes < nth) return void send(Number(pid), 'SIGCONT');
      at = line.replace(/^\d+ +/, '').replaceAll(box.root, '…');
      const end = () => {
        for (const pid of seen) send(pid, 'SIGKILL');
      };
      end();
      again = setInterval(end, 20);
    };
    eachLine(tracer, count);
    tracer.on('error', failed);
    tracer.on('close', () => {
      clearInterval(again);
      done({ at, writes });
    });
  });
}

/** Bytes to a terminal, a pipe or a socket change no file, nor does a call that failed. */
function changes(line: string, call: string, root: string): boolean {
  if (line.includes(' = -1 ') || line.includes(' = ?') || call === 'execve') return false;
  return BYTES.split(',').includes(call) ? line.includes(`<${root}/`) : true;
}

function eachLine(tracer: ChildProcess, take: (line: string) => void): void {
  let rest = '';
  tracer.stdio[3]?.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone
  }
}
