import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Repository } from './repository.ts';

/** What git says of a commit's signature: whose it is, or in words why it proves nothing. */
export type Signature = { kind: 'good'; signer: string } | { kind: 'none' } | { kind: 'bad'; why: string };

const whys: Record<string, string> = {
  B: 'its signature does not fit it',
  U: 'it is signed by a key that is not among the allowed signers',
  X: 'its signature has expired',
  Y: 'it is signed by a key that has expired',
  R: 'it is signed by a key that was revoked',
  E: 'its signature cannot be checked: unknown key, or an allowed-signers file that does not parse',
};

/**
 * Check a commit's ssh or gpg signature by git's own means, against an allowed-signers file of this content (git-config(1),
 * `gpg.ssh.allowedSignersFile`); gpg keys count as far as the keyring here trusts them.
 */
export async function signatureOf(
  repo: Pick<Repository, 'git'>,
  commit: string,
  allowedSigners: string,
): Promise<Signature> {
  const folder = await mkdtemp(path.join(tmpdir(), 'realm-signers-'));
  try {
    const file = path.join(folder, 'allowed_signers');
    await writeFile(file, allowedSigners);
    const config = ['-c', `gpg.ssh.allowedSignersFile=${file}`, '-c', 'gpg.ssh.revocationFile='];
    const { stdout } = await repo.git([...config, 'log', '-1', '--no-notes', '--format=%G?%x00%GS', commit]);
    const [status = '', signer = ''] = stdout.toString('utf8').trimEnd().split('\0');
    if (status === 'N') return { kind: 'none' };
    if (status !== 'G') return { kind: 'bad', why: whys[status] ?? whys.E ?? '' };
    return { kind: 'good', signer: /<([^>]+)>\s*$/.exec(signer)?.[1] ?? signer };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
