import { RealmError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { kindOf } from '../kinds.ts';
import { pendingUntil } from '../releases.ts';
import { blobOf, restoreTexts } from './land.ts';
import type { Op, Verb } from './types.ts';

export interface UnlandOp extends Op {
  verb: 'unland';
  /** The proposal whose approval was withdrawn. */
  proposal: string;
  subject: string;
  /** What each file is now and what it becomes again, as blobs; `null`: no such file. */
  files: { [path: string]: { from: string | null; to: string | null } };
  /** The texts that come back, by path. */
  payload?: JsonObject;
}

/**
 * What landed by a withdrawn approval is reverted, while its grace period runs: the version before has been
 * valid all along. What was built on it meanwhile keeps it.
 */
export const unland: Verb<UnlandOp> = {
  reads: (op) => Object.keys(op.files),
  plan: (op, view) => {
    const files = new Map<string, string | null>();
    for (const [path, { from, to }] of Object.entries(op.files)) {
      const now = blobOf(view.text(path) ?? null, from ?? to);
      if (now === to) continue;
      const contract = view.model.file('contract', path);
      if (now !== from) {
        if (kindOf(path) === 'contract') throw builtUpon(op, path);
        continue;
      }
      if (contract !== undefined && pendingUntil(contract, Date.parse(op.at)) === null)
        throw inEffect(op, contract.effective_at);
      files.set(path, to === null ? null : String(op.payload?.[path] ?? ''));
    }
    if (files.size === 0) return { kind: 'nothing', why: `nothing of proposal ${op.proposal} is published` };
    return {
      kind: 'commit',
      subject: `withdrawn: ${op.subject}`,
      body: [],
      files,
      facts: { proposal: op.proposal },
    };
  },
  restore: restoreTexts,
};

/** It is too late to withdraw the approval. */
export const inEffect = (op: Pick<UnlandOp, 'proposal'>, since: string | undefined): RealmError =>
  new RealmError(
    'in-effect',
    since === undefined
      ? `proposal ${op.proposal} is in effect: its approval can no longer be withdrawn`
      : `proposal ${op.proposal} has been in effect since ${since}: its approval can no longer be withdrawn`,
    { exitCode: 1, hint: 'publish a new version that reverts it' },
  );

const builtUpon = (op: UnlandOp, path: string): RealmError =>
  new RealmError('built-upon', `'${path}' was changed after proposal ${op.proposal} landed`, {
    exitCode: 1,
    hint: 'publish a new version that reverts it',
  });
