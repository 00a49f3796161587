import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import { fastImport, type Identity } from './fast-import.ts';
import { notesBy } from './note-list.ts';
import { listRefs, resolveRef, resolveRevision, swapRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { GitPlace } from './run.ts';
import { signCommit } from './signing.ts';

type Writable = Pick<Repository, 'git' | 'gitDir' | 'commonDir' | 'refFiles'>;

const ATTEMPTS = 100;

/** Lines for the note of an object on a notes ref. */
export interface NewLines {
  ref: string;
  object: string;
  lines: readonly string[];
  who: Identity;
}

/**
 * Add lines to the note of a commit, each once: the note is the union of its lines, so that two writers, and later two
 * clones, merge without loss (docs/design/layout.md). `git notes append` itself loses notes of concurrent writers in silence (measured:
 * 9 of 200 left), so it is one fast-import with compare-and-swap; `sign`: a signed commit, made on a private ref and swapped
 * in.
 */
export function appendNote(repo: Writable, note: NewLines, sign = false): Promise<void> {
  const { ref, object, lines, who } = note;
  if (!sign) return appendPlain(repo, note);
  return changeNotes(repo, ref, who, async (scratch) => {
    const text = unionOf(await readNote(repo, scratch, object), lines);
    if (text === null) return false;
    const add = ['notes', '--ref', scratch, 'add', '-f', '-F', '-', object];
    await repo.git([...notesBy(who), ...add], { input: text });
    return true;
  });
}

async function appendPlain(repo: Writable, { ref, object, lines, who }: NewLines): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const from = await resolveRef(repo, ref);
    const text = unionOf(from === null ? null : await readNote(repo, ref, object), lines);
    if (text === null) return;
    const notes = new Map([[object, text]]);
    const commit = { ref, from, files: new Map(), notes, message: 'Notes added by git realm\n' };
    if ((await fastImport(repo, { ...commit, identity: who, date: new Date() })) !== null) return;
    await pause(attempt);
  }
  throw notesBusy(ref);
}

/** The note with the lines that it lacks; `null` where it has them all. */
function unionOf(note: string | null, lines: readonly string[]): string | null {
  const now = note?.split('\n').filter(Boolean) ?? [];
  const missing = lines.filter((line) => !now.includes(line));
  return missing.length === 0 ? null : `${[...now, ...missing].join('\n')}\n`;
}

/** The note of an object, or `null`. */
export async function readNote(repo: GitPlace, ref: string, object: string): Promise<string | null> {
  const { code, stdout } = await repo.git(['notes', '--ref', ref, 'show', object], { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('utf8') : null;
}

/** Remove the note of an object, by compare-and-swap like `appendNote`. */
export const dropNote = (repo: GitPlace, ref: string, object: string, who: Identity): Promise<void> =>
  changeNotes(repo, ref, null, async (scratch) => {
    if ((await readNote(repo, scratch, object)) === null) return false;
    await repo.git([...notesBy(who), 'notes', '--ref', scratch, 'remove', object]);
    return true;
  });

/** Take over the notes of another ref: each note becomes the union of its lines (git-notes(1), `cat_sort_uniq`). */
export const mergeNotes = (repo: GitPlace, ref: string, theirs: string, who: Identity): Promise<void> =>
  changeNotes(repo, ref, null, async (scratch) => {
    await repo.git([
      ...notesBy(who),
      'notes',
      '--ref',
      scratch,
      'merge',
      '-q',
      '-s',
      'cat_sort_uniq',
      theirs,
    ]);
    return true;
  });

/**
 * Change notes on a private ref and swap it in, again while others are quicker; `change` says whether there is news, `signer`
 * signs it.
 */
async function changeNotes(
  repo: GitPlace,
  ref: string,
  signer: Identity | null,
  change: (scratch: string) => Promise<boolean>,
): Promise<void> {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex');
  const scratch = `refs/notes/realm-scratch/${process.pid}-${random}`;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const tip = await resolveRevision(repo, ref);
      await swapRef(repo, scratch, await resolveRevision(repo, scratch), tip);
      if (!(await change(scratch))) return;
      const plain = await resolveRevision(repo, scratch);
      const made = plain === null || signer === null ? plain : await signCommit(repo, plain, signer);
      if (made === tip || (made !== null && (await swapRef(repo, ref, tip, made)))) return;
      await pause(attempt);
    }
    throw notesBusy(ref);
  } finally {
    for (const left of await listRefs(repo, [scratch])) await swapRef(repo, left.name, left.oid, null);
  }
}

const pause = (attempt: number): Promise<void> => sleep(Math.random() * Math.min(2 ** attempt, 40));

const notesBusy = (ref: string): RealmError =>
  new RealmError('notes-busy', `'${ref}' kept changing: gave up`, { hint: 'run the command again' });
