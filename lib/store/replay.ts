import { RealmError } from '../errors.ts';
import { dateOfSeconds, personIn, trailer } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { readLog } from '../git/log.ts';
import { newCommit } from '../git/new-commit.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import { listCommits } from '../git/rev-list.ts';
import { diffTrees } from '../git/tree.ts';
import type { Planned } from '../realm/ops/types.ts';
import { commitPlan, mustSign, opOf } from './engine.ts';
import { planOn } from './planning.ts';
import { readCommit } from './read-commit.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';

/** What became of commits that were planned again. */
export interface Replayed {
  replayed: number;
  /** Operations that the realm, as it now stands, refuses. */
  dropped: { subject: string; why: string }[];
}

/** The commits that one side has and another has not, the oldest first. */
export async function commitsOf(store: Store, tip: string, not: readonly string[]): Promise<string[]> {
  return listCommits(store.repo, {
    tips: [tip],
    not,
    oldestFirst: true,
    topological: true,
    withoutMerges: true,
  });
}

/**
 * The operations that one side has and another has not, by id, also where a squash made several commits one: forges keep
 * the messages then. Commits made by hand count by who made them, when, and what they say.
 */
export async function operationsOf(store: Store, tip: string, not: readonly string[]): Promise<Set<string>> {
  const log = await readLog(store.repo, ['author', 'time', 'message'], { tips: [tip], not });
  const found = new Set<string>();
  for (const { author, time, message } of log) {
    const ids = [...message.matchAll(/^\W*Realm-Op: \{.*?"id":"([^"]+)"/gm)].map(([, id]) => id ?? '');
    for (const id of ids) found.add(id);
    if (ids.length === 0) found.add(byHandKey(author, time, message));
  }
  return found;
}

const byHandKey = (name: string, at: string, message: string): string => `${name} ${at} ${message.trim()}`;

/** Plan commits again on top of another one, on a scratch ref; what that one has already is left out. Returns the tip. */
export async function replay(
  store: Store,
  who: Identity,
  { onto, commits, has }: { onto: string; commits: readonly string[]; has: ReadonlySet<string> },
  done: Replayed,
): Promise<string> {
  const scratch = `refs/realm/scratch/${process.pid}`;
  await swapRef(store.repo, scratch, await resolveRevision(store.repo, scratch), onto);
  let tip = onto;
  try {
    for (const oid of commits) {
      if (has.has(await keyOf(store, oid))) continue;
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

async function keyOf(store: Store, oid: string): Promise<string> {
  const commit = await readCommit(store, oid);
  const op = trailer(commit?.message ?? '', 'Realm-Op');
  const id = /"id":"([^"]+)"/.exec(op ?? '')?.[1];
  if (id !== undefined) return id;
  const { name, seconds } = personIn(commit?.author ?? '');
  return byHandKey(name, `${seconds}`, commit?.message ?? '');
}

async function replayOne(
  store: Store,
  who: Identity,
  scratch: string,
  oid: string,
  done: Replayed,
): Promise<string | null> {
  const commit = await readCommit(store, oid);
  if (commit === null) return null;
  const subject = commit.message.split('\n', 1)[0] ?? '';
  const op = await opOf(store, commit);
  if (op === null) return replayByHand(store, who, scratch, oid);
  const snapshot = await readSnapshot(store, scratch);
  let planned: Planned;
  try {
    planned = await planOn(snapshot, op);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    done.dropped.push({ subject, why: error.message });
    return null;
  }
  // What cannot be written or signed now is not a refusal of the realm: it goes on waiting.
  return planned.kind === 'nothing' ? null : commitPlan(store, { ref: scratch, snapshot, planned, op, who });
}

/** A commit made by hand is merged where its paths are untouched; else we stop and say so (docs/design/engine.md). */
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
      `'${clash.path}' was edited manually here and changed on the remote`,
      {
        hint: `in '${store.repo.commonDir}': merge the remote's main branch, fix '${clash.path}', then git realm sync`,
      },
    );
  }
  const news = mine.filter(({ path }) => !theirOid.has(path));
  // A squash brought it already.
  if (news.length === 0) return null;
  const files = new Map<string, Uint8Array | null>();
  for (const { path, oid: blob } of news) {
    files.set(path, blob === null ? null : ((await store.objects.read(blob))?.bytes ?? null));
  }
  const date = dateOfSeconds(personIn(commit.author).seconds);
  return newCommit(store.repo, {
    ref: scratch,
    from: onto.oid,
    files,
    message: commit.message,
    identity: who,
    date,
    sign: mustSign((await readSnapshot(store, scratch)).model, who),
  });
}
