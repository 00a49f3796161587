import type { Commit } from '../../git/commit.ts';
import { refusedLines } from '../../governance/records.ts';
import { MAX_FILE } from '../../governance/tree-paths.ts';
import { isPrunable, journalAt } from '../../store/journal.ts';
import { rawDiff } from '../../store/raw-diff.ts';
import type { Store } from '../../store/store.ts';
import { transportUser } from './actor.ts';
import { isKnown, jsonIn, type Push } from './push.ts';

/** A journal is one file, and names its ref: nothing else goes by the name of an operation. */
export async function judgeJournal(
  push: Push,
  commit: Commit,
  ref: string,
  actor: string,
): Promise<string[]> {
  if (!isKnown(push, actor)) return [`'${actor}' maintains no repo of this realm`];
  const changes = await rawDiff(push.store, commit.parents[0] ?? null, commit.oid);
  const [change] = changes;
  const plain = change?.path === 'journal.json' && change.to?.mode === '100644' && changes.length === 1;
  if (!plain) return ['an operation has a journal (journal.json), and nothing else'];
  if ((change.to?.size ?? 0) > MAX_FILE) return ['its journal is too large'];
  const id = jsonIn(change.to?.text ?? '')?.id;
  return ref === `refs/realm/ops/${String(id)}` ? [] : [`its journal is that of operation '${String(id)}'`];
}

/** Journals of what was finished long ago are tidied up by whoever is known here (DESIGN §3). */
export async function mayPrune(push: Push, old: string | null): Promise<boolean> {
  const record = old === null ? null : await journalAt(push.store, old);
  const { email } = transportUser(push, push.rules);
  return record !== null && isPrunable(record, push.now) && email !== undefined && isKnown(push, email);
}

/** Notes only grow: every line that was there stays, every new one is a record by whoever pushes it. */
export async function judgeNotes(push: Push, commit: Commit, actor: string): Promise<string[]> {
  const { store } = push;
  const lines = new Map<string, { was: string[]; is: string[] }>();
  for (const { path, from, to } of await rawDiff(store, commit.parents[0] ?? null, commit.oid)) {
    // Notes of many objects are spread over folders; the object is the same.
    const object = path.replaceAll('/', '');
    if (!/^[0-9a-f]{40,64}$/.test(object) || (to !== null && to.mode !== '100644'))
      return [`'${path}' is no note`];
    const entry = lines.get(object) ?? { was: [], is: [] };
    lines.set(object, entry);
    entry.was.push(...(await linesOf(store, from?.oid)));
    entry.is.push(...(to?.text ?? '').split('\n').filter(Boolean));
  }
  return [...lines.values()].flatMap(({ was, is }) =>
    was.some((line) => !is.includes(line))
      ? ['a record is taken out of a note: records are only added']
      : refusedLines(
          is.filter((line) => !was.includes(line)),
          actor,
          push.now,
          push.rules,
        ),
  );
}

async function linesOf(store: Store, oid: string | undefined): Promise<string[]> {
  if (oid === undefined) return [];
  return ((await store.objects.read(oid))?.bytes.toString('utf8') ?? '').split('\n').filter(Boolean);
}
