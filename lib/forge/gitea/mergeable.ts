import type { PullCheck, PullReview } from '../../realm/types.ts';
import { type Mergeable, ORDER } from '../types.ts';
import type { TeaBranch, TeaPull } from './shapes.ts';

const people = (why: string): Mergeable => ({ answer: 'wait', why, on: 'people' });
const onChecks = (why: string): Mergeable => ({ answer: 'wait', why, on: 'checks' });

interface Known {
  reviews: readonly PullReview[];
  checks: readonly PullCheck[];
  /** How many approvals count. */
  approvals: number;
  /** `null`: not known. */
  branch: TeaBranch | null;
}

/**
 * Whether Gitea would merge it, by what protects its branch: the forge's own rules decide, ours only explain. Gitea says `mergeable:
 * false` of a conflict and of what it has not worked out yet, and nothing tells the two apart but an attempt.
 */
export function teaMergeableOf(data: TeaPull, { reviews, checks, approvals, branch }: Known): Mergeable {
  if (data.merged === true) return { answer: 'no', why: 'it is merged' };
  if (data.state !== 'open') return { answer: 'no', why: 'it is closed' };
  if (data.draft === true) return people('it is a draft');
  const last = new Map(
    reviews.filter(({ state }) => state !== 'commented').map((review) => [review.author, review.state]),
  );
  const against = [...last].find(([, state]) => state === 'changes_requested');
  if (against !== undefined) return people(`${against[0]} requested changes`);
  const byChecks = ofChecks(checks, branch);
  if (byChecks?.on === 'people') return byChecks;
  if (approvals < (branch?.required_approvals ?? 0)) return people('a required approval is missing');
  if (byChecks !== undefined) return byChecks;
  if (data.mergeable === false)
    return {
      answer: 'unknown',
      why: `it conflicts with '${data.base.ref}', or the forge has not computed it yet`,
    };
  if (branch?.user_can_merge === false) return people(`your user may not merge into '${data.base.ref}'`);
  return { answer: 'yes', why: null };
}

/** What the checks hold back: those that the branch requires, and any that still runs. */
function ofChecks(checks: readonly PullCheck[], branch: TeaBranch | null): Mergeable | undefined {
  const contexts = branch?.enable_status_check === true ? (branch.status_check_contexts ?? []) : null;
  const wanted = contexts?.filter((pattern) => !/[?[\]{}\\]/.test(pattern)) ?? null;
  const isRequired = ({ name }: PullCheck) =>
    wanted !== null && (contexts?.length === 0 || wanted.some((pattern) => fits(pattern, name)));
  const others = checks.filter(({ name }) => name !== ORDER);
  const bad = others.find((check) => check.state === 'failure' && isRequired(check));
  if (bad !== undefined) return people(`check '${bad.name}' failed`);
  const pending = others.find(({ state }) => state === 'pending');
  if (pending !== undefined) return onChecks(`check '${pending.name}' is pending`);
  const missing = wanted?.find((pattern) => !checks.some(({ name }) => fits(pattern, name)));
  if (missing !== undefined && missing !== ORDER) return onChecks(`check '${missing}' has not started`);
  const isHeld = checks.some(
    (check) => check.name === ORDER && check.state !== 'success' && isRequired(check),
  );
  return missing === ORDER || isHeld
    ? { answer: 'wait', why: `'${ORDER}' does not allow it yet`, on: 'order' }
    : undefined;
}

/** A name by a pattern in which `*` stands for anything. What else a pattern may have is left to the forge. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
