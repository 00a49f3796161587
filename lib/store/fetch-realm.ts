import { statSync } from 'node:fs';
import path from 'node:path';
import { writeCache } from '../cache-file.ts';
import { RealmError } from '../errors.ts';
import { isAncestor } from '../git/ancestry.ts';
import { shortBranch } from '../git/branches.ts';
import { fetchRefs } from '../git/fetch.ts';
import { refuseLeftLock } from '../git/lock-file.ts';
import { resolveRevision } from '../git/refs.ts';
import { lastWords } from '../git/run.ts';
import { endAlarm, endAlarmIfRestored, raiseAlarm, THERE, thereFrom } from './rewrite.ts';
import type { Store } from './store.ts';

/**
 * What the remote has, kept under our own names: explicit refspecs, never a mirror, which would delete drafts and offline
 * commits (docs/design/layout.md).
 */
export const refspecs = (store: Store, remote: string): string[] => {
  const ours = `refs/realm-remotes/${remote}`;
  const branch = shortBranch(store.branch);
  return [
    // Not forced: a branch that lost commits is not followed, it raises an alarm.
    `refs/heads/${branch}:${ours}/heads/${branch}`,
    `+refs/realm/proposals/*:${ours}/proposals/*`,
    `+refs/realm/ops/*:${ours}/ops/*`,
    `+refs/notes/realm*:${ours}/notes/realm*`,
  ];
};

/** Where the remote's main branch is kept. */
export const trackingRef = (store: Store, remote: string): string =>
  `refs/realm-remotes/${remote}/heads/${shortBranch(store.branch)}`;

/**
 * Fetch only. A main branch that lost published commits raises an alarm (`rewriteOf`), and is not followed. Throws
 * `realm-unreachable` with what git said.
 */
export async function fetchRealm(store: Store, remote: string): Promise<void> {
  const fetch = (specs: readonly string[]) =>
    fetchRefs(store.repo, { remote, refspecs: specs, watchful: true });
  const result = await fetch(refspecs(store, remote));
  const tracking = trackingRef(store, remote);
  if (result.kind === 'fetched') {
    markFetched(store);
    const tip = await store.objects.resolve(tracking);
    return tip === null ? undefined : endAlarmIfRestored(store, tip);
  }
  refuseLeftLock(result.stderr);
  const known = await store.objects.resolve(tracking);
  if (/couldn't find remote ref/.test(result.stderr)) {
    if (known !== null) await raiseAlarm(store, { known, there: null });
    return;
  }
  const again = result.kind === 'kept' && known !== null;
  const forced = again ? await fetch([thereFrom(store.branch)]) : result;
  const there = await resolveRevision(store.repo, THERE);
  if (forced.kind !== 'fetched' || known === null || there === null)
    throw unreachable(result.stderr, hintOf(store));
  markFetched(store);
  if ((await isAncestor(store.repo, known, there)) !== true) return raiseAlarm(store, { known, there });
  // It lost nothing: another process moved one of the refs at the same time.
  await endAlarm(store);
  const last = await fetch(refspecs(store, remote));
  if (last.kind !== 'fetched') throw unreachable(last.stderr, hintOf(store));
}

/** When the remote was last looked at, ms since the epoch; `null`: never, or there is none. A stamp file, derived. */
export function lastFetch(store: Store): number | null {
  try {
    return statSync(path.join(store.directory, 'fetched')).mtimeMs;
  } catch {
    return null;
  }
}

const markFetched = (store: Store): void => writeCache(path.join(store.directory, 'fetched'), '');

/** What the store's own configuration says of the connection is not in effect, which may be why there is none. */
export function hintOf({ leftOut }: Store): string | undefined {
  const first = leftOut.find((setting) =>
    /^(core|http|credential|remote|url|include|includeif)\./.test(setting),
  );
  return first && `${first} is ignored in a realm's repository; if you need it: git config --global …`;
}

/** Git could not reach the remote; by what it printed, also a login that was not accepted. */
export function unreachable(
  stderr: string,
  hint = 'changes are saved locally; to push them later: git realm sync',
): RealmError {
  const words = lastWords(stderr);
  const login = /Authentication failed|could not read (Username|Password)|Permission denied|\b40[13]\b/.test(
    stderr,
  );
  return new RealmError(login ? 'realm-login' : 'realm-unreachable', `cannot reach the realm: ${words}`, {
    hint: login ? 'check your credentials for this URL (git credential, ssh key)' : hint,
  });
}
