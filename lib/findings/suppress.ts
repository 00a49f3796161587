import type { Finding } from './types.ts';

/** One entry of `suppress` in `.blue/config.yaml`. */
export interface Suppression {
  /** A finding's id; `*` stands for any run of characters, slashes and colons included. */
  finding: string;
  reason: string;
  /** The last day it holds, `YYYY-MM-DD`, or a moment in ISO 8601. Absent: no end. */
  until?: string | undefined;
}

export interface Suppressed {
  finding: Finding;
  suppression: Suppression;
}

/**
 * The findings that stay, and those that were accepted. A suppression needs a reason and ends with its date (a day is over
 * at its end in UTC): one without a reason, with a date that cannot be read, or that is over while its finding still
 * stands, does not apply and becomes a finding itself.
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  now: Date,
): { findings: Finding[]; suppressed: Suppressed[] } {
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  const complaints = new Map<Suppression, Finding>();
  for (const finding of findings) {
    const named = suppressions.filter(
      (suppression) =>
        matches(suppression.finding, finding.id) ||
        (finding.partOf !== undefined && matches(suppression.finding, finding.partOf)),
    );
    const valid = named.find((suppression) => complaintAbout(suppression, now) === undefined);
    if (valid) suppressed.push({ finding, suppression: valid });
    else {
      kept.push(finding);
      for (const suppression of named) {
        const complaint = complaintAbout(suppression, now);
        if (complaint && !complaints.has(suppression)) complaints.set(suppression, complaint);
      }
    }
  }
  return { findings: [...kept, ...complaints.values()], suppressed };
}

function complaintAbout({ finding, reason, until }: Suppression, now: Date): Finding | undefined {
  const about = { level: 'warning' as const, path: '.blue/config.yaml' };
  // Not the id alone: it must not be hidden by the suppression it refers to.
  const subject = finding.includes(':') ? finding.slice(0, finding.lastIndexOf(':')) : finding;
  if (typeof reason !== 'string' || reason.trim() === '') {
    const hint = 'add a reason to it in .blue/config.yaml';
    return {
      ...about,
      id: `${subject}:suppression-without-reason`,
      message: `the suppression of '${finding}' has no reason`,
      hint,
    };
  }
  if (until === undefined) return undefined;
  const end = endOf(until);
  if (end === undefined) {
    const message = `the suppression of '${finding}' ends at '${until}', which is not a valid date`;
    return { ...about, id: `${subject}:invalid-suppression`, message, hint: 'write the date as YYYY-MM-DD' };
  }
  if (now.getTime() < end) return undefined;
  const message = `the suppression of '${finding}' ended on ${until}`;
  return {
    ...about,
    id: `${subject}:expired-suppression`,
    message,
    hint: 'fix the finding, or extend the date',
  };
}

function endOf(until: string): number | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(until);
  const at = Date.parse(until);
  if (Number.isNaN(at)) return undefined;
  return day ? at + 86_400_000 : at;
}

/** `*` is any run of characters; greedy with one place to come back to, so linear in practice and never exponential. */
function matches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length; ) {
    if (pattern[p] === '*') {
      star = p++;
      resume = i;
    } else if (p < pattern.length && pattern[p] === text[i]) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
