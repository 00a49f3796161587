import type { GitPlace } from './run.ts';

/** What git says of a commit's signature: `%G?`, whose key it is, and the primary key's fingerprint (git-log(1)). */
export interface SignatureStatus {
  status: string;
  signer: string;
  primary: string;
}

/** Ask git, with these settings (`key=value`) over those of the repository. */
export async function signatureStatus(
  repo: GitPlace,
  commit: string,
  settings: readonly string[],
  more: NodeJS.ProcessEnv | undefined,
): Promise<SignatureStatus> {
  const fixed = ['gpg.ssh.revocationFile=', 'log.showSignature=false', ...settings];
  const format = '--format=%G?%x00%GS%x00%GP';
  const { stdout } = await repo.git(
    [...fixed.flatMap((setting) => ['-c', setting]), 'log', '-1', '--no-notes', '--no-color', format, commit],
    { more, ok: [0, 128] },
  );
  const [status = '', signer = '', primary = ''] = stdout.toString('utf8').trimEnd().split('\0');
  return { status, signer, primary };
}
