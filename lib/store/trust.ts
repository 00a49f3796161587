import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Commit } from '../git/commit.ts';
import { type Keyring, makeKeyring } from '../git/keyring.ts';
import type { GitPlace } from '../git/run.ts';
import { signatureStatus } from '../git/signature.ts';
import { folderAt } from '../git/tree.ts';
import { certificateIn } from '../governance/certificates.ts';
import { paths } from '../realm/kinds.ts';
import { asciiLower } from '../realm/people.ts';
import { gpgKeyOwner, signersEver, signersOf } from '../realm/signers.ts';
import type { Store } from './store.ts';

/** What a signature proves: that this person made it, or in words why not. */
export type Signature = { kind: 'good' } | { kind: 'none' } | { kind: 'bad'; why: string };

/** Who may sign, as one tree of a realm has it (`trust/`). */
export interface Trust {
  allowedSigners: string;
  /** Armoured public keys by the e-mail address of their owner, in lower case. */
  gpgKeys: ReadonlyMap<string, string>;
  /** A folder of our own, made when the first signature is looked at. */
  folder(): Promise<string>;
  /** Made when the first gpg signature is looked at. */
  keyring(): Promise<Keyring | 'no gpg'>;
  close(): Promise<void>;
}

/** The keys that count by the tree of a revision; one without `trust/` trusts nobody. Close it. */
export async function trustAt(store: Store, revision: string): Promise<Trust> {
  const { objects } = store;
  const tree = (await objects.info(`${revision}^{tree}`))?.oid;
  if (tree === undefined) return trustOf('', new Map());
  const text = async (oid: string | undefined) => {
    const blob = oid === undefined ? null : await objects.read(oid);
    return blob?.type === 'blob' ? blob.bytes.toString('utf8') : '';
  };
  const signers = (await folderAt(objects, tree, 'trust')).get('allowed_signers');
  const keys = new Map<string, string>();
  for (const [name, oid] of await folderAt(objects, tree, paths.gpgKeys.slice(0, -1))) {
    const owner = gpgKeyOwner(paths.gpgKeys + name);
    if (owner !== undefined) keys.set(asciiLower(owner), await text(oid));
  }
  return trustOf(await text(signers), keys);
}

function trustOf(allowedSigners: string, gpgKeys: ReadonlyMap<string, string>): Trust {
  let made: Promise<string> | undefined;
  let ring: Promise<Keyring | 'no gpg'> | undefined;
  const folder = () => {
    made ??= mkdtemp(path.join(tmpdir(), 'realm-trust-'));
    return made;
  };
  return {
    allowedSigners,
    gpgKeys,
    folder,
    keyring: () => {
      ring ??= folder().then((top) => makeKeyring(path.join(top, 'gpg'), gpgKeys));
      return ring;
    },
    close: async () => {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
    },
  };
}

export interface Claim {
  repo: GitPlace;
  commit: Pick<Commit, 'oid' | 'signature'>;
  /** The claimed signer. */
  email: string;
  /** Keys have to be valid now, not only when the commit says that it was made. `null`: history, long accepted. */
  now: Date | null;
  /** Where git finds the commit, if it is not among the repository's objects. */
  more?: NodeJS.ProcessEnv;
}

/**
 * Did this person sign the commit? Judged by git with the keys of the realm alone: no setting, keyring or program of the
 * repository has an effect.
 */
export async function checkSignature(trust: Trust, claim: Claim): Promise<Signature> {
  const { signature } = claim.commit;
  if (signature === null) return { kind: 'none' };
  if (signature.startsWith('-----BEGIN SSH SIGNATURE-----')) return checkSsh(trust, claim);
  if (/^-----BEGIN PGP (SIGNATURE|MESSAGE)-----/.test(signature)) return checkGpg(trust, claim);
  return bad('its signature format is not supported: use an ssh or gpg key');
}

const bad = (why: string): Signature => ({ kind: 'bad', why });

async function checkSsh(trust: Trust, { repo, commit, email, now, more }: Claim): Promise<Signature> {
  const folder = await mkdtemp(path.join(await trust.folder(), 'ssh-'));
  const file = path.join(folder, 'allowed_signers');
  const ask = async (allowed: string) => {
    await writeFile(file, allowed);
    const settings = [`gpg.ssh.allowedSignersFile=${file}`, 'gpg.ssh.program=ssh-keygen'];
    return signatureStatus(repo, commit.oid, settings, more);
  };
  const { status } = await ask(signersOf(trust.allowedSigners, email, now));
  if (status === 'G') return certified(commit.signature ?? '', email, now);
  if (status === 'B') return bad('its signature is not valid');
  const once = (await ask(signersEver(trust.allowedSigners, email))).status === 'G';
  if (once) return bad(`it is signed by a key of '${email}' that has expired, or is not valid yet`);
  const { signer } = await ask(trust.allowedSigners);
  return bad(
    signer === '' || signer === email
      ? `it is signed by a key that is not among the allowed signers of '${email}'`
      : `it is signed by a key of '${signer}', not of '${email}'`,
  );
}

/** A certificate has to be valid now too: the date of a commit is its maker's to choose. */
function certified(signature: string, email: string, now: Date | null): Signature {
  const validity = now === null ? null : certificateIn(signature);
  if (validity === null || now === null) return { kind: 'good' };
  if (validity === 'unreadable') return bad('it is signed by an unsupported kind of certificate');
  return now.getTime() >= validity.after && now.getTime() < validity.before
    ? { kind: 'good' }
    : bad(`it is signed by a certificate of '${email}' that has expired, or is not valid yet`);
}

async function checkGpg(trust: Trust, { repo, commit, email, now, more }: Claim): Promise<Signature> {
  const ring = await trust.keyring();
  if (ring === 'no gpg')
    return bad('it is signed with gpg, but gpg is not installed on the machine that checks it');
  const settings = ['gpg.openpgp.program=gpg', 'gpg.minTrustLevel=undefined'];
  const home = { ...more, GNUPGHOME: ring.home };
  const { status, primary } = await signatureStatus(repo, commit.oid, settings, home);
  if (status === 'B') return bad('its signature is not valid');
  if (status === 'R') return bad('it is signed by a gpg key that was revoked');
  if (status === 'X' || (status === 'Y' && now !== null))
    return bad('it is signed by a gpg key that has expired');
  const owners = [...ring.owners].filter(([, prints]) => prints.includes(primary)).map(([owner]) => owner);
  // U: nobody certified the key in this keyring, which holds the realm's keys and no others.
  if (!['G', 'U', 'Y'].includes(status) || owners.length === 0)
    return bad(`it is signed by a gpg key that is not in '${paths.gpgKeys}'`);
  if (owners.includes(asciiLower(email))) return { kind: 'good' };
  return bad(`it is signed by a key of '${owners[0]}', not of '${email}'`);
}
