import { statSync } from 'node:fs';
import { RealmError } from '../errors.ts';

/** The lock file that git could not make because it is there already, from what git said; `null`: it said nothing of one. */
export const lockFileIn = (stderr: string): string | null =>
  /Unable to create '([^\n]+\.lock)': File exists/.exec(stderr)?.[1] ?? null;

/** No git holds a lock of a store for so long between two of its steps; ours try again for as long. */
const LEFT_MS = 2000;

/**
 * Throws `git-lock` where git gave up because of a lock file that a git which was killed has left; returns where it said
 * nothing of one, or one is so fresh that its git may be at work.
 */
export function refuseLeftLock(stderr: string): void {
  const file = lockFileIn(stderr);
  if (file !== null && ageOf(file) > LEFT_MS) throw leftLock(file);
}

/** The lock file named, with what removes it. */
const leftLock = (file: string): RealmError =>
  new RealmError('git-lock', `'${file}' exists: a git process was killed or is still running`, {
    hint: `if no git process is running: git realm doctor --fix, or rm '${file}'`,
    data: { file },
  });

/** A lock file on a remote's side, which only the owner of that repository may remove; `again` is what to type then. */
export const remoteLocked = (whose: string, branch: string, file: string, again: string): RealmError =>
  new RealmError('git-lock', `${whose} cannot update ${branch}: '${file}' exists there`, {
    hint: `a git process was killed there: ask the owner of that repository to remove the file, then ${again}`,
    data: { file },
  });

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}
