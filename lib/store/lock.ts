import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, shareFile } from '../cache-file.ts';
import { RealmError } from '../errors.ts';
import { holderHere, holderWords, lifeOf, parseHolder, renderHolder, sameKernel } from './holder.ts';
import { patience } from './patience.ts';

// The files are touched synchronously: each call takes microseconds, and a writer that holds the lock keeps all others waiting.

/** The holder touches its lock so often: who cannot look at the process tells from that whether it lives. */
const BEAT_MS = 250;
/** Without a beat for so long, the holder is dead: on this machine in another container; by another machine's clock. */
const SILENT_HERE_MS = 2000;
const SILENT_ELSEWHERE_MS = 60_000;
/** The same where the lock did not change while we watched it: no clock of another machine counts then. */
const WATCHED_MS = 10_000;
/** Longer than anything that a live process does between two steps at these files. */
const TORN_MS = 1000;

export interface LockOptions {
  giveUpMs?: number | undefined;
  /** What can be done while another one holds the lock: called once, in the queue. */
  meanwhile?: (() => Promise<void>) | undefined;
}

/**
 * Run `work` while holding the store's lock file. The lock only queues writers: the ref's compare-and-swap decides, so a
 * lock taken over by mistake costs a retry, never an update. A lock whose process is dead is taken over. Throws `locked`
 * after `giveUpMs` milliseconds (default: as `patience` says).
 */
export async function withLock<T>(
  directory: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const file = path.join(directory, 'lock');
  const owner = await acquire(directory, file, options);
  const beat = setInterval(() => touch(file, owner), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (ownerOf(file) === owner) rmSync(file, { force: true });
  }
}

async function acquire(directory: string, file: string, options: LockOptions): Promise<string> {
  const { giveUpMs = patience.giveUpMs, meanwhile } = options;
  const tag = Math.random().toString(36).slice(2);
  const owner = renderHolder(holderHere(), tag);
  // Names sort by arrival, so that every waiter can tell how many are before it.
  const name = `lock.${Date.now()}.${process.pid}.${tag}`;
  const ours = path.join(directory, name);
  const since = Date.now();
  const watched = watch();
  let told = false;
  try {
    makeFolder(directory);
    writeFileSync(ours, owner, { flag: 'wx' });
    shareFile(ours);
    // link(2) puts the name and its content there in one step: nobody ever reads an empty lock.
    for (let round = 0; !tryLink(ours, file); round += 1) {
      if (patience.signal?.aborted) throw patience.signal.reason;
      if (Date.now() - since > giveUpMs) throw lockHeld(file, ownerOf(file));
      if (round % 8 === 0) breakDeadLock(directory, file, watched);
      if (round === 0 && meanwhile !== undefined) {
        await meanwhile();
        continue;
      }
      if (!told && Date.now() - since > TELL_MS) {
        told = true;
        patience.tell(`waiting for ${wordsOf(ownerOf(file))}, which holds '${file}'`);
      }
      await sleep(turnMs(directory, name));
    }
    return owner;
  } catch (cause) {
    throw cause instanceof RealmError ? cause : cannotLock(directory, cause);
  } finally {
    remove(ours);
  }
}

/** A wait that is longer than this is said. */
const TELL_MS = 1000;

/** Nobody stays in the queue longer, in milliseconds. */
const LONGEST_MS = 120_000;

/** How long one holder keeps the lock, more or less, in milliseconds. */
const TURN_MS = 10;

/**
 * How long to sleep: the first in the queue looks often, the others in proportion to who is before them. If all of many
 * waiters looked often, they would take the processor from the holder (measured: a quarter of the throughput).
 */
function turnMs(directory: string, name: string): number {
  const waiting = readdirSync(directory).filter((other) => /^lock\.\d+\./.test(other) && other < name);
  // Nobody waits longer than that: who put it there was killed.
  const dead = waiting.filter((file) => Date.now() - Number(file.split('.')[1]) > LONGEST_MS);
  for (const file of dead) remove(path.join(directory, file));
  return 1 + Math.random() * 2 + TURN_MS * Math.min(waiting.length - dead.length, 50);
}

function tryLink(ours: string, file: string): boolean {
  // Most looks find it taken: an exception for each is a tenth of what many waiters cost the machine.
  if (existsSync(file)) return false;
  try {
    linkSync(ours, file);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // A file system without links (vfat, some network shares).
    if (/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK|EXDEV)$/.test(code)) return tryCreate(ours, file);
    throw error;
  }
}

function tryCreate(ours: string, file: string): boolean {
  try {
    writeFileSync(file, readFileSync(ours), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that left a lock behind when it died, in words; `null` where there is no lock, or it lives. */
export function deadLockOwner(directory: string): string | null {
  const file = path.join(directory, 'lock');
  const owner = ownerOf(file);
  return owner !== null && isDead(owner, file) ? wordsOf(owner) : null;
}

/** Remove a lock whose process is dead; one that lives stays. */
export const breakLock = (directory: string): void => breakDeadLock(directory, path.join(directory, 'lock'));

/** Only one process at a time looks at a dead lock, so nobody removes the lock that the next owner just took. */
function breakDeadLock(directory: string, file: string, watched?: Watch): void {
  const owner = ownerOf(file);
  if (owner === null || !isDead(owner, file, watched?.unchangedFor(owner, mtimeOf(file)) ?? 0)) return;
  const guard = path.join(directory, 'lock.takeover');
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch {
    if (Date.now() - mtimeOf(guard) > TORN_MS) remove(guard);
    return;
  }
  try {
    if (ownerOf(file) === owner) remove(file);
  } finally {
    remove(guard);
  }
}

interface Watch {
  /** Milliseconds since this lock was first seen just as it is now. */
  unchangedFor(owner: string, mtimeMs: number): number;
}

function watch(): Watch {
  let seen = '';
  let since = 0;
  return {
    unchangedFor(owner, mtimeMs) {
      const now = `${owner}${mtimeMs}`;
      if (now !== seen) [seen, since] = [now, Date.now()];
      return Date.now() - since;
    },
  };
}

function isDead(owner: string, file: string, unchangedMs = 0): boolean {
  const mtime = mtimeOf(file);
  const silent = (byClock: number, byWatch: number) => Date.now() - mtime > byClock || unchangedMs > byWatch;
  const holder = parseHolder(owner);
  if (holder === null) return silent(TORN_MS, TORN_MS / 2);
  const life = lifeOf(holder, mtime);
  if (life !== 'unknown') return life === 'dead';
  // A lock of release 0.1 has no beat.
  const beats = holder.start !== '';
  return beats && sameKernel(holder)
    ? silent(SILENT_HERE_MS, SILENT_HERE_MS)
    : silent(SILENT_ELSEWHERE_MS, WATCHED_MS);
}

function ownerOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const wordsOf = (owner: string | null): string => holderWords(owner === null ? null : parseHolder(owner));

/** What cannot be removed stays: its age tells what it is. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

function touch(file: string, owner: string): void {
  try {
    const now = new Date();
    if (ownerOf(file) === owner) utimesSync(file, now, now);
  } catch {}
}

/** Milliseconds since the epoch; of a file that no longer exists, now. */
function mtimeOf(file: string): number {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return Date.now();
  }
}

const lockHeld = (file: string, owner: string | null): RealmError =>
  new RealmError('locked', `${wordsOf(owner)} holds '${file}'`, {
    hint: 'wait for that process, or end it; to check whether it still runs: git realm doctor',
    data: { file, holder: owner === null ? null : parseHolder(owner) },
  });

const cannotLock = (directory: string, cause: unknown): RealmError =>
  new RealmError('realm-write-failed', `cannot write to '${directory}': ${(cause as Error).message}`, {
    hint: 'check free space and permissions; nothing was changed',
    cause,
  });
