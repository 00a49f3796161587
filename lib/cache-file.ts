import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// Synchronous on purpose: these are a few small files on the way of every hook and of `status`, and node takes 3 ms of
// CPU to load `fs/promises` and to start the threads behind it.

/** A derived file, or `null` where there is none that can be read. */
export function readCache(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** Write a derived file whole, by rename. Where it cannot be written the program goes without: that costs time, not answers. */
export function writeCache(file: string, content: string | Uint8Array): void {
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } catch {
    rmSync(fresh, { force: true });
  }
}
