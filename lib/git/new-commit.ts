import { RealmError } from '../errors.ts';
import { fastImport, type NewCommit, type StartedImport } from './fast-import.ts';
import { setRef, swapRef } from './refs.ts';
import type { Repository } from './repository.ts';
import { signCommit } from './signing.ts';

type Repo = Pick<Repository, 'git' | 'commonDir'>;

/**
 * One commit on a ref; `null` when the ref had moved. A signed one is made on a private ref, signed, and swapped in; where it
 * cannot be signed nothing is changed. `started`: a process that waits for it. Throws what `fastImport` and `signCommit` throw.
 */
export async function newCommit(
  repo: Repo,
  commit: NewCommit & { sign?: boolean },
  started?: StartedImport,
): Promise<string | null> {
  const { ref, from, force, identity } = commit;
  if (commit.sign !== true) return fastImport(repo, commit, started);
  const scratch = scratchRef();
  const unsigned = await fastImport(repo, { ...commit, ref: scratch, force: true }, started);
  if (unsigned === null)
    throw new RealmError('realm-write-failed', `cannot write to '${repo.commonDir}'`, {
      hint: 'nothing was changed; check free space and permissions, then run the command again',
    });
  try {
    const signed = await signCommit(repo, unsigned, identity);
    if (!force) return (await swapRef(repo, ref, from, signed)) ? signed : null;
    await setRef(repo, ref, signed);
    return signed;
  } finally {
    await swapRef(repo, scratch, unsigned, null);
  }
}

function scratchRef(): string {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex');
  return `refs/realm/scratch/sign-${process.pid}-${random}`;
}
