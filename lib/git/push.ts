import type { GitPlace } from './run.ts';

/** What is to become of a remote's refs. */
export interface PushRequest {
  /** Its name, or a URL that `mayReach` allows. */
  remote: string;
  /** `<source>:<ref>`; without a source the ref goes. */
  refspecs: readonly string[];
  /** Refs that move only from where they are known to be; `''`: which do not exist yet. Others only move forward. */
  leases?: readonly (readonly [ref: string, oid: string])[];
  /** The refs move from wherever they are. */
  force?: boolean;
  /** All of the refs move, or none. */
  atomic?: boolean;
  /** Only ask whether the remote would take it: nothing moves. */
  dryRun?: boolean;
  /** The branches follow these from now on. */
  setUpstream?: boolean;
  /** The user's own pre-push hook is asked; by default it is not. */
  withHook?: boolean;
  /** Oids in the answer are whole. */
  fullOids?: boolean;
  /** Nothing is said of each ref: the answer is a status. */
  quiet?: boolean;
}

/** What `refusalOf` reads of a push that was not taken. */
export interface PushAnswer {
  taken: boolean;
  /** A line for each ref (git-push(1), OUTPUT, `--porcelain`). */
  stdout: string;
  stderr: string;
}

/** Ask a remote to move refs. One that refuses, or is not reached, is an answer; `refusalOf` tells the two apart. */
export async function push(place: GitPlace, request: PushRequest): Promise<PushAnswer> {
  const { code, stdout, stderr } = await place.git(wordsOf(request), { ok: [0, 1, 128] });
  return { taken: code === 0, stdout: stdout.toString('utf8'), stderr };
}

/** As `push`, where a remote that does not take it is a failure. Throws `git-failed`. */
export async function mustPush(place: GitPlace, request: PushRequest): Promise<void> {
  await place.git(wordsOf(request));
}

function wordsOf(request: PushRequest): string[] {
  const { remote, refspecs, leases = [] } = request;
  return [
    ...(request.fullOids ? ['-c', 'core.abbrev=no'] : []),
    'push',
    request.quiet ? '--quiet' : '--porcelain',
    ...(request.setUpstream ? ['--set-upstream'] : []),
    ...(request.dryRun ? ['--dry-run'] : []),
    ...(request.withHook ? [] : ['--no-verify']),
    ...(request.atomic ? ['--atomic'] : []),
    ...(request.force ? ['--force'] : []),
    ...leases.map(([ref, oid]) => `--force-with-lease=${ref}:${oid}`),
    remote,
    ...refspecs,
  ];
}
