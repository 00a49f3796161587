import { createHash } from 'node:crypto';
import { RealmError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { approversOf } from '../approvers.ts';
import { editText } from '../edits.ts';
import type { RealmModel } from '../model.ts';
import { samePerson } from '../people.ts';
import type { Op, Verb, View } from './types.ts';

export interface LandOp extends Op {
  verb: 'land';
  /** The proposal that was approved. */
  proposal: string;
  subject: string;
  /** Whose proposal it is; absent in operations of older versions. */
  proposer?: string;
  /** What it was made against and what it makes of it, as blobs; `null`: no such file. */
  files: { [path: string]: { from: string | null; to: string | null } };
  /** The texts that come, by path. */
  payload?: JsonObject;
}

/** An approved proposal becomes part of the realm: exactly what was approved, where nothing of it moved meanwhile. */
export const land: Verb<LandOp> = {
  reads: (op) => Object.keys(op.files),
  plan: (op, view) => {
    mustApprove(view.model, op);
    const files = new Map<string, string | null>();
    for (const [path, { from, to }] of Object.entries(op.files)) {
      const now = view.text(path);
      const text = to === null ? null : String(op.payload?.[path] ?? '');
      if ((now ?? null) === text) continue;
      if (blobOf(now ?? null, from ?? to) !== from) throw outdated(op, path);
      files.set(path, text);
    }
    if (files.size === 0) return { kind: 'nothing', why: `proposal ${op.proposal} has already landed` };
    return { kind: 'commit', subject: op.subject, body: [], files, facts: { proposal: op.proposal } };
  },
  restore: restoreTexts,
};

/** The texts of an operation's files as its own commit has them. */
export function restoreTexts(op: Pick<LandOp, 'files'>, own: View): JsonObject {
  return Object.fromEntries(
    Object.keys(op.files).flatMap((path) => {
      const text = own.text(path);
      return text === undefined ? [] : [[path, text]];
    }),
  );
}

/** Planned again on a realm where the approver is no longer an approver, or that had another one all along, it does not land. */
function mustApprove(model: RealmModel, op: LandOp): void {
  const { people, sole } = approversOf(model, Object.keys(op.files));
  if (!people.some((person) => samePerson(person, op.by))) throw notApprover(op.by, people);
  if (op.proposer !== undefined && samePerson(op.proposer, op.by) && !sole)
    throw ownProposal(op.proposal, op.by, people);
}

export const notApprover = (who: string, approvers: readonly string[]): RealmError =>
  new RealmError('not-approver', `'${who}' is not an approver of this realm`, {
    exitCode: 1,
    hint: approvers.length === 0 ? 'it has no approvers: see realm.yaml' : `ask ${approvers.join(' or ')}`,
  });

export function ownProposal(proposal: string, who: string, approvers: readonly string[]): RealmError {
  const others = approvers.filter((approver) => !samePerson(approver, who));
  return new RealmError('own-proposal', `proposal ${proposal} is your own: another approver must decide`, {
    exitCode: 1,
    hint:
      others.length > 0
        ? `ask ${others.join(' or ')}`
        : 'no other person approves every file that it changes: split it into separate proposals',
  });
}

/** The blob id that git gives a text; another id of the repository tells its hash. */
export function blobOf(text: string | null, like: string | null): string | null {
  if (text === null) return null;
  const bytes = Buffer.from(text, 'utf8');
  return createHash(like?.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

export const outdated = (op: Pick<LandOp, 'proposal'>, path: string): RealmError =>
  new RealmError(
    'proposal-outdated',
    `proposal ${op.proposal} is based on another version of '${path}': its approvals are void`,
    { exitCode: 1, hint: 'its author must propose it again: git realm sync, or git realm join' },
  );

/** A contract's text with the date from which it is in effect. */
export const withEffect = (path: string, text: string, at: string): string =>
  editText('contract', path, text, [{ op: 'set', path: ['effective_at'], value: at }]);
