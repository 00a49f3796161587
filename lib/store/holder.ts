import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/**
 * Who holds a lock, described so that no other process is taken for it: a process id is used again, by a restarted container
 * the very same one. What the system does not say is ''.
 */
export interface Holder {
  pid: number;
  host: string;
  /** The kernel that runs it, by its boot id. */
  boot: string;
  /** The namespace in which `pid` counts. */
  space: string;
  /** When the process started: clock ticks since boot on Linux (proc(5), `stat` field 22), else seconds since the epoch. */
  start: string;
}

/** `unknown`: it runs where this process cannot look: on another machine, in another container, on a system without /proc. */
export type Life = 'alive' | 'dead' | 'unknown';

let own: Holder | undefined;

/** This process. */
export function holderHere(): Holder {
  own ??= {
    pid: process.pid,
    host: hostname().replace(/\s/g, '-'),
    boot: (readText('/proc/sys/kernel/random/boot_id') ?? '').trim(),
    space: attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '',
    start: statOf('self')?.start ?? String(Math.round(Date.now() / 1000 - process.uptime())),
  };
  return own;
}

/** One line; `mark` makes it one of its kind, so that only who wrote it takes the lock for its own. */
export const renderHolder = ({ pid, host, boot, space, start }: Holder, mark: string): string =>
  `${[pid, host, boot || '-', space || '-', start || '-', mark].join(' ')}\n`;

/** `null`: the text is none of ours, as of a file that a power cut emptied. A lock of release 0.1 has process and host only. */
export function parseHolder(text: string): Holder | null {
  const [pid = '', host = '', ...facts] = text.trim().split(' ');
  if (!/^[1-9]\d{0,9}$/.test(pid) || host === '') return null;
  const [boot = '', space = '', start = ''] = facts.map((fact) => (fact === '-' ? '' : fact));
  return { pid: Number(pid), host, boot, space, start };
}

/** `4711 on build-7`. */
export const holderWords = (holder: Holder | null): string =>
  holder === null ? 'unknown process' : `process ${holder.pid} on ${holder.host}`;

/** Is it on a machine whose clock and processes are ours? */
export const sameKernel = (holder: Holder, here: Holder = holderHere()): boolean =>
  holder.boot === '' || here.boot === '' ? holder.host === here.host : holder.boot === here.boot;

/** Does the process that wrote a lock at `writtenMs` (since the epoch) still run? */
export function lifeOf(holder: Holder, writtenMs: number, here: Holder = holderHere()): Life {
  if (!sameKernel(holder, here)) {
    // This machine before it was started again; another one may have the same name.
    const before = holder.host === here.host && writtenMs < Date.now() - uptime() * 1000;
    return before ? 'dead' : 'unknown';
  }
  if (holder.space !== '' && holder.space !== here.space) return 'unknown';
  if (!exists(holder.pid)) return 'dead';
  const stat = statOf(String(holder.pid));
  // Without /proc (macOS, BSD): its beat tells.
  if (stat === null) return 'unknown';
  // A killed process that nobody waited for keeps its id.
  if (stat.state === 'Z' || stat.state === 'X') return 'dead';
  if (holder.start !== '') return stat.start === holder.start ? 'alive' : 'dead';
  // Of release 0.1: whatever else runs under that id is none of ours.
  const words = readText(`/proc/${holder.pid}/cmdline`);
  return words === null || /node|git-realm/.test(words) ? 'unknown' : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** State and start of a process; the name before them may hold anything, so they are counted from its last bracket. */
function statOf(pid: string): { state: string; start: string } | null {
  const text = readText(`/proc/${pid}/stat`);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? null : { state, start };
}

const readText = (file: string): string | null => attempt(() => readFileSync(file, 'utf8'));

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
