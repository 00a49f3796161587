import { type State as SafeState, stateOf } from '../../change/order.ts';
import { domainsOfChange } from '../../realm/change-sets.ts';
import { inWholeChange } from '../change/current.ts';
import type { Flow } from '../flow.ts';
import { mergesOf, type PullShown, pullsOf } from './shown.ts';

export interface PullStatus {
  branch: string;
  domains: string[];
  order: string[];
  pulls: PullShown[];
  /** Is it safe to stop with what is merged now? */
  pause: SafeState;
  /** What merges next, or why nothing does. */
  next: string | null;
  waiting: string;
  problems: string[];
  split: string[];
}

/** How the pull requests stand, and whether it is safe to pause here. */
export function pullStatus(flow: Flow, branch: string | undefined): Promise<PullStatus> {
  return inWholeChange(flow, branch, async (workspace, change, checkouts) => {
    const merges = await mergesOf(workspace, change, checkouts);
    const pulls = await pullsOf(flow, workspace, change, checkouts, merges);
    const merged = pulls.filter((one) => one.state === 'merged').map((one) => one.repo);
    const next = nextOf(pulls);
    return {
      branch: change.file.name,
      domains: domainsOfChange(change.file),
      order: merges.order,
      pulls,
      pause: stateOf(merged, merges.edges),
      next: next.repo,
      waiting: next.why,
      problems: merges.problems,
      split: merges.split,
    };
  });
}

function nextOf(pulls: readonly PullShown[]): { repo: string | null; why: string } {
  const open = pulls.filter((one) => one.state === 'open');
  if (open.length === 0)
    return {
      repo: null,
      why: pulls.every((one) => one.state === 'merged') ? 'all are merged' : 'none is open',
    };
  const merged = new Set(
    pulls.filter((one) => one.state === 'merged').map((one) => `${one.repo}#${one.number}`),
  );
  const free = open.find((one) => one.blockedBy.every((blocker) => merged.has(blocker)));
  if (free === undefined)
    return { repo: null, why: `${open[0]?.repo} waits for ${open[0]?.blockedBy.join(', ')}` };
  return free.mergeable.answer === 'yes'
    ? { repo: free.repo, why: '' }
    : { repo: null, why: `${free.repo}#${free.number}: ${free.mergeable.why}` };
}
