import { isAncestor } from '../git/ancestry.ts';
import { committedAt } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { notedObjects } from '../git/note-list.ts';
import { noteOf } from '../git/note-tree.ts';
import { appendNote } from '../git/notes.ts';
import { listRefs, type RefMove, swapRef, swapRefs } from '../git/refs.ts';
import { signCommit } from '../git/signing.ts';
import { mustSign } from './engine.ts';
import { OPS } from './journal.ts';
import { adoptJournals } from './journal-share.ts';
import { readCommit } from './read-commit.ts';
import { rememberFirst } from './shown.ts';
import { lackSignature } from './signed.ts';
import { proposalProblem, skip } from './skipped.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';

export const NOTES = 'refs/notes/realm';
export const PROPOSALS = 'refs/realm/proposals/';

/** What the remote lacks: refspecs that belong with the main branch, and the ids of journals. */
export interface Lacking {
  refspecs: string[];
  journals: string[];
}

/**
 * Update the local proposals, notes and journals to what was just fetched, and return what the remote lacks. Without `who`, notes
 * of two sides wait to be made one. Call under the lock.
 */
export async function settleAside(store: Store, who: Identity | null, remote: string): Promise<Lacking> {
  const theirs = `refs/realm-remotes/${remote}/`;
  const aside = ['proposals/', 'notes/realm', 'ops/'].map((name) => theirs + name);
  const refs = await listRefs(store.repo, [PROPOSALS, NOTES, OPS, ...aside]);
  const journals = await adoptJournals(store, remote, refs);
  const oids = new Map(refs.map(({ name, oid }) => [name, oid]));
  const push: string[] = [];
  const moves: RefMove[] = [];
  const names = new Set(
    refs.flatMap(({ name }) =>
      name.includes('/proposals/') ? [name.slice(name.indexOf('/proposals/') + '/proposals/'.length)] : [],
    ),
  );
  for (const name of names) {
    const ref = `${PROPOSALS}${name}`;
    const here = oids.get(ref);
    const there = oids.get(`${theirs}proposals/${name}`);
    if (here === there) continue;
    // What is not a proposal is neither taken over nor given away.
    const isOne = async (at: string, oid: string) => {
      const problem = await proposalProblem(store, oid);
      if (problem !== null) await skip(store, at, oid, problem);
      return problem === null;
    };
    if (there !== undefined && !(await isOne(`${theirs}proposals/${name}`, there))) continue;
    const ours = here !== undefined && (there === undefined || (await isNewer(store, here, there)));
    if (ours && !(await isOne(ref, here))) continue;
    if (ours) {
      if (who !== null) await signedAgain(store, who, ref, here);
      push.push(`+${ref}:${ref}`);
    }
    if (!ours && there !== undefined) {
      moves.push({ name: ref, from: here ?? null, to: there });
      if (here !== undefined) await rememberFirst(store, [{ id: name, commit: here }]);
    }
  }
  await swapRefs(store.repo, moves);
  if (await settleNotes(store, who, oids.get(NOTES), oids.get(`${theirs}notes/realm`)))
    push.push(`${NOTES}:${NOTES}`);
  return { refspecs: push, journals };
}

/** A proposal whose signature does not count is signed again by its author. */
async function signedAgain(store: Store, who: Identity, ref: string, oid: string): Promise<void> {
  const commit = await readCommit(store, oid);
  const mine = commit?.committer.includes(`<${who.email}>`) === true;
  if (mine && (await lackSignature(store, store.branch, `${oid}^`, oid)))
    await swapRef(store.repo, ref, oid, await signCommit(store.repo, oid, who));
}

/** A newer version of a proposal replaces the older version. */
async function isNewer(store: Store, a: string, b: string): Promise<boolean> {
  const [here, there] = await Promise.all([readCommit(store, a), readCommit(store, b)]);
  return committedAt(here) > committedAt(there);
}

/** Notes of two sides are the union of their lines, ours put on top of theirs. True where the remote lacks some. */
async function settleNotes(
  store: Store,
  who: Identity | null,
  here: string | undefined,
  there: string | undefined,
): Promise<boolean> {
  if (here === undefined || here === there) {
    if (here === undefined && there !== undefined) await swapRef(store.repo, NOTES, null, there);
    return false;
  }
  const ahead = there === undefined || (await isAncestor(store.repo, there, here)) === true;
  if (ahead && !(await lackSignature(store, store.branch, there ?? null, here))) return true;
  const behind = there !== undefined && (await isAncestor(store.repo, here, there)) === true;
  if (who === null && !behind) return true;
  const ours = behind ? [] : await notesAt(store);
  const sign = who !== null && mustSign((await readSnapshot(store)).model, who);
  await swapRef(store.repo, NOTES, here, there ?? null);
  for (const { object, lines } of ours)
    if (who !== null) await appendNote(store.repo, { ref: NOTES, object, lines, who }, sign);
  const [now] = await listRefs(store.repo, [NOTES]);
  return now?.oid !== there;
}

async function notesAt(store: Store): Promise<{ object: string; lines: string[] }[]> {
  const objects = await notedObjects(store.repo, NOTES);
  return Promise.all(
    objects.map(async (object) => {
      const note = await noteOf(store.objects, NOTES, object);
      return { object, lines: note.kind === 'note' ? note.text.split('\n').filter(Boolean) : [] };
    }),
  );
}
