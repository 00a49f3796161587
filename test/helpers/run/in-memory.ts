import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** What four tests need at the same time, many times over. */
const ROOM = 4 * 2 ** 30;

/**
 * Where sandboxes are made: in memory where there is room for them and programs may be run, else where temporary files are.
 * Tests make and remove some hundred thousand files, of which no disk needs to know. A `TMPDIR` of the caller is kept.
 */
export function inMemory(): string {
  if (process.env.TMPDIR !== undefined) return tmpdir();
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM) return tmpdir();
    const folder = mkdtempSync(join(MEMORY, 'realm-'));
    try {
      const program = join(folder, 'program');
      writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
      return spawnSync(program).status === 0 ? MEMORY : tmpdir();
    } finally {
      rmSync(folder, { recursive: true });
    }
  } catch {
    return tmpdir();
  }
}
