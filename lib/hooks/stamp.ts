import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { writeCache } from '../cache-file.ts';

/**
 * What the hook before a commit, or post-commit without one, saw. `untouched` and `touched` leave nothing for post-commit to
 * do; `later` leaves everything to it, and `publish` starts node once more after the commit; `checked` is post-commit's own,
 * for the post-rewrite of an amend. A commit that was `refused` is looked at again.
 */
export type Outcome = (typeof outcomes)[number];
const outcomes = ['untouched', 'touched', 'later', 'publish', 'checked', 'refused'] as const;

/** The stamp of a worktree: its first line is `<process id of the git command> <outcome>`. A cache. */
export function stampPath(commonDir: string, gitDir: string): string {
  const linked = existsSync(`${gitDir}/commondir`);
  return `${commonDir}/realm/${linked ? `stamp-${basename(gitDir)}` : 'stamp'}`;
}

/** `parent` is the process id that the hook passed on as `GIT_REALM_PARENT`. Where it cannot be written, post-commit looks again. */
export function writeStamp(path: string, parent: number, outcome: Outcome): void {
  writeCache(path, `${parent} ${outcome}\n`);
}

/** The stamp, if it was left by this git command. */
export function readStamp(path: string, parent: number): Outcome | undefined {
  const [, pid, outcome] = /^(\d+) (\w+)\n/.exec(textOf(path)) ?? [];
  if (Number(pid) !== parent) return undefined;
  return outcomes.find((known) => known === outcome);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
