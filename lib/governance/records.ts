import { isObject } from '../json.ts';
import { samePerson } from './people.ts';

/** One line of the note of a realm commit: who says what, when. Lines are only ever added. */
export interface RealmRecord {
  kind: 'approval' | 'rejection' | 'withdrawal';
  by: string;
  /** ISO 8601. */
  at: string;
  why?: string;
  /** An approval is for exactly these blobs; `null`: none there. */
  changes?: { path: string; old: string | null; new: string | null }[];
  /** Armoured: over everything else in it and the commit that it speaks of (`lib/store/records.ts`). */
  signature?: string;
}

/** The records of a note; lines that are none of ours are left out. */
export function recordsIn(note: string | null): RealmRecord[] {
  return (note ?? '').split('\n').flatMap((line) => {
    const record = parsed(line);
    return record !== null && ['approval', 'rejection', 'withdrawal'].includes(String(record.kind))
      ? [record as unknown as RealmRecord]
      : [];
  });
}

/**
 * The approvals that count: by somebody who is an approver now, not taken back, and not one's own, except where nobody else
 * could give it (DESIGN §8).
 */
export function approvalsThatCount(
  records: readonly RealmRecord[],
  approvers: readonly string[],
  proposer: string,
): RealmRecord[] {
  return records.filter(
    (record, at) =>
      record.kind === 'approval' &&
      approvers.some((one) => samePerson(one, record.by)) &&
      (!samePerson(record.by, proposer) || approvers.length === 1) &&
      !records.slice(at + 1).some((later) => later.kind === 'withdrawal' && samePerson(later.by, record.by)),
  );
}

/** How far the clock of whoever writes a record may be off, ms. */
export const CLOCK_TOLERANCE = 86_400_000;

/** Why lines added to a note are refused: not a record, of somebody else, or of another time. */
export function refusedLines(added: readonly string[], actor: string, now: Date): string[] {
  return added.flatMap((line) => {
    const record = parsed(line);
    if (record === null || typeof record.by !== 'string')
      return ["a note's line is not a record with its author"];
    if (!samePerson(record.by, actor))
      return [`a record says that it is by '${record.by}', not by '${actor}'`];
    const off = Math.abs(Date.parse(String(record.at)) - now.getTime());
    return off <= CLOCK_TOLERANCE ? [] : [`a record is dated ${String(record.at)}: is the clock right?`];
  });
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
