import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

// Synchronous on purpose: these are a few small files on the way of every hook and of `status`, and node takes 3 ms of
// CPU to load `fs/promises` and to start the threads behind it.

/** A derived file of this user's, or `null` where there is none that can be read: what others derived is only their word. */
export function readCache(file: string): Buffer | null {
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

/** Write a derived file whole, by rename; for this user alone unless `mode` says otherwise. Where it cannot be written the program goes without: that costs time, not answers. */
export function writeCache(file: string, content: string | Uint8Array, mode = 0o600): void {
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(fresh, content, { mode });
    renameSync(fresh, file);
  } catch {
    rmSync(fresh, { force: true });
  }
}
