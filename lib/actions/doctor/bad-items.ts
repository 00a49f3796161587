import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { discardNote, notedObjects } from '../../git/note-list.ts';
import { noteOf } from '../../git/note-tree.ts';
import { brokenRefs, listRefs, type Ref, swapRef } from '../../git/refs.ts';
import { orIfFatal } from '../../git/run.ts';
import { NOTES, PROPOSALS } from '../../store/aside.ts';
import { journalAt, NO_JOURNAL, OPS } from '../../store/journal.ts';
import { readCommit } from '../../store/read-commit.ts';
import { madeBy, makerOf, proposalProblem } from '../../store/skipped.ts';
import type { Store } from '../../store/store.ts';
import { type Context, identityIn } from '../open/context.ts';
import type { Symptom } from './types.ts';

const DRAFTS = 'refs/realm/drafts/';
const THEIRS = 'refs/realm-remotes/';

/**
 * Refs of the realm, and notes, that nothing can be made of: every command skips them. `--fix` drops what is here alone; what the
 * remote has is for somebody to remove who may.
 */
export async function badItemFindings(context: Context, store: Store): Promise<Symptom[]> {
  const refs = await listRefs(store.repo, ['refs/realm/', NOTES, THEIRS]);
  const found: Symptom[] = [];
  for (const ref of refs) {
    const why = await problemOf(store, ref);
    if (why !== null) found.push(await findingOf(store, ref, why));
  }
  return [...found, ...(await brokenFindings(store)), ...(await noteFindings(context, store, refs))];
}

/** Why a ref holds nothing that its name promises; `null`: it does, or promises nothing. */
async function problemOf(store: Store, { name, oid }: Ref): Promise<string | null> {
  const own = name.startsWith(THEIRS) ? name.replace(/^refs\/realm-remotes\/[^/]+\//, 'refs/realm/') : name;
  if (own.startsWith(PROPOSALS)) return proposalProblem(store, oid);
  if (own.startsWith(OPS)) return (await journalAt(store, oid)) === null ? NO_JOURNAL : null;
  if (own.startsWith(DRAFTS) || own === NOTES || own === 'refs/realm/notes/realm') {
    const commit = await readCommit(store, oid);
    if (commit === null) return 'it is not a commit, or its commit is missing';
    return (await store.objects.info(commit.tree)) === null ? 'its tree is missing' : null;
  }
  return null;
}

async function findingOf(store: Store, { name, oid }: Ref, why: string): Promise<Symptom> {
  const message = `'${name}' is skipped: ${why}; ${madeBy(await makerOf(store, oid))}`;
  if (!name.startsWith(THEIRS))
    return {
      id: 'bad-item',
      level: 'warning',
      message,
      mend: {
        words: 'remove this ref',
        done: 'removed it',
        run: async () => void (await swapRef(store.repo, name, oid, null)),
      },
    };
  const [, remote = '', rest = ''] = /^refs\/realm-remotes\/([^/]+)\/(.+)$/.exec(name) ?? [];
  const there = rest.startsWith('notes/') ? `refs/${rest}` : `refs/realm/${rest}`;
  return {
    id: 'bad-item-remote',
    level: 'warning',
    message,
    hint: `with permission to delete it on the server: git -C '${placeOf(store)}' push ${remote} --delete ${there}`,
  };
}

const placeOf = ({ repo }: Store): string => repo.worktree ?? repo.gitDir;

/** Refs that git itself skips: their files hold no object's name, or their names are none. */
async function brokenFindings(store: Store): Promise<Symptom[]> {
  const names = await brokenRefs(store.repo, ['refs/realm/', 'refs/notes/']);
  return names.map((name) => {
    const file = path.join(store.repo.commonDir, name);
    const isOurs = store.repo.refFiles === true && isPlainFile(store, file);
    return {
      id: 'bad-item',
      level: 'warning',
      message: `'${name}' is skipped: git cannot read it as a ref; ${madeBy(null)}`,
      ...(isOurs
        ? {
            mend: {
              words: 'remove this ref',
              done: 'removed it',
              run: async () => rmSync(file, { force: true }),
            },
          }
        : { hint: `git -C '${placeOf(store)}' update-ref -d '${name}'` }),
    };
  });
}

/** A file below the realm's refs: nothing else is ever removed, wherever a name leads. */
function isPlainFile(store: Store, file: string): boolean {
  const inside = ['refs/realm', 'refs/notes'].some((folder) =>
    file.startsWith(path.join(store.repo.commonDir, folder) + path.sep),
  );
  try {
    return inside && lstatSync(file).isFile();
  } catch {
    return false;
  }
}

/** Notes that are binary, gone, too large, or there twice: none of their records counts. */
async function noteFindings(context: Context, store: Store, refs: readonly Ref[]): Promise<Symptom[]> {
  const notes = refs.find(({ name }) => name === NOTES);
  if (notes === undefined || (await readCommit(store, notes.oid)) === null) return [];
  const objects = await orIfFatal(notedObjects(store.repo, NOTES), []);
  const isOnlyHere = (await store.remote()) === null;
  const found: Symptom[] = [];
  for (const object of objects) {
    const note = await noteOf(store.objects, NOTES, object);
    if (note.kind !== 'bad') continue;
    const message = `${note.why}: its records are ignored; ${madeBy(null)}`;
    const remove = async () => {
      const { who } = await identityIn(store.repo, context.env);
      await discardNote(store.repo, NOTES, object, who);
    };
    found.push({
      id: 'bad-note',
      level: 'warning',
      message,
      ...(isOnlyHere
        ? { mend: { words: 'remove the note', done: 'removed it', run: remove } }
        : { hint: `with permission to rewrite notes on the server: git notes --ref=realm remove ${object}` }),
    });
  }
  return found;
}
