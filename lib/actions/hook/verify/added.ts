import { isHeldBy, strokeProblem } from '../../../change/custody.ts';
import type { Commit } from '../../../git/commit.ts';
import { notedAt, noteOf, notesAbout } from '../../../git/note-tree.ts';
import { refusedLines } from '../../../governance/records.ts';
import { samePerson } from '../../../realm/people.ts';
import { isPrunable, journalAt, parseJournal } from '../../../store/journal.ts';
import { judgedDiff } from '../../../store/raw-diff.ts';
import { transportUser } from './actor.ts';
import { commitOf, emailIn, isKnown, jsonIn, MAX_STEPS, type Push } from './push.ts';

/** A journal is one file, and names its ref: nothing else goes by the name of an operation. */
export async function judgeJournal(
  push: Push,
  commit: Commit,
  ref: string,
  actor: string,
): Promise<string[]> {
  const { rules } = push;
  if (rules === null || !isKnown(push, actor)) return [`'${actor}' does not maintain any repo of this realm`];
  const changes = await judgedDiff(push.store, commit.parents[0] ?? null, commit.oid);
  const [change] = changes;
  const plain = change?.path === 'journal.json' && change.to?.mode === '100644' && changes.length === 1;
  if (!plain) return ['an operation must contain a journal (journal.json), and nothing else'];
  if (change.to?.text === null) return [`its journal ${change.to.unread}`];
  const text = change.to?.text ?? '';
  const id = jsonIn(text)?.id;
  if (ref !== `refs/realm/ops/${String(id)}`) return [`its journal belongs to operation '${String(id)}'`];
  const is = parseJournal(text);
  if (is === null) return ['its journal is not in the format that git realm writes'];
  const parent = commit.parents[0];
  const was = change.from === null ? null : parseJournal(change.from.text ?? '');
  const begunBy = parent === undefined ? actor : await beginnerOf(push, parent);
  const problem = strokeProblem(rules, { was, is, begunBy, actor });
  return problem === null ? [] : [problem];
}

/** Who wrote the first state of a journal; '' where it has no beginning that can be read. */
async function beginnerOf({ store }: Push, tip: string): Promise<string> {
  for (let [oid, steps]: [string, number] = [tip, 0]; steps <= MAX_STEPS; steps++) {
    const commit: Commit | null = await commitOf(store, oid);
    if (commit === null) return '';
    const [parent] = commit.parents;
    if (parent === undefined) return emailIn(commit.author);
    oid = parent;
  }
  return '';
}

/** Journals of what was finished long ago are tidied up by those whose they are. */
export async function mayPrune(push: Push, old: string | null): Promise<boolean> {
  const record = old === null ? null : await journalAt(push.store, old);
  const { email } = transportUser(push, push.rules);
  if (old === null || record === null || email === undefined || !isPrunable(record, push.now)) return false;
  return isHeldBy(record, await beginnerOf(push, old), email);
}

/** How much of one note may be by somebody who approves nothing: nobody fills it up for others, in bytes. */
const MAX_SHARE = 64 * 1024;

/** Notes only grow: every line that was there stays, every new line is a record by the user who pushes it. */
export async function judgeNotes(push: Push, commit: Commit, actor: string): Promise<string[]> {
  const parent = commit.parents[0] ?? null;
  const objects = new Set<string>();
  for (const { path, from, to } of await judgedDiff(push.store, parent, commit.oid)) {
    const object = notedAt(path, commit.oid.length);
    if (object === null || (to !== null && to.mode !== '100644')) return [`'${path}' is not a note`];
    for (const side of [from, to]) if (side?.text === null) return [`'${path}' ${side.unread}`];
    objects.add(object);
  }
  const refused = await Promise.all(
    [...objects].map((object) => judgeNote(push, object, actor, { before: parent, after: commit.oid })),
  );
  return refused.flat();
}

async function judgeNote(
  push: Push,
  object: string,
  actor: string,
  { before, after }: { before: string | null; after: string },
): Promise<string[]> {
  const { store, now, rules } = push;
  const was = before === null ? [] : await notesAbout(store.objects, before, object);
  const unread = was.find(({ text }) => text === null);
  if (unread?.text === null) return [`'${unread.path}' ${unread.unread}`];
  const note = await noteOf(store.objects, after, object);
  if (note.kind === 'bad') return [note.why];
  const lines = linesOf(note.kind === 'none' ? '' : note.text);
  const old = new Set(was.flatMap(({ text }) => linesOf(text ?? '')));
  if ([...old].some((line) => !lines.includes(line)))
    return ['a record was removed from a note: records can only be added'];
  const share = lines.filter((line) => samePerson(String(jsonIn(line)?.by), actor)).join('\n');
  if (Buffer.byteLength(share) > MAX_SHARE && !approvesSomewhere(rules, actor))
    return [`more than ${MAX_SHARE} bytes of a note would be written by '${actor}'`];
  return refusedLines(
    lines.filter((line) => !old.has(line)),
    actor,
    now,
    rules,
  );
}

const approvesSomewhere = (rules: Push['rules'], actor: string): boolean =>
  [undefined, ...(rules?.domainNames() ?? [])].some((domain) =>
    rules?.governance(domain).approvers.some((approver) => samePerson(approver, actor)),
  );

const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);
