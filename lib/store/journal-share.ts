import { isHeldBy } from '../change/custody.ts';
import type { JournalRecord } from '../change/types.ts';
import { isAncestor } from '../git/ancestry.ts';
import type { Commit } from '../git/commit.ts';
import { push } from '../git/push.ts';
import { listRefs, type Ref, type RefMove, swapRef, swapRefs } from '../git/refs.ts';
import { refusalOf } from '../git/refusal.ts';
import { isPrunable, journalAt, NO_JOURNAL, newestFirst, OPS } from './journal.ts';
import { readCommit } from './read-commit.ts';
import { skip } from './skipped.ts';
import type { Store } from './store.ts';

const theirs = (remote: string): string => `refs/realm-remotes/${remote}/ops/`;

/** Both sides of every journal, from refs that were listed. */
function sidesOf(refs: readonly Ref[], remote: string): Map<string, { here?: string; there?: string }> {
  const sides = new Map<string, { here?: string; there?: string }>();
  for (const { name, oid } of refs) {
    for (const [prefix, side] of [
      [OPS, 'here'],
      [theirs(remote), 'there'],
    ] as const) {
      if (!name.startsWith(prefix)) continue;
      const id = name.slice(prefix.length);
      sides.set(id, { ...sides.get(id), [side]: oid });
    }
  }
  return sides;
}

/**
 * Update the local journals to what was just fetched: the user who resumed a journal and pushed it first has it. Returns the ids
 * of those that the remote lacks.
 */
export async function adoptJournals(store: Store, remote: string, refs: readonly Ref[]): Promise<string[]> {
  const lacking: string[] = [];
  const moves: RefMove[] = [];
  for (const [id, { here, there }] of sidesOf(refs, remote)) {
    if (here === there) continue;
    // What is not a journal is neither taken over nor given away.
    const [at, oid = ''] = there === undefined ? [OPS + id, here] : [theirs(remote) + id, there];
    if ((await journalAt(store, oid)) === null) {
      await skip(store, at, oid, NO_JOURNAL);
      continue;
    }
    if (there === undefined || (here !== undefined && (await standsOn(store, here, there)))) lacking.push(id);
    else moves.push({ name: OPS + id, from: here ?? null, to: there });
  }
  await swapRefs(store.repo, moves);
  return lacking;
}

/** Further back than this git is asked: a journal has a commit for each step. */
const STEPS_READ = 200;

/** Is one commit of a journal on top of another? There may be thousands of journals: the commits are read, without a process. */
async function standsOn(store: Store, tip: string, base: string): Promise<boolean> {
  let oid: string | undefined = tip;
  for (let step = 0; step < STEPS_READ; step += 1) {
    if (oid === base) return true;
    const commit: Commit | null = oid === undefined ? null : await readCommit(store, oid);
    if (commit === null) return false;
    oid = commit.parents[0];
  }
  return (await isAncestor(store.repo, base, tip)) === true;
}

/** `taken`: somebody else pushed it further. `kept`: the remote was not reached, or does not take it from us. */
export type JournalPush = 'shared' | 'taken' | 'kept';

/** Push journals as they are here, each by itself, never over what is there. */
export async function pushJournals(
  store: Store,
  remote: string,
  ids: readonly string[],
): Promise<JournalPush> {
  if (ids.length === 0) return 'shared';
  const answer = await push(store.repo, { remote, refspecs: ids.map((id) => `${OPS}${id}:${OPS}${id}`) });
  if (answer.taken) return 'shared';
  return refusalOf(answer).kind === 'outrun' ? 'taken' : 'kept';
}

/** Let a claim go that the remote did not take: the journal is again what was fetched of it. */
export async function yieldJournal(store: Store, remote: string, id: string): Promise<void> {
  const refs = await listRefs(store.repo, [OPS + id, theirs(remote) + id]);
  const { here, there } = sidesOf(refs, remote).get(id) ?? {};
  if (here !== undefined && there !== undefined) await swapRef(store.repo, OPS + id, here, there);
}

/** A journal, and where it is in this store and as it was last fetched. */
export interface ListedJournal {
  /** By the name of its ref. */
  id: string;
  record: JournalRecord;
  here?: string;
  there?: string;
}

/** All journals that we can read, in one process. */
export async function listJournals(store: Store, remote: string | null): Promise<ListedJournal[]> {
  const refs = await listRefs(store.repo, remote === null ? [OPS] : [OPS, theirs(remote)]);
  const found = await Promise.all(
    [...sidesOf(refs, remote ?? '')].map(async ([id, { here, there }]) => {
      const record = await journalAt(store, here ?? there ?? '');
      if (record === null && here !== undefined) await skip(store, OPS + id, here, NO_JOURNAL);
      return record === null ? [] : [{ id, record, ...(here && { here }), ...(there && { there }) }];
    }),
  );
  return found.flat();
}

/**
 * Remove this person's journals that are finished for 90 days, here and on the remote; one that cannot be reached loses them
 * later. Returns those that stay here, the newest first.
 */
export async function pruneJournals(
  store: Store,
  remote: string | null,
  { now, who }: { now: Date; who: string },
  all: readonly ListedJournal[],
): Promise<JournalRecord[]> {
  const gone: { id: string; there: string }[] = [];
  const kept: JournalRecord[] = [];
  for (const { id, record, here, there } of all) {
    if (!isPrunable(record, now) || !isHeldBy(record, record.by, who)) {
      if (here !== undefined) kept.push(record);
      continue;
    }
    await swapRef(store.repo, OPS + id, here ?? null, null);
    if (there !== undefined && remote !== null) {
      gone.push({ id, there });
      await swapRef(store.repo, theirs(remote) + id, there, null);
    }
  }
  if (gone.length > 0 && remote !== null) await removeThere(store, remote, gone);
  return kept.sort(newestFirst);
}

async function removeThere(
  store: Store,
  remote: string,
  gone: readonly { id: string; there: string }[],
): Promise<void> {
  const leases = gone.map(({ id, there }) => [OPS + id, there] as const);
  await push(store.repo, { remote, refspecs: gone.map(({ id }) => `:${OPS}${id}`), leases, quiet: true });
}
