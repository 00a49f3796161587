import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { trace } from './trace.ts';

// Synchronous on purpose: these are a few small files on the way of every hook and of `status`, and node takes 3 ms of
// CPU to load `fs/promises` and to start the threads behind it.

/** A derived file of this user's, or `null` where there is none that can be read: what others derived is only their word. */
export function readCache(file: string): Buffer | null {
  const found = readOwn(file);
  trace.tell?.({ event: 'cache', file, found: found !== null });
  return found;
}

function readOwn(file: string): Buffer | null {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const user = process.geteuid?.();
    return user === undefined || fstatSync(opened).uid === user ? readFileSync(opened) : null;
  } catch {
    return null;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/**
 * Write a derived file whole, by rename; for this user alone unless `mode` says otherwise. Where it cannot be written the
 * program goes without: that costs time, not answers.
 */
export function writeCache(file: string, content: string | Uint8Array, mode = 0o600): void {
  const fresh = `${file}.${process.pid}`;
  try {
    makeFolder(path.dirname(file));
    writeFileSync(fresh, content, { mode });
    renameSync(fresh, file);
  } catch {
    try {
      rmSync(fresh, { force: true });
    } catch {}
  }
}

/**
 * A folder of ours inside a repository, with those above it that are missing. Anyone who may write to the repository may write
 * there: git itself does so for its own files (`core.sharedRepository`), whatever the umask of who makes them.
 */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  const { mode } = statSync(path.dirname(first));
  if ((mode & GROUP_WRITES) === 0) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made))
    chmodSync(made, mode & 0o7777);
}

/** The same for a file in such a folder that others have to read, as a lock. */
export function shareFile(file: string): void {
  const { mode } = statSync(path.dirname(file));
  if ((mode & GROUP_WRITES) !== 0) chmodSync(file, mode & 0o666);
}

const GROUP_WRITES = 0o020;
