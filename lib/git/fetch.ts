import type { GitPlace } from './run.ts';

/** What is to be brought here from a remote. */
export interface FetchRequest {
  /** Its name, or a URL that `mayReach` allows. */
  remote: string;
  /** Default: those that its configuration names. */
  refspecs?: readonly string[];
  /** Tags that point into what is fetched come along; by default none does. */
  withTags?: boolean;
  /** A ref that would lose commits is noticed, and none is pruned, whatever the user has configured (git-config(1)). */
  watchful?: boolean;
}

export interface FetchAnswer {
  /** `kept`: the remote answered, and a ref here was not moved. `failed`: it was not reached, or lacks one of the refs. */
  kind: 'fetched' | 'kept' | 'failed';
  stderr: string;
}

const WATCHFUL = ['-c', 'fetch.prune=false', '-c', 'fetch.showForcedUpdates=true'];

/** Bring refs, and the objects that they need. `FETCH_HEAD` stays the user's, and nothing is packed afterwards. */
export async function fetchRefs(place: GitPlace, request: FetchRequest): Promise<FetchAnswer> {
  const { code, stderr } = await place.git(wordsOf(request), { ok: [0, 1, 128, 129] });
  return { kind: code === 0 ? 'fetched' : code === 1 ? 'kept' : 'failed', stderr };
}

/** As `fetchRefs`, where anything but all of it is a failure. Throws `git-failed`. */
export async function mustFetch(place: GitPlace, request: FetchRequest): Promise<void> {
  await place.git(wordsOf(request));
}

function wordsOf({ remote, refspecs = [], withTags = false, watchful = false }: FetchRequest): string[] {
  return [
    ...(watchful ? WATCHFUL : []),
    'fetch',
    '--quiet',
    ...(withTags ? [] : ['--no-tags']),
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    remote,
    ...refspecs,
  ];
}
