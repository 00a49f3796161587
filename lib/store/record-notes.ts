import { RealmError } from '../errors.ts';
import type { Identity } from '../git/fast-import.ts';
import { noteOf } from '../git/note-tree.ts';
import { appendNote } from '../git/notes.ts';
import { type RealmRecord, recordsIn } from '../governance/records.ts';
import type { RealmModel } from '../realm/model.ts';
import { NOTES } from './aside.ts';
import { mustSign } from './engine.ts';
import { markMade } from './made.ts';
import { readSnapshot } from './snapshot.ts';
import { checkStatement, type Statement, signStatement } from './statement.ts';
import type { Store } from './store.ts';
import { type Trust, trustAt } from './trust.ts';

/**
 * Add a record to the note of a realm commit. Where the realm asks for signatures the record carries its own, so that it
 * proves itself wherever its line goes, and the commit of the notes is signed as any other. Throws what `signCommit` throws.
 */
export async function addRecord(
  store: Store,
  commit: string,
  record: RealmRecord,
  who: Identity,
): Promise<void> {
  const sign = mustSign((await readSnapshot(store)).model, who);
  const signature = sign ? await signStatement(store, statementOf(commit, record), who) : undefined;
  const line = JSON.stringify(signature === undefined ? record : { ...record, signature });
  await append(store, commit, line, who, sign);
}

/** What a note lacks cannot be added to one that is not read. Throws `bad-note`. */
async function append(
  store: Store,
  commit: string,
  line: string,
  who: Identity,
  sign: boolean,
): Promise<void> {
  const note = await noteOf(store.objects, NOTES, commit);
  if (note.kind === 'bad')
    throw new RealmError('bad-note', note.why, { hint: `git notes --ref ${NOTES} show ${commit}` });
  await appendNote(store.repo, { ref: NOTES, object: commit, lines: [line], who }, sign);
  markMade(store, 'records');
}

/** Add a line that proves nothing to anybody; the commit of the notes is signed as any other. */
export async function addLine(store: Store, commit: string, line: string, who: Identity): Promise<void> {
  const sign = mustSign((await readSnapshot(store)).model, who);
  await append(store, commit, line, who, sign);
}

/** What is signed: the record, and which commit it refers to. */
function statementOf(commit: string, record: RealmRecord & { signature?: unknown }): Statement {
  const { signature: _itself, ...said } = record;
  return { text: JSON.stringify({ on: commit, ...said }), by: record.by, at: record.at };
}

/** The records of a note that count by a realm's rules: where it asks for signatures, those that prove themselves. */
export async function provenRecords(
  store: Store,
  { model, trust, commit, note }: { model: RealmModel; trust: Trust; commit: string; note: string | null },
): Promise<RealmRecord[]> {
  const all = recordsIn(note);
  if (model.realm?.trust?.require_signed_commits !== true) return all;
  const proven: RealmRecord[] = [];
  for (const record of all) {
    const { signature } = record as { signature?: unknown };
    if (typeof signature !== 'string' || Number.isNaN(Date.parse(record.at))) continue;
    // It was pushed once, and its key counted then: it goes on to count until the key is taken away.
    const said = await checkStatement(store, trust, statementOf(commit, record), signature, null);
    if (said.kind === 'good') proven.push(record);
  }
  return proven;
}

/** What was said about a commit; `problem`: why its note was not read, and so nothing in it counts. */
export interface Said {
  records: RealmRecord[];
  problem: string | null;
}

/** The records about a commit that count by the rules of the realm's main branch as it is now. */
export async function recordsOf(store: Store, model: RealmModel, commit: string): Promise<Said> {
  const trust = await trustAt(store, store.branch);
  try {
    return await recordsBy(store, model, trust, commit);
  } finally {
    await trust.close();
  }
}

/** The same with keys that are already loaded. */
export async function recordsBy(
  store: Store,
  model: RealmModel,
  trust: Trust,
  commit: string,
): Promise<Said> {
  const note = await noteOf(store.objects, NOTES, commit);
  if (note.kind !== 'note') return { records: [], problem: note.kind === 'bad' ? note.why : null };
  return { records: await provenRecords(store, { model, trust, commit, note: note.text }), problem: null };
}
