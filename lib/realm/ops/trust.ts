import { RealmError } from '../../errors.ts';
import { editText } from '../edits.ts';
import { createFile } from '../emit.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { samePerson } from '../people.ts';
import { gpgKeyOwner, mayStillSign, withoutSigner, withSigner } from '../signers.ts';
import type { Op, Planned, Verb, View } from './types.ts';

export interface TrustAllowOp extends Op {
  verb: 'trust-allow';
  person: string;
  /** `gpg`: the armoured key is the payload. */
  kind: 'ssh' | 'gpg';
  /** ssh: `key-type key`. */
  key?: string;
  /** `YYYYMMDD`, in UTC. */
  until?: string;
}

export interface TrustRevokeOp extends Op {
  verb: 'trust-revoke';
  person: string;
}

export interface TrustRequireOp extends Op {
  verb: 'trust-require';
  required: boolean;
}

export interface TrustLoginOp extends Op {
  verb: 'trust-login';
  login: string;
  person: string;
}

/** A key may sign for somebody. */
export const trustAllow: Verb<TrustAllowOp> = {
  reads: (op) => [paths.allowedSigners, gpgPath(op.person)],
  plan: (op, view) => {
    mustApprove(view.model, op.by);
    const path = op.kind === 'gpg' ? gpgPath(op.person) : paths.allowedSigners;
    const now = view.text(path) ?? '';
    const text =
      op.kind === 'gpg'
        ? String(op.payload?.text ?? '')
        : withSigner(now, op.person, op.key ?? '', op.until ?? null);
    return committed(
      `allow ${op.person} to sign`,
      now === text ? [] : [[path, text]],
      'that key is already trusted',
    );
  },
  restore: (op, own) => ({ text: own.text(gpgPath(op.person)) ?? '' }),
};

/** No key signs for somebody any more. What was signed and accepted stays. */
export const trustRevoke: Verb<TrustRevokeOp> = {
  reads: (op) => [paths.allowedSigners, gpgPath(op.person)],
  plan: (op, view) => {
    mustApprove(view.model, op.by);
    const now = view.text(paths.allowedSigners) ?? '';
    const text = withoutSigner(now, op.person);
    const own = view.model
      .under(paths.gpgKeys)
      .filter((path) => samePerson(gpgKeyOwner(path) ?? '', op.person));
    const files: [string, string | null][] = own.map((path) => [path, null]);
    if (text !== now) files.push([paths.allowedSigners, text]);
    const left = view.model.under(paths.gpgKeys).filter((path) => !own.includes(path));
    mustNotLockOut(view.model, text, left, op);
    return committed(
      `revoke the keys of ${op.person}`,
      files,
      `no key is trusted to sign for '${op.person}'`,
    );
  },
};

/** Signatures are required from now on, or no more. */
export const trustRequire: Verb<TrustRequireOp> = {
  reads: () => [paths.realm, paths.allowedSigners],
  plan: (op, view) => {
    mustApprove(view.model, op.by);
    const is = view.model.realm?.trust?.require_signed_commits === true;
    if (is === op.required)
      return { kind: 'nothing', why: `signatures are already ${is ? 'required' : 'not required'}` };
    if (op.required) mustSignNow(view, op);
    const edits = [{ op: 'set' as const, path: ['trust', 'require_signed_commits'], value: op.required }];
    const text = editText('realm', paths.realm, view.text(paths.realm) ?? '', edits);
    const subject = op.required ? 'require signatures' : 'stop requiring signatures';
    return committed(subject, [[paths.realm, text]], '');
  },
};

/** A login of the realm's server stands for somebody. */
export const trustLogin: Verb<TrustLoginOp> = {
  reads: () => [paths.users],
  plan: (op, view) => {
    mustApprove(view.model, op.by);
    const now = view.text(paths.users);
    const edits = [{ op: 'set' as const, path: ['users', op.login], value: op.person }];
    const text =
      now === undefined
        ? createFile('users', { users: { [op.login]: op.person } })
        : editText('users', paths.users, now, edits);
    const subject = `login ${op.login} stands for ${op.person}`;
    return committed(subject, now === text ? [] : [[paths.users, text]], `${subject}: unchanged`);
  },
};

const gpgPath = (person: string): string => `${paths.gpgKeys}${person}.asc`;

const committed = (subject: string, files: readonly [string, string | null][], nothing: string): Planned =>
  files.length === 0
    ? { kind: 'nothing', why: nothing }
    : { kind: 'commit', subject, body: [], files: new Map(files), facts: {} };

function mustApprove(model: RealmModel, by: string): void {
  const { approvers } = model.governance();
  if (approvers.some((approver) => samePerson(approver, by))) return;
  throw new RealmError('not-approver', `'${by}' is not an approver of this realm`, {
    exitCode: 1,
    hint:
      approvers.length === 0 ? 'the realm has no approvers: see realm.yaml' : `ask ${approvers.join(' or ')}`,
  });
}

/** Anyone who requires signatures has a key that counts: the next change of the rules needs one. */
function mustSignNow(view: View, op: Op): void {
  const signers = view.text(paths.allowedSigners) ?? '';
  const owners = view.model.under(paths.gpgKeys).flatMap((path) => gpgKeyOwner(path) ?? []);
  if (mayStillSign(signers, owners, op.by, new Date(op.at))) return;
  throw new RealmError(
    'locked-out',
    `no key is trusted to sign for '${op.by}': you would lose access to the rules`,
    {
      exitCode: 1,
      hint: `git realm trust allow ${op.by} ~/.ssh/id_ed25519.pub`,
    },
  );
}

function mustNotLockOut(model: RealmModel, signers: string, gpg: readonly string[], op: TrustRevokeOp): void {
  const required = model.realm?.trust?.require_signed_commits === true;
  const owners = gpg.flatMap((path) => gpgKeyOwner(path) ?? []);
  const { approvers } = model.governance();
  if (!required || approvers.some((approver) => mayStillSign(signers, owners, approver, new Date(op.at))))
    return;
  throw new RealmError('locked-out', 'no approver could sign any more, so nobody could change the rules', {
    exitCode: 1,
    hint: 'first allow another key of an approver: git realm trust allow <address> <key>',
  });
}
