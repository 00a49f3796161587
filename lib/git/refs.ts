import { refuseLeftLock } from './lock-file.ts';
import { readRefFile } from './ref-files.ts';
import type { Repository } from './repository.ts';
import type { GitPlace } from './run.ts';

export interface Ref {
  name: string;
  oid: string;
  /** Where a symbolic ref points; '' for others. */
  symref: string;
}

/** The refs that match the patterns, in one process. */
export async function listRefs(repo: GitPlace, patterns: readonly string[]): Promise<Ref[]> {
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

/** The refs below these prefixes that git itself skips: their files hold no object's name, or their names are not allowed. */
export async function brokenRefs(place: GitPlace, prefixes: readonly string[]): Promise<string[]> {
  const { stderr } = await place.git(['for-each-ref', '--format=%(refname)', ...prefixes], { ok: [0, 128] });
  const said = stderr.matchAll(/ignoring (?:broken|dangling) ref (.+)|ref with broken name (.+)/g);
  return [...new Set([...said].map(([, broken, misnamed]) => (broken ?? misnamed ?? '').trim()))];
}

/** What a symbolic ref names, whether that exists or not; `null`: it is not a symbolic ref, or not there. */
export async function symbolicRef(place: GitPlace, name: string): Promise<string | null> {
  const { code, stdout } = await place.git(['symbolic-ref', '-q', name], { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('utf8').trimEnd() : null;
}

/** Put a ref where it is to be, wherever it is; `null` deletes it. Throws `git-failed`, `git-lock`. */
export async function setRef(place: GitPlace, name: string, to: string | null): Promise<void> {
  await place.git(to === null ? ['update-ref', '-d', name] : ['update-ref', name, to]);
}

/**
 * Move a ref if it is still at `from` (`null`: does not exist). False when it had moved. `to` null deletes it. Throws
 * `git-lock` where a lock file that was left behind is in the way.
 */
export async function swapRef(
  repo: GitPlace,
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
export async function swapRefs(repo: GitPlace, moves: readonly RefMove[]): Promise<void> {
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
export async function resolveRevision(repo: GitPlace, revision: string): Promise<string | null> {
  const args = ['rev-parse', '-q', '--verify', '--end-of-options', revision];
  const { code, stdout } = await repo.git(args, { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('latin1').trim() : null;
}
