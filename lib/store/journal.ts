import { hostname } from 'node:os';
import type { JournalRecord, JournalWriter, Plan } from '../change/types.ts';
import { RealmError } from '../errors.ts';
import type { Identity } from '../git/fast-import.ts';
import { newCommit } from '../git/new-commit.ts';
import { listRefs, swapRef } from '../git/refs.ts';
import { mustSign } from './engine.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';

const PREFIX = 'refs/realm/ops/';
const FILE = 'journal.json';

/** Finished journals older than this go (DESIGN §3). */
const KEPT_DAYS = 90;

/** Begin a journal for a plan. */
export async function beginJournal(
  store: Store,
  plan: Plan,
  head: { id: string; at: string },
  who: Identity,
): Promise<JournalWriter> {
  const record: JournalRecord = {
    format: 1,
    ...head,
    by: who.email,
    ...plan,
    pid: process.pid,
    host: hostname(),
    state: 'running',
    steps: plan.steps.map((step) => ({ ...step, state: 'todo', result: null, error: null })),
  };
  const journal = writer(store, record, null, who, await signs(store, who));
  await journal.finish('running');
  return journal;
}

/** Go on with a journal: ours is now the process that runs it. Throws `op-running` while another one lives. */
export async function resumeJournal(
  store: Store,
  record: JournalRecord,
  who: Identity,
): Promise<JournalWriter> {
  if (record.state === 'running' && isAlive(record)) {
    throw new RealmError('op-running', `'git realm ${record.verb}' of '${record.branch}' is still running`, {
      hint: `wait for process ${record.pid}`,
    });
  }
  const [ref] = await listRefs(store.repo, [PREFIX + record.id]);
  const own = { ...record, pid: process.pid, host: hostname() };
  const journal = writer(store, own, ref?.oid ?? null, who, await signs(store, who));
  await journal.finish('running');
  return journal;
}

/** Journals are pushed too: what the realm asks of its commits holds for them. */
const signs = async (store: Store, who: Identity): Promise<boolean> =>
  mustSign((await readSnapshot(store)).model, who);

function writer(
  store: Store,
  record: JournalRecord,
  tip: string | null,
  who: Identity,
  sign: boolean,
): JournalWriter {
  let at = tip;
  let waiting: { words: string[]; done: Promise<void> } | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = async (words: string[]): Promise<void> => {
    const oid = await newCommit(store.repo, {
      ref: PREFIX + record.id,
      from: at,
      files: new Map([[FILE, `${JSON.stringify(record, null, 1)}\n`]]),
      message: `${record.verb} ${record.branch}: ${words.join(', ')}\n`,
      identity: who,
      date: new Date(record.at),
      sign,
    });
    if (oid === null) {
      throw new RealmError('op-taken', `another process took '${record.verb}' of '${record.branch}' over`, {
        hint: 'look at it with git realm worktree list',
      });
    }
    at = oid;
  };
  /** Changes that come while a commit is being written go into the next one together. */
  const write = (word: string): Promise<void> => {
    if (waiting !== undefined) {
      waiting.words.push(word);
      return waiting.done;
    }
    const batch = { words: [word], done: Promise.resolve() };
    waiting = batch;
    batch.done = writing.then(() => {
      waiting = undefined;
      return flush(batch.words);
    });
    writing = batch.done.catch(() => {});
    return batch.done;
  };
  return {
    record,
    mark: (changes) => {
      for (const { id, ...change } of changes) {
        const step = record.steps.find((one) => one.id === id);
        if (step !== undefined) Object.assign(step, change);
      }
      return write(changes.map(({ id, state }) => `${state} ${id}`).join(', '));
    },
    finish: (state) => {
      record.state = state;
      return write(state);
    },
  };
}

/** The journals of this store, the newest first; what a stranger wrote there and we cannot read is left out. */
export async function readJournals(store: Store): Promise<JournalRecord[]> {
  const refs = await listRefs(store.repo, [PREFIX]);
  const found: { record: JournalRecord; ref: string; oid: string }[] = [];
  for (const { name, oid } of refs) {
    const blob = await store.objects.read(`${oid}:${FILE}`);
    const record = blob === null ? null : parse(blob.bytes.toString('utf8'));
    if (record !== null) found.push({ record, ref: name, oid });
  }
  return found.map(({ record }) => record).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Remove journals that are finished for 90 days. */
export async function pruneJournals(store: Store, now: Date): Promise<void> {
  const limit = now.getTime() - KEPT_DAYS * 86_400_000;
  for (const record of await readJournals(store)) {
    if (record.state === 'running' || record.state === 'stopped') continue;
    if (Date.parse(record.at) > limit) continue;
    const [ref] = await listRefs(store.repo, [PREFIX + record.id]);
    if (ref !== undefined) await swapRef(store.repo, ref.name, ref.oid, null);
  }
}

function parse(text: string): JournalRecord | null {
  try {
    const record = JSON.parse(text) as JournalRecord;
    const sound =
      record.format === 1 &&
      typeof record.id === 'string' &&
      /^[0-9a-f]{4,64}$/.test(record.id) &&
      Array.isArray(record.steps);
    return sound ? record : null;
  } catch {
    return null;
  }
}

/** A process of another machine cannot be asked: it counts as gone, and the compare-and-swap of the ref decides. */
function isAlive({ pid, host }: JournalRecord): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
