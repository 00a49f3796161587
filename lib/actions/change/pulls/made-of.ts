import { RealmError } from '../../../errors.ts';
import type { ChangeRun } from '../drive.ts';
import type { PullsResult } from './shown.ts';

// What is made of other commands of a change set, one after the other.

/** What a dry run answers: nothing was done. */
export const notRun = (branch: string): PullsResult => ({
  verb: 'pr',
  branch,
  op: null,
  dryRun: true,
  done: false,
  steps: [],
  shared: { state: 'local' },
  order: [],
  pulls: [],
  problems: [],
  unproved: [],
  split: [],
  approvals: [],
  why: [],
  empty: [],
});

/** Throws `stopped`, with what the step said that failed; `again`: the command that resumes what was made of it. */
export function mustBeDone({ verb, branch, done, steps }: ChangeRun, again: string): void {
  if (done) return;
  const failed = steps.find(({ state }) => state === 'failed');
  const command = verb.replace('-', ' ');
  throw new RealmError(
    'stopped',
    `git realm ${command} stopped${failed ? `: ${failed.repo}: ${failed.error}` : ''}`,
    {
      exitCode: 1,
      hint: [`git realm ${command} --continue --branch ${branch}`, `then ${again} again`],
    },
  );
}
