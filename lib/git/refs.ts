import { refuseLeftLock } from './lock-file.ts';
import { readRefFile } from './ref-files.ts';
import type { Repository } from './repository.ts';

export interface Ref {
  name: string;
  oid: string;
  /** Where a symbolic ref points; '' for others. */
  symref: string;
}

/** The refs that match the patterns, in one process. */
export async function listRefs(repo: Pick<Repository, 'git'>, patterns: readonly string[]): Promise<Ref[]> {
  const format = '%(refname)%00%(objectname)%00%(symref)';
  const { stdout } = await repo.git(['for-each-ref', `--format=${format}`, ...patterns], { ok: [0, 128] });
  return stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', oid = '', symref = ''] = line.split('\0');
      return { name, oid, symref };
    });
}

/**
 * Move a ref if it is still at `from` (`null`: does not exist). False when it had moved. `to` null deletes it. Throws
 * `git-lock` where a lock file that was left behind is in the way.
 */
export async function swapRef(
  repo: Pick<Repository, 'git'>,
  name: string,
  from: string | null,
  to: string | null,
): Promise<boolean> {
  if (from === null && to === null) return true;
  // An empty old value means that the ref must not exist yet (git-update-ref(1)).
  const args = to === null ? ['update-ref', '-d', name, from ?? ''] : ['update-ref', name, to, from ?? ''];
  const { code, stderr } = await repo.git(args, { ok: [0, 1, 128] });
  if (code !== 0) refuseLeftLock(stderr);
  return code === 0;
}

/** One ref to move, as `swapRef` takes it. */
export interface RefMove {
  name: string;
  from: string | null;
  to: string;
}

/** Move many refs in one process; where some cannot be moved the others are. Throws `git-lock` as `swapRef`. */
export async function swapRefs(repo: Pick<Repository, 'git'>, moves: readonly RefMove[]): Promise<void> {
  const [only] = moves;
  if (only === undefined) return;
  if (moves.length === 1) return void (await swapRef(repo, only.name, only.from, only.to));
  // Fields end with NUL, and an old value that is all zeros says that there is no such ref yet (git-update-ref(1)).
  const input = moves
    .map(({ name, from, to }) => `update ${name}\0${to}\0${from ?? '0'.repeat(to.length)}\0`)
    .join('');
  const { code } = await repo.git(['update-ref', '-z', '--stdin'], { input, ok: [0, 1, 128] });
  if (code === 0) return;
  // All or nothing is git's rule: whichever is in the way is found in halves.
  const half = Math.ceil(moves.length / 2);
  await swapRefs(repo, moves.slice(0, half));
  await swapRefs(repo, moves.slice(half));
}

/** The oid of a ref by its full name, or `null`: without a process where its file can be read. */
export async function resolveRef(
  repo: Pick<Repository, 'git' | 'gitDir' | 'commonDir' | 'refFiles'>,
  name: string,
): Promise<string | null> {
  return repo.refFiles ? (readRefFile(repo, name)?.oid ?? null) : resolveRevision(repo, name);
}

/** The oid a revision names, or `null`. */
export async function resolveRevision(
  repo: Pick<Repository, 'git'>,
  revision: string,
): Promise<string | null> {
  const args = ['rev-parse', '-q', '--verify', '--end-of-options', revision];
  const { code, stdout } = await repo.git(args, { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('latin1').trim() : null;
}

/** Is `ancestor` reachable from `tip`? `unknown` where one of them is not here (shallow, never fetched). */
export async function isAncestor(
  repo: Pick<Repository, 'git'>,
  ancestor: string,
  tip: string,
): Promise<boolean | 'unknown'> {
  if (ancestor === tip) return true;
  const { code } = await repo.git(['merge-base', '--is-ancestor', ancestor, tip], { ok: [0, 1, 128] });
  return code === 0 ? true : code === 1 ? false : 'unknown';
}
