import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import type { Identity } from './fast-import.ts';
import { listRefs, resolveRevision, swapRef } from './refs.ts';
import type { Repository } from './repository.ts';
import { signCommit } from './signing.ts';

type Repo = Pick<Repository, 'git'>;

const ATTEMPTS = 100;

/**
 * Add lines to the note of an object, each once: the note is the union of its lines, so that two writers, and later two
 * clones, merge without loss (DESIGN §3). `git notes append` itself loses notes of concurrent writers in silence (measured:
 * 9 of 200 left), so the note is made on a private ref and swapped in; `sign`: as a signed commit.
 */
export function appendNote(
  repo: Repo,
  ref: string,
  object: string,
  lines: readonly string[],
  who: Identity,
  sign = false,
): Promise<void> {
  return changeNotes(repo, ref, sign ? who : null, async (scratch) => {
    const now = (await readNote(repo, scratch, object))?.split('\n').filter(Boolean) ?? [];
    const missing = lines.filter((line) => !now.includes(line));
    if (missing.length === 0) return false;
    const input = `${[...now, ...missing].join('\n')}\n`;
    await repo.git([...identity(who), 'notes', '--ref', scratch, 'add', '-f', '-F', '-', object], { input });
    return true;
  });
}

/** The note of an object, or `null`. */
export async function readNote(repo: Repo, ref: string, object: string): Promise<string | null> {
  const { code, stdout } = await repo.git(['notes', '--ref', ref, 'show', object], { ok: [0, 1, 128] });
  return code === 0 ? stdout.toString('utf8') : null;
}

/** Notes are commits too: by the user, not by the author of a commit under way. */
const identity = (who: Identity): string[] => [
  '-c',
  `user.name=${who.name}`,
  '-c',
  `user.email=${who.email}`,
];

/** Remove the note of an object, by compare-and-swap like `appendNote`. */
export const dropNote = (repo: Repo, ref: string, object: string, who: Identity): Promise<void> =>
  changeNotes(repo, ref, null, async (scratch) => {
    if ((await readNote(repo, scratch, object)) === null) return false;
    await repo.git([...identity(who), 'notes', '--ref', scratch, 'remove', object]);
    return true;
  });

/** Take over the notes of another ref: each note becomes the union of its lines (git-notes(1), `cat_sort_uniq`). */
export const mergeNotes = (repo: Repo, ref: string, theirs: string, who: Identity): Promise<void> =>
  changeNotes(repo, ref, null, async (scratch) => {
    await repo.git([
      ...identity(who),
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
  repo: Repo,
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
      await sleep(Math.random() * Math.min(2 ** attempt, 40));
    }
    throw new RealmError('notes-busy', `'${ref}' keeps moving: gave up`, { hint: 'run the command again' });
  } finally {
    for (const left of await listRefs(repo, [scratch])) await swapRef(repo, left.name, left.oid, null);
  }
}
