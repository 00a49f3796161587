import type { PullCheck, PullReview } from '../../realm/types.ts';
import { type Mergeable, ORDER } from '../types.ts';
import type { BucketPull, BucketRule } from './shapes.ts';

const people = (why: string): Mergeable => ({ answer: 'wait', why, on: 'people' });

/**
 * Whether Bitbucket would merge it, by the rules of its branch, which only those who administer the repository may read. It says
 * nothing of conflicts before it merges.
 */
export function bucketMergeableOf(
  data: BucketPull,
  reviews: readonly PullReview[],
  checks: readonly PullCheck[],
  rules: readonly BucketRule[] | null,
): Mergeable {
  if (data.state === 'MERGED') return { answer: 'no', why: 'it is merged' };
  if (data.state !== 'OPEN') return { answer: 'no', why: 'it is closed' };
  if (data.draft === true) return people('it is a draft');
  const against = reviews.find(({ state }) => state === 'changes_requested');
  if (against !== undefined) return people(`${against.author} requested changes`);
  const asked = (kind: string): number => rules?.find((rule) => rule.kind === kind)?.value ?? 0;
  const builds = asked('require_passing_builds_to_merge');
  const others = checks.filter(({ name }) => name !== ORDER);
  const bad = others.find(({ state }) => state === 'failure');
  if (bad !== undefined && builds > 0) return people(`check '${bad.name}' failed`);
  const approvals = reviews.filter(({ state }) => state === 'approved').length;
  if (approvals < asked('require_approvals_to_merge')) return people('a required approval is missing');
  const pending = others.find(({ state }) => state === 'pending');
  if (pending !== undefined)
    return { answer: 'wait', why: `check '${pending.name}' is pending`, on: 'checks' };
  if (builds > 0 && checks.some(({ name, state }) => name === ORDER && state !== 'success'))
    return { answer: 'wait', why: `'${ORDER}' does not allow it yet`, on: 'order' };
  if (checks.filter(({ state }) => state === 'success').length < builds)
    return { answer: 'wait', why: 'not as many builds have passed as are required', on: 'checks' };
  if (bad !== undefined && rules === null)
    return {
      answer: 'unknown',
      why: `check '${bad.name}' failed, and whether it is required cannot be read`,
    };
  return { answer: 'yes', why: null };
}
