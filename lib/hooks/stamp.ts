import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

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

/** `parent` is the process id that the hook passed on as `GIT_REALM_PARENT`. */
export function writeStamp(path: string, parent: number, outcome: Outcome): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${parent} ${outcome}\n`);
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
