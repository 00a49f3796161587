import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../../errors.ts';
import { keyIn } from '../../governance/keys.ts';
import { paths } from '../../realm/kinds.ts';
import type { TrustAllowOp, TrustLoginOp, TrustRequireOp, TrustRevokeOp } from '../../realm/ops/trust.ts';
import type { Op } from '../../realm/ops/types.ts';
import { gpgKeyOwner, signerLines } from '../../realm/signers.ts';
import { applyOp } from '../../store/engine.ts';
import { exchange } from '../../store/exchange.ts';
import { type Context, isoSeconds, opHead } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { noteWaiting, shareStore } from '../share/share.ts';
import { whoIn } from './decide.ts';

/** A key that counts for somebody, or the line that says so and does not parse. */
export interface Signer {
  /** E-mail addresses or patterns. */
  people: readonly string[];
  kind: 'ssh' | 'gpg';
  /** ssh: type and key; gpg: the file. */
  key: string;
  /** ISO 8601. */
  from: string | null;
  until: string | null;
  problem: string | null;
}

export interface TrustShown {
  required: boolean;
  signers: Signer[];
  /** Login of the server to e-mail address. */
  logins: Record<string, string>;
}

/** Whose signatures and logins count in this realm. */
export const showTrust = (context: Context): Promise<TrustShown> =>
  inRealm(context, async ({ snapshot }) => {
    const { model } = snapshot;
    const ssh = signerLines((await snapshot.text(paths.allowedSigners)) ?? '').map(
      (line): Signer => ({
        people: line.principals,
        kind: 'ssh',
        key: line.key,
        from: line.validAfter === null ? null : isoSeconds(new Date(line.validAfter)),
        until: line.validBefore === null ? null : isoSeconds(new Date(line.validBefore)),
        problem: line.problem === null ? null : `'${paths.allowedSigners}' line ${line.line} ${line.problem}`,
      }),
    );
    const gpg = model.under(paths.gpgKeys).map((file): Signer => {
      const owner = gpgKeyOwner(file);
      const problem = owner === undefined ? `'${file}' is not named after an e-mail address` : null;
      return { people: [owner ?? ''], kind: 'gpg', key: file, from: null, until: null, problem };
    });
    return {
      required: model.realm?.trust?.require_signed_commits === true,
      signers: [...ssh, ...gpg],
      logins: model.file('users', paths.users)?.users ?? {},
    };
  });

export interface TrustDone {
  commit: string | null;
  /** Why nothing was changed. */
  why: string | null;
}

/** Let a key, given as a file or in full, sign for somebody. Only approvers do. Throws `bad-key`. */
export async function allowKey(
  context: Context,
  person: string,
  given: string,
  until: string | null,
): Promise<TrustDone> {
  const text = /^(ssh|ecdsa|sk)-\S+ /.test(given)
    ? given
    : await readFile(path.resolve(context.cwd, given), 'utf8').catch((cause: Error) => {
        throw new RealmError('bad-key', `cannot read key '${given}': ${cause.message}`, {
          hint: 'specify a public key: ~/.ssh/id_ed25519.pub, or the output of gpg --armor --export',
          cause,
        });
      });
  const key = keyIn(given, text);
  return change<TrustAllowOp>(context, {
    verb: 'trust-allow',
    person: address(person),
    ...(key.kind === 'ssh' ? { kind: 'ssh', key: key.key } : { kind: 'gpg', payload: { text: key.text } }),
    ...(until === null ? {} : { until: dayOf(until) }),
  });
}

export const revokeKeys = (context: Context, person: string): Promise<TrustDone> =>
  change<TrustRevokeOp>(context, { verb: 'trust-revoke', person: address(person) });

/** Require signatures, or no longer. The commit that requires them is signed: anyone who cannot sign learns it now. */
export const requireSignatures = (context: Context, required: boolean): Promise<TrustDone> =>
  change<TrustRequireOp>(context, { verb: 'trust-require', required });

export const mapLogin = (context: Context, login: string, person: string): Promise<TrustDone> =>
  change<TrustLoginOp>(context, { verb: 'trust-login', login, person: address(person) });

type Asked<O extends Op> = Omit<O, 'id' | 'at' | 'by'> & { verb: O['verb'] };

const change = <O extends Op>(context: Context, asked: Asked<O>): Promise<TrustDone> =>
  inRealm(context, async ({ store }) => {
    const person = await whoIn(context);
    const signing = person.signing && { ...person.signing, always: true };
    const who = asked.verb === 'trust-require' && signing ? { ...person, signing } : person;
    await exchange(store, who);
    const op = { ...opHead(context, who), ...asked } as unknown as Op;
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) context.note(applied.word);
    noteWaiting(context, await shareStore(context, store, who));
    const why = applied.planned.kind === 'nothing' ? applied.planned.why : null;
    return { commit: applied.commit, why };
  });

/** It becomes a file's name and a line's first word. Throws `bad-address`. */
function address(text: string): string {
  if (/^[A-Za-z0-9_][\w.+%-]*@[A-Za-z0-9][\w.-]*$/.test(text)) return text;
  throw new RealmError('bad-address', `'${text}' is not a valid e-mail address`, {
    hint: 'for example eric@example.com',
  });
}

/** `2027-01-31` as the format of allowed signers has it. Throws `bad-date`. */
function dayOf(text: string): string {
  const day = text.replaceAll('-', '');
  const date = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  if (/^\d{8}$/.test(day) && !Number.isNaN(date)) return day;
  throw new RealmError('bad-date', `'${text}' is not a valid date`, { hint: 'for example 2027-01-31' });
}
