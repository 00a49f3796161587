import { isObject } from '../json.ts';
import type { Approvers } from '../realm/approvers.ts';
import type { RealmModel } from '../realm/model.ts';
import { samePerson } from '../realm/people.ts';

/**
 * One line of the note of a realm commit: who says what, when. Lines are only ever added, so that two sides merge as the
 * union of their lines; what takes a line back is a line too, and names it.
 */
export type RealmRecord = {
  by: string;
  /** ISO 8601. */
  at: string;
  /** Names this line, for one that takes it back. */
  id?: string;
  /** Armoured: over everything else in it and the commit that it refers to (`lib/store/record-notes.ts`). */
  signature?: string;
} & (
  | {
      kind: 'approval';
      /** It is for exactly these blobs; `null`: none there. */
      changes?: { path: string; old: string | null; new: string | null }[];
    }
  | { kind: 'rejection'; why?: string }
  /** Takes an approval back; without `of` each earlier one of the same person. */
  | { kind: 'withdrawal'; of?: string; why?: string }
  /** A consumer needs no more time for a breaking version. Stands on the commit that published it. */
  | { kind: 'acknowledgement'; repo: string; contract: string; version: string }
  /** An approver accepts that published history was replaced: `old` is gone. Stands on `new`, or on `old` where nothing is left. */
  | { kind: 'rewrite'; old: string; new: string | null }
);

type Kind = RealmRecord['kind'];
type RecordOf<K extends Kind> = Extract<RealmRecord, { kind: K }>;

const KINDS: readonly string[] = ['approval', 'rejection', 'withdrawal', 'acknowledgement', 'rewrite'];

/** The records of a note, in order of time; lines that are none of ours are left out. */
export function recordsIn(note: string | null): RealmRecord[] {
  const records = (note ?? '').split('\n').flatMap((line) => {
    const record = parsed(line);
    return record !== null && KINDS.includes(String(record.kind)) ? [record as unknown as RealmRecord] : [];
  });
  // Where the notes of two sides were made one, lines stand in any order.
  return records.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const isKind =
  <K extends Kind>(kind: K) =>
  (record: RealmRecord): record is RecordOf<K> =>
    record.kind === kind;

/**
 * The approvals that count: by somebody who is an approver now, not withdrawn, not rejected since, and not one's own, except
 * where nobody else could give it in any of the places (docs/design/governance.md).
 */
export function approvalsThatCount(
  records: readonly RealmRecord[],
  { people: approvers, sole }: Approvers,
  proposer: string,
): RecordOf<'approval'>[] {
  return standingApprovals(records).filter(
    (record) =>
      approvers.some((approver) => samePerson(approver, record.by)) &&
      (!samePerson(record.by, proposer) || sole) &&
      !records
        .slice(records.indexOf(record) + 1)
        .some(
          ({ kind, by }) =>
            kind === 'rejection' && [proposer, ...approvers].some((approver) => samePerson(approver, by)),
        ),
  );
}

/** The approvals that were not withdrawn, no matter who gave them. */
export const standingApprovals = (records: readonly RealmRecord[]): RecordOf<'approval'>[] =>
  records
    .filter(isKind('approval'))
    .filter(
      (approval) =>
        !records.some(
          (later) =>
            later.kind === 'withdrawal' &&
            samePerson(later.by, approval.by) &&
            (later.of === undefined
              ? records.indexOf(later) > records.indexOf(approval)
              : later.of === approval.id),
        ),
    );

/** The repos that acknowledged a version of a contract, by any of its names, each by a maintainer it has now. */
export const acknowledgedBy = (
  records: readonly RealmRecord[],
  model: RealmModel,
  contracts: readonly string[],
  version: string,
): Set<string> =>
  new Set(
    records
      .filter(isKind('acknowledgement'))
      .filter(
        (record) =>
          contracts.includes(record.contract) && record.version === version && maintained(model, record),
      )
      .map(({ repo }) => model.repoNow(repo)),
  );

const maintained = (model: RealmModel, { repo, by }: { repo: string; by: string }): boolean =>
  model.repo(model.repoNow(repo))?.maintainers?.some((maintainer) => samePerson(maintainer, by)) ?? false;

/** How far the clock of a record's author may be off, ms. */
export const CLOCK_TOLERANCE = 86_400_000;

/** Why lines added to a note are refused: not a record, of somebody else, of another time, or for a repo of others. */
export function refusedLines(
  added: readonly string[],
  actor: string,
  now: Date,
  rules: RealmModel | null,
): string[] {
  return added.flatMap((line) => {
    const record = parsed(line);
    if (record === null || typeof record.by !== 'string')
      return ['a line of a note is not a record with an author'];
    if (!samePerson(record.by, actor))
      return [`the author of a record is '${record.by}', but '${actor}' pushed it`];
    const off = Math.abs(Date.parse(String(record.at)) - now.getTime());
    if (!(off <= CLOCK_TOLERANCE)) return [`a record is dated ${String(record.at)}: check the clock`];
    const foreign =
      record.kind === 'acknowledgement' &&
      rules !== null &&
      !maintained(rules, { repo: String(record.repo), by: record.by });
    return foreign ? [`only maintainers of ${String(record.repo)} may acknowledge for it`] : [];
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
