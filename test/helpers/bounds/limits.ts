import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/**
 * The command under `ulimit -f`: no file it or its children write grows past `kib` kibibytes (EFBIG). For where a
 * small disk cannot be mounted.
 */
export function withFileLimit(kib: number, command: string, args: readonly string[]): [string, string[]] {
  // POSIX counts in blocks of 512 bytes; ignored, the signal becomes an error that the program can report
  const script = `trap '' XFSZ; ulimit -f ${kib * 2}; exec "$@"`;
  return ['sh', ['-c', script, 'sh', command, ...args]];
}

/**
 * An empty disk of `kib` kibibytes, unmounted when the test ends; `undefined` where this user may not mount (then
 * skip, and say so).
 */
export function smallDisk(test: Test, kib: number): string | undefined {
  // not in a testdir: those are removed before any teardown runs
  const dir = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const mounted = tries('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', dir]);
  test.teardown(() => {
    if (mounted) tries('umount', ['-l', dir]);
    rmdirSync(dir);
  });
  return mounted ? dir : undefined;
}

/** Fills the disk that holds `dir` to the last byte; the result empties it again. Only for a `smallDisk`. */
export function fillDisk(dir: string): () => void {
  const filler = join(dir, 'filler');
  writeFileSync(filler, '');
  for (let size = 65536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  return () => rmSync(filler);
}

/**
 * Runs `body` while the directory is read-only: by permissions, or for root, whom they do not bind, by a read-only
 * mount over itself. False, and `body` not run, where neither works: skip, and say so.
 */
export async function whileReadOnly(dir: string, body: () => void | Promise<void>): Promise<boolean> {
  const undo = process.getuid?.() === 0 ? mountReadOnly(dir) : chmodAll(dir);
  if (undo === undefined) return false;
  try {
    if (isWritable(dir)) return false;
    await body();
    return true;
  } finally {
    undo();
  }
}

function isWritable(dir: string): boolean {
  try {
    writeFileSync(join(dir, 'probe'), '');
    rmSync(join(dir, 'probe'));
    return true;
  } catch {
    return false;
  }
}

function mountReadOnly(dir: string): (() => void) | undefined {
  if (!tries('mount', ['--bind', dir, dir])) return undefined;
  const undo = () => void tries('umount', ['-l', dir]);
  if (tries('mount', ['-o', 'remount,ro,bind', dir])) return undo;
  undo();
  return undefined;
}

function chmodAll(dir: string): () => void {
  const modes = new Map<string, number>();
  const visit = (path: string): void => {
    const { mode } = statSync(path);
    modes.set(path, mode);
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) visit(join(path, entry.name));
    chmodSync(path, mode & ~0o222);
  };
  visit(dir);
  return () => {
    for (const [path, mode] of modes) chmodSync(path, mode);
  };
}

function tries(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
