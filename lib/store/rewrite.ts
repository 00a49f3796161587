import { RealmError } from '../errors.ts';
import { isAncestor } from '../git/ancestry.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import type { Store } from './store.ts';

/**
 * The published history of a realm that is no longer what it was: its remote's main branch lacks commits that this store had
 * from there. Nothing is published or replayed until somebody accepts that (`git realm fetch --accept-rewrite`).
 */
export interface Rewrite {
  /** The last commit that this store knows to have been published. */
  known: string;
  /** What the remote's main branch is now; `null`: it is gone. */
  there: string | null;
}

const KNOWN = 'refs/realm/rewritten/known';
/** Where what the remote has now is kept. */
export const THERE = 'refs/realm/rewritten/there';

/** Refspec that brings what the remote has now, whatever it had before. */
export const thereFrom = (branch: string): string => `+${branch}:${THERE}`;

/** `null`: no rewrite was seen. Without a process where refs are files. */
export async function rewriteOf({ objects }: Pick<Store, 'objects'>): Promise<Rewrite | null> {
  const known = await objects.resolve(KNOWN);
  return known === null ? null : { known, there: await objects.resolve(THERE) };
}

/** Throws `realm-rewritten` where the realm was: nothing may be published or replayed now. */
export async function refuseRewritten(store: Pick<Store, 'objects'>): Promise<void> {
  const rewrite = await rewriteOf(store);
  if (rewrite !== null) throw realmRewritten(rewrite);
}

/** Remember what was seen: every command says it from now on. */
export async function raiseAlarm({ repo }: Pick<Store, 'repo'>, { known, there }: Rewrite): Promise<void> {
  const before = await resolveRevision(repo, KNOWN);
  // What was seen first counts: it is what was published.
  if (before === null) await swapRef(repo, KNOWN, null, known);
  await swapRef(repo, THERE, await resolveRevision(repo, THERE), there);
}

/** It was accepted, or the remote has what it had again. */
export async function endAlarm({ repo }: Pick<Store, 'repo'>): Promise<void> {
  for (const ref of [THERE, KNOWN]) await swapRef(repo, ref, await resolveRevision(repo, ref), null);
}

/** Is the alarm over, because the remote's main branch contains again what was published? */
export async function endAlarmIfRestored(store: Pick<Store, 'repo' | 'objects'>, tip: string): Promise<void> {
  const rewrite = await rewriteOf(store);
  if (rewrite !== null && (await isAncestor(store.repo, rewrite.known, tip)) === true) await endAlarm(store);
}

/** One sentence. */
export const rewriteWords = ({ known, there }: Rewrite): string =>
  there === null
    ? `the realm's main branch was deleted on its remote (it was at ${known.slice(0, 12)})`
    : `the realm's history was rewritten: ${known.slice(0, 12)} was published, and its remote's main branch (now ${there.slice(0, 12)}) does not contain it`;

/** What it means, and what to type. */
export const REWRITE_HINT =
  'nothing is published or reapplied; if this was intended: git realm fetch --accept-rewrite';

const realmRewritten = (rewrite: Rewrite): RealmError =>
  new RealmError('realm-rewritten', rewriteWords(rewrite), {
    exitCode: 1,
    hint: REWRITE_HINT,
    data: { ...rewrite },
  });
