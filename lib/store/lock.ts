import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';

// The files are touched synchronously: each call takes microseconds, and a writer that holds the lock keeps all others waiting.

/** A lock of another machine (shared disk) cannot be asked whether it lives; none of ours is held this long. */
const FOREIGN_LOCK_MS = 60_000;
const GIVE_UP_MS = 120_000;

export interface LockOptions {
  giveUpMs?: number;
  /** What can be done while another one holds the lock: called once, in the queue. */
  meanwhile?: () => Promise<void>;
}

/**
 * Run `work` while holding the store's lock file. The lock only queues writers: the ref's compare-and-swap decides, so a
 * lock taken over by mistake costs a retry, never an update. A lock whose process is dead is taken over. Throws `locked`
 * after `giveUpMs` milliseconds.
 */
export async function withLock<T>(
  directory: string,
  work: () => Promise<T>,
  { giveUpMs = GIVE_UP_MS, meanwhile }: LockOptions = {},
): Promise<T> {
  const file = path.join(directory, 'lock');
  await acquire(directory, file, giveUpMs, meanwhile);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(
  directory: string,
  file: string,
  giveUpMs: number,
  meanwhile: LockOptions['meanwhile'],
): Promise<void> {
  const owner = `${process.pid} ${hostname()}\n`;
  // Names sort by arrival, so that every waiter can tell how many are before it.
  const name = `lock.${Date.now()}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const ours = path.join(directory, name);
  const deadline = Date.now() + giveUpMs;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(ours, owner, { flag: 'wx' });
    // link(2) puts the name and its content there in one step: nobody ever reads an empty lock.
    for (let round = 0; !tryLink(ours, file); round += 1) {
      if (Date.now() > deadline) throw lockHeld(file, ownerOf(file));
      if (round === 0 && meanwhile !== undefined) {
        await meanwhile();
        continue;
      }
      if (round % 8 === 7) breakDeadLock(directory, file);
      await sleep(patience(directory, name));
    }
  } catch (cause) {
    throw cause instanceof RealmError ? cause : cannotLock(directory, cause);
  } finally {
    remove(ours);
  }
}

/** How long one holder keeps the lock, more or less, in milliseconds. */
const TURN_MS = 10;

/**
 * How long to sleep: the first in the queue looks often, the others in proportion to who is before them. If all of many
 * waiters looked often, they would take the processor from the holder (measured: a quarter of the throughput).
 */
function patience(directory: string, name: string): number {
  const waiting = readdirSync(directory).filter((one) => /^lock\.\d+\./.test(one) && one < name);
  // Nobody waits longer than that: who put it there was killed.
  const dead = waiting.filter((one) => Date.now() - Number(one.split('.')[1]) > GIVE_UP_MS);
  for (const one of dead) remove(path.join(directory, one));
  return 1 + Math.random() * 2 + TURN_MS * Math.min(waiting.length - dead.length, 50);
}

function tryLink(ours: string, file: string): boolean {
  // Most looks find it taken: an exception for each is a tenth of what many waiters cost the machine.
  if (existsSync(file)) return false;
  try {
    linkSync(ours, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that left a lock behind when it died, as `<pid> <host>`; `null` where there is no lock, or it lives. */
export function deadLockOwner(directory: string): string | null {
  const file = path.join(directory, 'lock');
  const owner = ownerOf(file);
  return owner !== null && isDead(owner, file) ? owner.trim() : null;
}

/** Remove a lock whose process is dead; one that lives stays. */
export const breakLock = (directory: string): void => breakDeadLock(directory, path.join(directory, 'lock'));

/** Only one process at a time looks at a dead lock, so nobody removes the lock that the next owner just took. */
function breakDeadLock(directory: string, file: string): void {
  const owner = ownerOf(file);
  if (owner === null || !isDead(owner, file)) return;
  const guard = path.join(directory, 'lock.takeover');
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch {
    if (ageOf(guard) > FOREIGN_LOCK_MS) remove(guard);
    return;
  }
  try {
    if (ownerOf(file) === owner) remove(file);
  } finally {
    remove(guard);
  }
}

function ownerOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** What cannot be removed stays: its age tells what it is. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function isDead(owner: string, file: string): boolean {
  const [, pid = '', host = ''] = /^(\d+) (.*)\n$/.exec(owner) ?? [];
  if (host !== hostname()) return ageOf(file) > FOREIGN_LOCK_MS;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const lockHeld = (file: string, owner: string | null): RealmError =>
  new RealmError('locked', `'${file}' is held by process ${owner?.trim() ?? 'unknown'}`, {
    hint: 'wait for that process, or remove the file if it is gone',
  });

const cannotLock = (directory: string, cause: unknown): RealmError =>
  new RealmError('realm-write-failed', `cannot write to '${directory}': ${(cause as Error).message}`, {
    hint: 'check free space and permissions; nothing was changed',
    cause,
  });
