import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import { haveCommonHistory, isAncestor } from '../git/ancestry.ts';
import type { Identity } from '../git/fast-import.ts';
import { lockFileIn, remoteLocked } from '../git/lock-file.ts';
import { push } from '../git/push.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import { type Refusal, refusalOf } from '../git/refusal.ts';
import { countCommits } from '../git/rev-list.ts';
import { NOTES, settleAside } from './aside.ts';
import { fetchRealm, hintOf, trackingRef, unreachable } from './fetch-realm.ts';
import { withLock } from './lock.ts';
import { patience } from './patience.ts';
import { commitsOf, operationsOf, type Replayed, replay } from './replay.ts';
import { raiseAlarm, refuseRewritten, rewriteOf } from './rewrite.ts';
import { lackSignature } from './signed.ts';
import type { Store } from './store.ts';
import { bringAlong, takeBack } from './work-tree.ts';

export interface Exchange extends Replayed {
  /** `null`: this store has no remote. */
  remote: string | null;
  fetched: boolean;
  pushed: boolean;
  /** How many commits of the main branch were pushed. */
  commits: number;
  word: string | null;
}

/** An exchange, and why the remote did not take what is new here. */
export interface Tried extends Exchange {
  refused: Refusal | null;
  /** Ids of journals that the remote lacks. */
  journals: string[];
}

/** So often others may be quicker; where the branch moved each time, somebody's work was published, and it takes longer. */
const ATTEMPTS = 40;
/** A round that took longer did not wait for others alone. */
const LONGEST_ROUND_MS = 2000;
/** A connection that broke is tried again so often, one after the other, before it counts as offline. */
const NETWORK_RETRIES = 2;
/** So often a lock on a branch that stands still is taken for somebody at work there. */
const LOCKED_PUSHES = 12;

/** Bring store and remote together. Throws `realm-push-refused` where the remote does not take what is new here. */
export async function exchange(store: Store, who: Identity): Promise<Exchange> {
  const { refused, journals: _kept, ...done } = await tryExchange(store, who);
  if (refused === null) return done;
  throw pushRefused(refused);
}

/**
 * Bring store and remote together: fetch, plan local commits again on top of what others published, push; again while
 * others are quicker. A push that is refused for another reason is not retried; a network that breaks is, twice.
 * `held`: a tip that this remote refused before, and that is asked for elsewhere: it is not pushed again.
 */
export async function tryExchange(store: Store, who: Identity, held: string | null = null): Promise<Tried> {
  const remote = await store.remote();
  const done: Tried = {
    remote,
    fetched: false,
    pushed: false,
    commits: 0,
    replayed: 0,
    dropped: [],
    word: null,
    refused: null,
    journals: [],
  };
  if (remote === null) return done;
  let last: Lost | null = null;
  let broken = 0;
  let locked = 0;
  let stood = 0;
  const since = performance.now();
  const mayWait = () => performance.now() - since < patience.giveUpMs;
  for (let attempt = 0; attempt < ATTEMPTS || (stood < ATTEMPTS && mayWait()); attempt += 1) {
    const began = performance.now();
    const tried: Tried | Lost = await tryOnce(store, who, remote, { done, last, held });
    if (!('refusal' in tried)) return tried;
    const { refusal, tip, stderr } = tried;
    const stands: boolean = last !== null && last.tip === tip;
    stood += stands ? 1 : 0;
    const lock = lockFileIn(stderr);
    locked = lock !== null && stands ? locked + 1 : 0;
    if (lock !== null && locked > LOCKED_PUSHES)
      throw remoteLocked("the realm's remote", 'its branch', lock, 'git realm sync');
    broken = refusal.kind === 'network' ? broken + 1 : 0;
    if (broken > NETWORK_RETRIES) throw unreachable(stderr, hintOf(store));
    last = tried;
    await sleep(pauseMs(attempt, performance.now() - began));
  }
  throw new RealmError('realm-busy', "the realm's remote kept changing: gave up", { hint: 'git realm sync' });
}

/** A push that was not taken, when the remote's branch was at `tip`, and that may be tried again. */
interface Lost {
  tip: string | null;
  refusal: Refusal;
  stderr: string;
}

/** One round: fetch, plan again, push. */
async function tryOnce(
  store: Store,
  who: Identity,
  remote: string,
  { done, last, held }: { done: Tried; last: Lost | null; held: string | null },
): Promise<Tried | Lost> {
  await fetchRealm(store, remote);
  done.fetched = true;
  await refuseRewritten(store);
  const remoteTip = await resolveRevision(store.repo, trackingRef(store, remote));
  // A refusal by a rule after the remote moved may be a race; if the remote did not move, it is a rule.
  if (last?.refusal.kind === 'rule' && last.tip === remoteTip) return { ...done, refused: last.refusal };
  const [settled, lacking] = await withLock(store.directory, async () => [
    await settle(store, who, remoteTip, done),
    await settleAside(store, who, remote),
  ]);
  done.journals = lacking.journals;
  const aside = lacking.refspecs;
  const moved = settled === null || settled === remoteTip ? [] : [`${settled}:${store.branch}`];
  if (moved.length + aside.length === 0) return { ...done, pushed: last !== null };
  if (settled === held && moved.length > 0 && aside.length === 0)
    return { ...done, refused: { kind: 'rule', why: 'it was refused before' } };
  // An approval and what it lets land belong together.
  const atomic = aside.length > 0;
  const result = await push(store.repo, { remote, refspecs: [...moved, ...aside], atomic });
  if (result.taken) {
    if (settled === null) return { ...done, pushed: true };
    await swapRef(store.repo, trackingRef(store, remote), remoteTip, settled);
    const range = { tips: [settled], not: remoteTip === null ? [] : [remoteTip] };
    return { ...done, pushed: true, commits: await countCommits(store.repo, range) };
  }
  const refusal = refusalOf(result);
  if (refusal.kind === 'login') throw unreachable(result.stderr, hintOf(store));
  if (refusal.kind === 'access') return { ...done, refused: refusal };
  return { tip: remoteTip, refusal, stderr: result.stderr };
}

/**
 * How long somebody who lost steps aside: up to two rounds of their own at first, so that fewer work for nothing, and less
 * each time, so that who lost most often comes through first.
 */
const pauseMs = (attempt: number, roundMs: number): number =>
  Math.random() * Math.max(0, 2 - attempt / 10) * Math.min(roundMs, LONGEST_ROUND_MS);

/** Fetch, and bring a branch that is merely older along; local commits stay and wait for an exchange. */
export async function followRemote(
  store: Store,
): Promise<{ remote: string | null; word: string | null; waiting: boolean }> {
  const remote = await store.remote();
  if (remote === null) return { remote, word: null, waiting: false };
  await fetchRealm(store, remote);
  if ((await rewriteOf(store)) !== null) return { remote, word: null, waiting: false };
  return withLock(store.directory, async () => {
    await settleAside(store, null, remote);
    const remoteTip = await resolveRevision(store.repo, trackingRef(store, remote));
    const local = await resolveRevision(store.repo, store.branch);
    if (remoteTip === null || local === remoteTip) return { remote, word: null, waiting: false };
    if (local !== null && (await isAncestor(store.repo, local, remoteTip)) !== true) {
      if (!(await haveCommonHistory(store.repo, local, remoteTip)))
        await raiseAlarm(store, { known: local, there: remoteTip });
      return { remote, word: null, waiting: true };
    }
    return { remote, word: await moveBranch(store, local, remoteTip), waiting: false };
  });
}

/** Make the local branch a descendant of the remote's. Returns the tip to push, or `null` when neither has a commit. */
async function settle(
  store: Store,
  who: Identity,
  remoteTip: string | null,
  done: Exchange,
): Promise<string | null> {
  const local = await resolveRevision(store.repo, store.branch);
  if (remoteTip === null || local === remoteTip) return local;
  if (local === null || (await isAncestor(store.repo, local, remoteTip)) === true) {
    done.word = await moveBranch(store, local, remoteTip);
    return remoteTip;
  }
  const ahead = (await isAncestor(store.repo, remoteTip, local)) === true;
  if (ahead && !(await lackSignature(store, remoteTip, remoteTip, local))) return local;
  if (!ahead && !(await haveCommonHistory(store.repo, local, remoteTip))) {
    await raiseAlarm(store, { known: local, there: remoteTip });
    await refuseRewritten(store);
  }
  const has = await operationsOf(store, remoteTip, [local]);
  const commits = await commitsOf(store, local, [remoteTip]);
  const tip = await replay(store, who, { onto: remoteTip, commits, has }, done);
  done.word = await moveBranch(store, local, tip);
  return tip;
}

export async function moveBranch(store: Store, from: string | null, to: string): Promise<string | null> {
  if (await swapRef(store.repo, store.branch, from, to)) return bringAlong(store);
  throw new RealmError('realm-busy', `'${store.branch}' changed while it was being updated`, {
    hint: 'run it again',
  });
}

/**
 * Put main branch and notes back to what they were before local commits that the remote refuses, or to what the remote has
 * where it went on from there.
 */
export async function putBack(
  store: Store,
  before: { main: string | null; notes: string | null },
): Promise<void> {
  const remote = await store.remote();
  const wanted = async (old: string | null, tracking: string): Promise<string | null> => {
    const theirs = remote === null ? null : await resolveRevision(store.repo, tracking);
    const on = theirs !== null && (old === null || (await isAncestor(store.repo, old, theirs)) === true);
    return on ? theirs : old;
  };
  await withLock(store.directory, async () => {
    const main = await wanted(before.main, trackingRef(store, remote ?? ''));
    const tip = await resolveRevision(store.repo, store.branch);
    // More than the one commit is somebody else's work as well.
    if (main !== null && tip !== null && (await countCommits(store.repo, { tips: [tip], not: [main] })) === 1)
      await takeBack(store, tip, main);
    const notes = await wanted(before.notes, `refs/realm-remotes/${remote ?? ''}/notes/realm`);
    await swapRef(store.repo, NOTES, await resolveRevision(store.repo, NOTES), notes);
  });
}

export const pushRefused = ({ kind, why }: Refusal): RealmError =>
  new RealmError('realm-push-refused', `the realm's remote refused the push: ${why}`, {
    hint:
      kind === 'access'
        ? 'your realm commits are saved locally; ask for write access, then git realm sync'
        : /\bsigned\b|\bsignature\b/.test(why)
          ? 'for trusted keys: git realm trust; ask an approver to add yours (git realm trust allow), then git realm sync'
          : 'your realm commits are saved locally; to retry: git realm sync',
    data: { kind, why },
  });
