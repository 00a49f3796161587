import { identityOf, type Member } from '../../checkout/member.ts';
import { RealmError } from '../../errors.ts';
import { paths } from '../../realm/kinds.ts';
import { samePerson } from '../../realm/people.ts';
import { gpgKeyOwner, signersOf } from '../../realm/signers.ts';
import type { Snapshot } from '../../store/snapshot.ts';
import type { Context } from '../open/context.ts';
import type { Symptom } from './types.ts';

/** Where the realm requires signatures: will commits of this user be accepted? Reported before one is refused. */
export async function signingFindings(
  context: Context,
  member: Member,
  snapshot: Snapshot,
): Promise<Symptom[]> {
  if (snapshot.model.realm?.trust?.require_signed_commits !== true) return [];
  const realm = `realm '${member.file.realm.name}' requires signatures`;
  const who = whoOrNull(context, member);
  if (who === null) return [];
  const { email, signing } = who;
  const findings: Symptom[] = [];
  if (signing?.format === 'ssh' && signing.key === '' && signing.keyCommand === '')
    findings.push({
      id: 'no-signing-key',
      level: 'error',
      message: `${realm}, but '${email}' has no signing key`,
      hint: 'git config --global user.signingKey ~/.ssh/id_ed25519.pub',
    });
  const ssh = signersOf((await snapshot.text(paths.allowedSigners)) ?? '', email, context.now());
  const gpg = snapshot.model.under(paths.gpgKeys).some((file) => samePerson(gpgKeyOwner(file) ?? '', email));
  if (ssh === '' && !gpg)
    findings.push({
      id: 'key-not-trusted',
      level: 'error',
      message: `${realm}, but does not trust any key of '${email}'`,
      hint: `ask an approver: git realm trust allow ${email} <your public key>`,
    });
  return findings;
}

/** A user without an identity gets that message from every command. */
function whoOrNull(context: Context, member: Member) {
  try {
    return identityOf(member.config, context.env);
  } catch (error) {
    if (error instanceof RealmError) return null;
    throw error;
  }
}
