import { createHash } from 'node:crypto';
import { RealmError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Op, Verb } from './types.ts';

export interface LandOp extends Op {
  verb: 'land';
  /** The proposal that was approved. */
  proposal: string;
  subject: string;
  /** What it was made against and what it makes of it, as blobs; `null`: no such file. */
  files: { [path: string]: { from: string | null; to: string | null } };
  /** The texts that come, by path. */
  payload?: JsonObject;
}

/** An approved proposal becomes part of the realm: exactly what was approved, where nothing of it moved meanwhile. */
export const land: Verb<LandOp> = {
  reads: (op) => Object.keys(op.files),
  plan: (op, view) => {
    const files = new Map<string, string | null>();
    for (const [path, { from, to }] of Object.entries(op.files)) {
      const now = view.text(path);
      const text = to === null ? null : String(op.payload?.[path] ?? '');
      if ((now ?? null) === text) continue;
      if ((now === undefined ? null : blobOf(now, (from ?? to ?? '').length)) !== from)
        throw outdated(op, path);
      files.set(path, text);
    }
    if (files.size === 0) return { kind: 'nothing', why: `proposal ${op.proposal} has landed already` };
    return { kind: 'commit', subject: op.subject, body: [], files, facts: { proposal: op.proposal } };
  },
  restore: (op, own) =>
    Object.fromEntries(
      Object.keys(op.files).flatMap((path) => {
        const text = own.text(path);
        return text === undefined ? [] : [[path, text]];
      }),
    ),
};

/** The blob id that git gives a text; its length tells the repository's hash. */
function blobOf(text: string, length: number): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash(length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

export const outdated = (op: Pick<LandOp, 'proposal'>, path: string): RealmError =>
  new RealmError(
    'proposal-outdated',
    `proposal ${op.proposal} was made against another '${path}': approvals of it do not count`,
    { exitCode: 1, hint: 'its author makes it anew: git realm sync, or git realm join' },
  );
