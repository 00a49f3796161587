import type { TrackedChange } from '../../realm/change-sets.ts';
import type { OpHeads } from '../../realm/ops/types.ts';
import type { Plan, Step } from '../types.ts';

/** The parts of a change set in one repo on this machine. */
export interface Leaving {
  repo: string;
  /** The worktree; `null`: there is only the branch. */
  at: string | null;
  /** The branch's commit; `null`: the branch stays, or there is none. */
  tip: string | null;
}

/** Worktrees and branches go, then the realm records that the repos that are here (`repos`) are done. */
export function planRemoval(
  { file }: TrackedChange,
  repos: readonly string[],
  leaving: readonly Leaving[],
  force: boolean,
  heads: OpHeads,
): Plan {
  const branch = file.name;
  const steps = leaving.map(
    ({ repo, at, tip }): Step => ({
      id: `worktree-remove:${repo}`,
      repo,
      effect: { kind: 'worktree-remove', branch, tip, force },
      after: [],
      words: `${repo}: remove ${at ?? `branch ${branch}`}`,
    }),
  );
  const tracked = file.repos ?? [];
  const done = repos.filter((name) =>
    tracked.some((repo) => repo.name === name && repo.status !== 'removed'),
  );
  const leavesOthers = tracked.some(({ name, status }) => !done.includes(name) && status !== 'removed');
  if (done.length > 0) {
    const op = { verb: 'change-status', branch };
    const statuses = Object.fromEntries(done.map((name) => [name, 'removed']));
    const before = Object.fromEntries(tracked.map(({ name, status }) => [name, status ?? 'active']));
    steps.push({
      id: 'realm:status',
      repo: null,
      effect: {
        kind: 'realm',
        op: { ...op, ...heads.op, statuses },
        undo: { ...op, ...heads.undo, statuses: before },
      },
      after: steps.map((step) => step.id),
      words: leavesOthers ? `realm: ${done.join(', ')} leaves ${branch}` : `realm: close ${branch}`,
    });
  }
  return { verb: 'worktree-remove', branch, args: {}, steps };
}
