import { pauseOf, type Unproved } from '../../../change/order.ts';
import type { Judged } from '../../../change/transition.ts';
import { domainsOfChange } from '../../../realm/change-sets.ts';
import type { Context } from '../../open/context.ts';
import { inWholeChangeOnRecord } from '../current.ts';
import { seenPulls } from './order.ts';
import type { PullShown } from './shown.ts';

export interface PullStatus {
  branch: string;
  domains: string[];
  order: string[];
  pulls: PullShown[];
  /** Is it safe to stop here? Read from the main branches as they are now. */
  pause: Judged & { merged: string[] };
  /** What merges next; `null`: nothing does, and `waiting` says why. */
  next: string | null;
  waiting: string | null;
  problems: string[];
  /** Steps that nothing proves to be safe. */
  unproved: Unproved[];
  split: string[];
  /** Breaking changes that wait for an approver once they are merged, in words. */
  approvals: string[];
}

/** How the pull requests stand, and whether it is safe to pause here. */
export function pullStatus(context: Context, branch: string | undefined): Promise<PullStatus> {
  return inWholeChangeOnRecord(context, branch, async (workspace, change, checkouts, around) => {
    const { merges, pulls } = await seenPulls(context, workspace, change, { checkouts, around });
    const next = merges.problems.length > 0 ? { repo: null, why: 'nothing' } : nextOf(pulls);
    return {
      branch: change.file.name,
      domains: domainsOfChange(change.file),
      order: merges.order,
      pulls,
      pause: {
        ...pauseOf(merges.edges),
        merged: pulls.filter((pull) => pull.state === 'merged').map((pull) => pull.repo),
      },
      next: next.repo,
      waiting: next.why,
      problems: merges.problems,
      unproved: merges.unproved,
      split: merges.split,
      approvals: merges.approvals,
    };
  });
}

function nextOf(pulls: readonly PullShown[]): { repo: string | null; why: string | null } {
  const open = pulls.filter((pull) => pull.state === 'open');
  if (open.length === 0)
    return {
      repo: null,
      why: pulls.every((pull) => pull.state === 'merged')
        ? 'all pull requests are merged'
        : 'no open pull requests',
    };
  const free = open.find((pull) => pull.blockedBy.length === 0);
  if (free === undefined)
    return { repo: null, why: `${open[0]?.repo} waits for ${open[0]?.blockedBy.join(', ')}` };
  return free.mergeable.answer === 'yes'
    ? { repo: free.repo, why: null }
    : { repo: null, why: `${free.repo}#${free.number}: ${free.mergeable.why}` };
}
