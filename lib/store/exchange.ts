import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import { fastImport, type Identity } from '../git/fast-import.ts';
import { isAncestor, resolveRevision, swapRef } from '../git/refs.ts';
import { lastWords } from '../git/run.ts';
import { diffTrees } from '../git/tree.ts';
import { settleAside } from './aside.ts';
import { commitPlan, opOf, planOn, readCommit } from './engine.ts';
import { withLock } from './lock.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { bringAlong } from './work-tree.ts';

export interface Exchange {
  /** `null`: this store has no remote. */
  remote: string | null;
  fetched: boolean;
  pushed: boolean;
  /** Local realm commits that were planned again on what the remote had. */
  replayed: number;
  /** Operations that the realm, as it now stands, refuses: they were not published. */
  dropped: { subject: string; why: string }[];
  word: string | null;
}

const ATTEMPTS = 40;

/**
 * What the remote has, kept under our own names: explicit refspecs, never a mirror, which would delete drafts and offline
 * commits (DESIGN §3).
 */
const refspecs = (store: Store, remote: string): string[] => {
  const ours = `refs/realm-remotes/${remote}`;
  const branch = store.branch.replace('refs/heads/', '');
  return [
    `+refs/heads/${branch}:${ours}/heads/${branch}`,
    `+refs/realm/proposals/*:${ours}/proposals/*`,
    `+refs/realm/ops/*:${ours}/ops/*`,
    `+refs/notes/realm*:${ours}/notes/realm*`,
  ];
};

/** Where the remote's main branch is kept. */
export const trackingRef = (store: Store, remote: string): string =>
  store.branch.replace('refs/heads/', `refs/realm-remotes/${remote}/heads/`);

/** Fetch only. Throws `realm-unreachable` with what git said. */
export async function fetchRealm(store: Store, remote: string): Promise<void> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', remote];
  const quiet = ['-c', 'fetch.prune=false'];
  const result = await store.repo.git([...quiet, ...args, ...refspecs(store, remote)], {
    ok: [0, 1, 128, 129],
  });
  if (result.code === 0) return markFetched(store);
  if (/couldn't find remote ref/.test(result.stderr)) return;
  throw unreachable(result.stderr);
}

/** When the remote was last looked at, ms since the epoch; `null`: never, or there is none. A stamp file, derived. */
export async function lastFetch(store: Store): Promise<number | null> {
  const found = await stat(path.join(store.directory, 'fetched')).catch(() => null);
  return found?.mtimeMs ?? null;
}

async function markFetched(store: Store): Promise<void> {
  await mkdir(store.directory, { recursive: true }).catch(() => {});
  await writeFile(path.join(store.directory, 'fetched'), '').catch(() => {});
}

/**
 * Bring store and remote together: fetch, plan local commits again on top of what others published, push; again while
 * others are quicker. A push that is refused for another reason than having been outrun is not retried.
 */
export async function exchange(store: Store, who: Identity): Promise<Exchange> {
  const remote = await store.remote();
  const done: Exchange = {
    remote,
    fetched: false,
    pushed: false,
    replayed: 0,
    dropped: [],
    word: null,
  };
  if (remote === null) return done;
  let refused: { tip: string | null; stderr: string } | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await fetchRealm(store, remote);
    done.fetched = true;
    const remoteTip = await resolveRevision(store.repo, trackingRef(store, remote));
    // Outrun means that the remote moved; refused with the remote where it was means that its rules say no.
    if (refused !== null && refused.tip === remoteTip) throw pushRefused(refused.stderr);
    const [settled, aside] = await withLock(store.directory, async () => [
      await settle(store, who, remoteTip, done),
      await settleAside(store, who, remote),
    ]);
    const moved = settled === null || settled === remoteTip ? [] : [`${settled}:${store.branch}`];
    if (moved.length + aside.length === 0) return done;
    // An approval and what it lets land belong together.
    const whole = aside.length === 0 ? [] : ['--atomic'];
    const push = ['push', '--porcelain', '--no-verify', ...whole, remote, ...moved, ...aside];
    const result = await store.repo.git(push, { ok: [0, 1, 128] });
    if (result.code === 0) {
      done.pushed = true;
      if (settled !== null) await swapRef(store.repo, trackingRef(store, remote), remoteTip, settled);
      return done;
    }
    refused = { tip: remoteTip, stderr: `${result.stdout.toString('utf8')}\n${result.stderr}` };
    await sleep(Math.random() * Math.min(2 ** attempt * 4, 250));
  }
  throw new RealmError('realm-busy', "the realm's remote keeps moving: gave up", { hint: 'git realm sync' });
}

/** Fetch, and bring a branch that is merely older along; local commits stay and wait for an exchange. */
export async function followRemote(
  store: Store,
): Promise<{ remote: string | null; word: string | null; waiting: boolean }> {
  const remote = await store.remote();
  if (remote === null) return { remote, word: null, waiting: false };
  await fetchRealm(store, remote);
  return withLock(store.directory, async () => {
    await settleAside(store, null, remote);
    const remoteTip = await resolveRevision(store.repo, trackingRef(store, remote));
    const local = await resolveRevision(store.repo, store.branch);
    if (remoteTip === null || local === remoteTip) return { remote, word: null, waiting: false };
    if (local !== null && (await isAncestor(store.repo, local, remoteTip)) !== true)
      return { remote, word: null, waiting: true };
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
  if ((await isAncestor(store.repo, remoteTip, local)) === true) return local;
  const tip = await replay(store, who, remoteTip, local, done);
  done.word = await moveBranch(store, local, tip);
  return tip;
}

async function moveBranch(store: Store, from: string | null, to: string): Promise<string | null> {
  if (await swapRef(store.repo, store.branch, from, to)) return bringAlong(store);
  throw new RealmError('realm-busy', `'${store.branch}' moved while it was brought along`, {
    hint: 'run it again',
  });
}

/** Plan every local commit again on top of the remote's tip, on a scratch ref. */
async function replay(
  store: Store,
  who: Identity,
  onto: string,
  local: string,
  done: Exchange,
): Promise<string> {
  const scratch = `refs/realm/scratch/${process.pid}`;
  const list = await store.repo.git([
    'rev-list',
    '--reverse',
    '--topo-order',
    '--no-merges',
    local,
    `^${onto}`,
  ]);
  await swapRef(store.repo, scratch, await resolveRevision(store.repo, scratch), onto);
  let tip = onto;
  try {
    for (const oid of list.stdout.toString('latin1').split('\n').filter(Boolean)) {
      const next = await replayOne(store, who, scratch, oid, done);
      if (next === null) continue;
      tip = next;
      done.replayed += 1;
    }
    return tip;
  } finally {
    await swapRef(store.repo, scratch, tip, null);
  }
}

async function replayOne(
  store: Store,
  who: Identity,
  scratch: string,
  oid: string,
  done: Exchange,
): Promise<string | null> {
  const commit = await readCommit(store, oid);
  if (commit === null) return null;
  const subject = commit.message.split('\n', 1)[0] ?? '';
  const op = await opOf(store, commit);
  if (op === null) return replayByHand(store, who, scratch, oid);
  const snapshot = await readSnapshot(store, scratch);
  try {
    const planned = await planOn(snapshot, op);
    return planned.kind === 'nothing'
      ? null
      : await commitPlan(store, { ref: scratch, snapshot, planned, op, who });
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    done.dropped.push({ subject, why: error.message });
    return null;
  }
}

/** A commit made by hand is merged where its paths are untouched; else we stop and say so (DESIGN §5). */
async function replayByHand(
  store: Store,
  who: Identity,
  scratch: string,
  oid: string,
): Promise<string | null> {
  const commit = await readCommit(store, oid);
  const parent = commit?.parents[0] === undefined ? null : await readCommit(store, commit.parents[0]);
  const onto = await readCommit(store, scratch);
  if (commit === null || onto === null) return null;
  const mine = await diffTrees(store.objects, parent?.tree ?? null, commit.tree);
  const theirs = await diffTrees(store.objects, parent?.tree ?? null, onto.tree);
  const theirOid = new Map(theirs.map((change) => [change.path, change.oid]));
  const clash = mine.find(({ path, oid: blob }) => theirOid.has(path) && theirOid.get(path) !== blob);
  if (clash !== undefined) {
    throw new RealmError(
      'realm-diverged',
      `'${clash.path}' was changed by hand here and by others on the remote`,
      {
        hint: `in '${store.repo.commonDir}': git merge the remote's main, mend '${clash.path}', then git realm sync`,
      },
    );
  }
  const files = new Map<string, Uint8Array | null>();
  for (const { path, oid: blob } of mine) {
    files.set(path, blob === null ? null : ((await store.objects.read(blob))?.bytes ?? null));
  }
  const date = new Date(Number(/> (\d+) /.exec(commit.author)?.[1] ?? 0) * 1000);
  return fastImport(store.repo, {
    ref: scratch,
    from: onto.oid,
    files,
    message: commit.message,
    identity: who,
    date,
  });
}

export function unreachable(stderr: string, hint = 'work goes on offline; git realm sync later'): RealmError {
  const words = lastWords(stderr);
  const login = /Authentication failed|could not read (Username|Password)|Permission denied|\b40[13]\b/.test(
    stderr,
  );
  return new RealmError(login ? 'realm-login' : 'realm-unreachable', `cannot reach the realm: ${words}`, {
    hint: login ? 'check your credentials for this URL (git credential, ssh key)' : hint,
  });
}

function pushRefused(output: string): RealmError {
  const words = [...output.matchAll(/refused: (.*)$/gm)].map(([, why]) => why?.trim()).join('; ');
  const rejected = /\[remote rejected\].*\((.*)\)/.exec(output)?.[1] ?? lastWords(output);
  const reason = words === '' ? rejected : words;
  return new RealmError('realm-push-refused', `the realm's remote refuses the push: ${reason}`, {
    hint: 'your realm commits are kept locally; ask for write access, then git realm sync',
    data: { output: output.slice(0, 2000) },
  });
}
