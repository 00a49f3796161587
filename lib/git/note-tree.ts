import type { ObjectReader } from './objects.ts';
import { entriesAt } from './tree.ts';

/** What stands in the notes about an object: two notes of one object, or one that cannot be read, are not a note. */
export type Note = { kind: 'none' } | { kind: 'note'; text: string } | { kind: 'bad'; why: string };

/** Largest note, bytes. */
export const MAX_NOTE = 1 << 20;

/**
 * The object that a path in a tree of notes is about, or `null` where git reads no note: all its digits, the first of them in
 * folders of two each as there are more notes (git's notes.c; git-fast-import(1), `N`).
 */
export function notedAt(path: string, oidLength: number): string | null {
  if (!/^(?:[0-9a-f]{2}\/)*[0-9a-f]{2,}$/.test(path)) return null;
  const object = path.replaceAll('/', '');
  return object.length === oidLength ? object : null;
}

/** Every path at which git reads a note of an object. */
function pathsOf(object: string): string[] {
  const bytes = object.match(/../g) ?? [];
  return bytes.map((_byte, depth) => [...bytes.slice(0, depth), bytes.slice(depth).join('')].join('/'));
}

/** One note that is about an object, and its text, or why it was not read. */
export type FoundNote = { path: string } & ({ text: string } | { text: null; unread: string });

/** All notes that a revision of a notes ref has about an object: git writes one at most. */
export async function notesAbout(
  objects: ObjectReader,
  revision: string,
  object: string,
): Promise<FoundNote[]> {
  const tree = await objects.info(`${revision}^{tree}`);
  if (tree === null) return [];
  const found = await entriesAt(objects, tree.oid, pathsOf(object));
  return Promise.all(
    [...found].map(async ([path, { oid, odd }]) => {
      const unread = (why: string): FoundNote => ({ path, text: null, unread: why });
      if (odd !== undefined) return unread(`is not a valid git object: ${odd}`);
      const blob = await objects.readWithin(oid, MAX_NOTE);
      if (blob?.type !== 'blob') return unread(blob === null ? 'is missing' : `is a ${blob.type}`);
      if (!('bytes' in blob)) return unread(`has ${blob.size} bytes: a note has at most ${MAX_NOTE}`);
      const text = blob.bytes.toString('utf8');
      return Buffer.from(text, 'utf8').equals(blob.bytes) ? { path, text } : unread('is not UTF-8');
    }),
  );
}

/** The note of an object at a ref of notes, or at a commit that is not a ref yet. */
export async function noteOf(objects: ObjectReader, revision: string, object: string): Promise<Note> {
  const [note, ...others] = await notesAbout(objects, revision, object);
  if (note === undefined) return noNote(objects, revision);
  const bad = (why: string): Note => ({ kind: 'bad', why: `the note of ${object.slice(0, 10)} ${why}` });
  if (others.length > 0)
    return bad(`exists ${others.length + 1} times: '${note.path}', '${others[0]?.path}'`);
  return note.text === null ? bad(note.unread) : { kind: 'note', text: note.text };
}

/** There is none, unless the ref holds something else than notes: then nobody knows. */
async function noNote(objects: ObjectReader, revision: string): Promise<Note> {
  if ((await objects.info(`${revision}^{tree}`)) !== null) return { kind: 'none' };
  const oid = await objects.resolve(revision);
  return oid === null ? { kind: 'none' } : { kind: 'bad', why: `'${revision}' does not contain notes` };
}
