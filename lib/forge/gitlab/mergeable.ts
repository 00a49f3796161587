import type { PullCheck, PullReview } from '../../realm/types.ts';
import { type Mergeable, ORDER } from '../types.ts';
import type { MergeRequest } from './shapes.ts';

const people = (why: string): Mergeable => ({ answer: 'wait', why, on: 'people' });
const unknown: Mergeable = { answer: 'unknown', why: 'the forge has not computed it yet' };

/** What a `detailed_merge_status` asks of people. */
const BY_PEOPLE: { readonly [status: string]: string } = {
  draft_status: 'it is a draft',
  not_approved: 'a required approval is missing',
  requested_changes: 'a reviewer requested changes',
  discussions_not_resolved: 'not all of its threads are resolved',
  merge_request_blocked: 'another merge request must be merged first',
  blocked_status: 'another merge request must be merged first',
  commits_status: 'its branch is missing or has no commits',
  external_status_checks: 'an external status check has not passed',
  status_checks_must_pass: 'an external status check has not passed',
  jira_association_missing: 'it names no Jira issue',
  locked_paths: 'another user has locked a path that it changes',
  locked_lfs_files: 'another user has locked a file that it changes',
  merge_time: 'its time to merge has not come',
  security_policy_violations: 'it violates a security policy',
  policies_denied: 'it violates a security policy',
  title_regex: 'its title does not have the required form',
};

/** `detailed_merge_status`, in words: the forge's own rules decide, ours only explain. */
export function mergeableOf(
  data: MergeRequest,
  reviews: readonly PullReview[],
  checks: readonly PullCheck[],
): Mergeable {
  if (data.state === 'merged') return { answer: 'no', why: 'it is merged' };
  if (data.state === 'locked') return { answer: 'wait', why: 'it is being merged', on: 'queue' };
  if (data.state !== 'opened') return { answer: 'no', why: 'it is closed' };
  if (data.merge_when_pipeline_succeeds === true)
    return { answer: 'wait', why: 'it is set to merge by itself, or in a merge train', on: 'queue' };
  if (data.draft === true) return people('it is a draft');
  const against = reviews.find(({ state }) => state === 'changes_requested');
  if (against !== undefined) return people(`${against.author} requested changes`);
  // Before GitLab 15.6 there is only the shorter one.
  const status = data.detailed_merge_status ?? data.merge_status ?? '';
  const known = BY_PEOPLE[status];
  if (known !== undefined) return people(known);
  switch (status) {
    case 'conflict':
    case 'broken_status':
    case 'cannot_be_merged':
      return { answer: 'no', why: `it conflicts with '${data.target_branch}'` };
    case 'need_rebase':
      return people(`it is behind '${data.target_branch}'`);
    case 'ci_must_pass':
    case 'ci_still_running':
      return byChecks(checks);
    case 'mergeable':
    case 'can_be_merged':
      return pendingIn(checks) ?? { answer: 'yes', why: null };
    case 'preparing':
    case 'checking':
    case 'unchecked':
    case 'approvals_syncing':
    case 'cannot_be_merged_recheck':
    case 'cannot_be_merged_rechecking':
    case '':
      return pendingIn(checks) ?? unknown;
    default:
      return people(`GitLab reports '${status.replace(/[^\w-]/g, '?').slice(0, 60)}'`);
  }
}

/** Why its pipeline, which must succeed, has not. */
function byChecks(checks: readonly PullCheck[]): Mergeable {
  const bad = checks.find((check) => check.state === 'failure' && check.name !== ORDER);
  if (bad !== undefined) return people(`check '${bad.name}' failed`);
  const pending = pendingIn(checks);
  if (pending !== undefined) return pending;
  if (checks.some((check) => check.name === ORDER && check.state !== 'success'))
    return { answer: 'wait', why: `'${ORDER}' does not allow it yet`, on: 'order' };
  return { answer: 'wait', why: 'its pipeline must succeed first', on: 'checks' };
}

function pendingIn(checks: readonly PullCheck[]): Mergeable | undefined {
  const found = checks.find((check) => check.state === 'pending' && check.name !== ORDER);
  return found && { answer: 'wait', why: `check '${found.name}' is pending`, on: 'checks' };
}
