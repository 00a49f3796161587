import { RealmError } from '../errors.ts';
import type { Identity } from '../git/fast-import.ts';
import { fetchRefs } from '../git/fetch.ts';
import { readLog } from '../git/log.ts';
import { push } from '../git/push.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import { type Refusal, refusalOf } from '../git/refusal.ts';
import { listRemote } from '../git/remote.ts';
import { shortTag } from '../tag.ts';
import { moveBranch, pushRefused } from './exchange.ts';
import { trackingRef, unreachable } from './fetch-realm.ts';
import { withLock } from './lock.ts';
import { commitsOf, operationsOf, type Replayed, replay } from './replay.ts';
import type { Store } from './store.ts';

/**
 * Realm commits that the remote's main branch does not take from this user (protected, or no write access) wait on a branch
 * of their own until somebody merges it (docs/design/governance.md). One branch per user and realm: all that waits is in it.
 */
function requestBranch(who: Identity): string {
  const email = who.email.toLowerCase();
  const name = email.replace(/@.*$/, '').replace(/[^a-z0-9]+/g, '-');
  return `git-realm/${name.replace(/^-+|-+$/g, '').slice(0, 30) || 'user'}-${shortTag(email)}`;
}

/** Where the branch was when we last saw it; there is none where nothing waits. */
const markOf = (branch: string): string => `refs/realm/requests/${branch}`;

/** The tip that waits, or `null`. Costs no process beyond the store's reader. */
export async function requestedTip(store: Store, who: Identity): Promise<string | null> {
  return store.objects.resolve(markOf(requestBranch(who)));
}

export interface Requested {
  branch: string;
  tip: string;
  /** The remote's main branch that it stands on. */
  base: string;
  /** What waits, the oldest first. */
  commits: { oid: string; subject: string }[];
  /** False: it was there already. */
  pushed: boolean;
}

const ATTEMPTS = 5;

/**
 * Push what the remote's main branch lacks as this user's branch, to `target` (a remote's name, or a URL). What the branch
 * has and this store has not, from another clone of the same user or by a maintainer's hand, is planned on top of it first.
 * Throws `realm-push-refused`.
 */
export async function pushRequest(
  store: Store,
  who: Identity,
  target: string,
): Promise<Requested & { replayed: Replayed }> {
  const branch = requestBranch(who);
  const remote = (await store.remote()) ?? '';
  await mayReachTarget(store, target);
  const replayed: Replayed = { replayed: 0, dropped: [] };
  let last: Refusal = { kind: 'outrun', why: 'the branch kept changing' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const there = await branchAt(store, target, branch);
    const base = await resolveRevision(store.repo, trackingRef(store, remote));
    if (base === null) throw pushRefused(last);
    const tip = await withLock(store.directory, () => union(store, who, there, base, replayed));
    const result = { branch, tip, base, commits: await subjectsOf(store, tip, base), replayed };
    if (tip === there) return { ...result, pushed: false };
    const ref = `refs/heads/${branch}`;
    const leases = [[ref, there ?? '']] as const;
    const answer = await push(store.repo, { remote: target, refspecs: [`${tip}:${ref}`], leases });
    if (answer.taken) {
      await mark(store, branch, tip);
      return { ...result, pushed: true };
    }
    last = refusalOf(answer);
    if (last.kind === 'network' || last.kind === 'login') throw unreachable(answer.stderr);
    if (last.kind !== 'outrun') break;
  }
  throw pushRefused(last);
}

/** Put a commit on a branch whose name is ours alone. Throws `realm-push-refused`, `realm-unreachable`. */
export async function replaceBranch(
  store: Store,
  target: string,
  branch: string,
  commit: string,
): Promise<void> {
  await mayReachTarget(store, target);
  const refspecs = [`${commit}:refs/heads/${branch}`];
  const answer = await push(store.repo, { remote: target, refspecs, force: true });
  if (answer.taken) return;
  const refusal = refusalOf(answer);
  throw refusal.kind === 'network' ? unreachable(answer.stderr) : pushRefused(refusal);
}

/** The remote's own name, or a URL: of a fork, said by a forge or kept from then. */
async function mayReachTarget(store: Store, target: string): Promise<void> {
  if (target !== (await store.remote())) await store.mayReach(target);
}

/** Where the branch is there, with its commits brought here. */
async function branchAt(store: Store, target: string, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const listed = await listRemote(store.repo, target, [ref]);
  if (listed.kind === 'not-reached') throw unreachable(listed.stderr);
  const oid = listed.refs.get(ref) ?? null;
  if (oid !== null && (await store.objects.info(oid)) === null) {
    const got = await fetchRefs(store.repo, { remote: target, refspecs: [ref] });
    if (got.kind !== 'fetched') throw unreachable(got.stderr);
  }
  await mark(store, branch, oid);
  return oid;
}

/** The local branch with what the other one has besides; it moves there. */
async function union(
  store: Store,
  who: Identity,
  there: string | null,
  base: string,
  done: Replayed,
): Promise<string> {
  const local = await resolveRevision(store.repo, store.branch);
  if (local === null) throw new RealmError('realm-missing', 'the realm has no commits yet');
  if (there === null || there === local) return local;
  const theirs = await commitsOf(store, there, [base, local]);
  if (theirs.length === 0) return local;
  const has = await operationsOf(store, local, [there]);
  const tip = await replay(store, who, { onto: local, commits: theirs, has }, done);
  if (tip !== local) await moveBranch(store, local, tip);
  return tip;
}

const subjectsOf = (store: Store, tip: string, base: string): Promise<Requested['commits']> =>
  readLog(store.repo, ['oid', 'subject'], { tips: [tip], not: [base], oldestFirst: true });

async function mark(store: Store, branch: string, oid: string | null): Promise<void> {
  const now = await resolveRevision(store.repo, markOf(branch));
  if (now !== oid) await swapRef(store.repo, markOf(branch), now, oid);
}

/** What became of the branch once all of it was in the remote's main branch. */
export type CleanedUp = 'gone' | 'deleted' | 'kept';

/**
 * Nothing waits any more: delete the branch where it still is what we pushed, or what has reached the main branch.
 * `kept`: somebody added to it, or the remote does not let us.
 */
export async function dropRequest(store: Store, who: Identity, target: string): Promise<CleanedUp> {
  const branch = requestBranch(who);
  const ref = `refs/heads/${branch}`;
  await mayReachTarget(store, target);
  const seen = await requestedTip(store, who);
  const there = await branchAt(store, target, branch);
  let left: CleanedUp = 'gone';
  if (there !== null) {
    const added = there === seen ? [] : await commitsOf(store, there, [store.branch]);
    const has = added.length === 0 ? null : await operationsOf(store, store.branch, [there]);
    const news =
      has === null
        ? 0
        : [...(await operationsOf(store, there, [store.branch]))].filter((operation) => !has.has(operation))
            .length;
    const deletion = { remote: target, refspecs: [`:${ref}`], leases: [[ref, there]] as const, quiet: true };
    left = news === 0 && (await push(store.repo, deletion)).taken ? 'deleted' : 'kept';
  }
  await mark(store, branch, null);
  return left;
}
