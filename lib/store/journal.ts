import { hostname } from 'node:os';
import { heldBy } from '../change/custody.ts';
import { readied } from '../change/run.ts';
import {
  type ChangeVerb,
  type JournalRecord,
  type JournalWriter,
  LOCAL_VERBS,
  type Plan,
} from '../change/types.ts';
import { RealmError } from '../errors.ts';
import { committedAt } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { newCommit } from '../git/new-commit.ts';
import { listRefs } from '../git/refs.ts';
import { isObject } from '../json.ts';
import { shortTag } from '../tag.ts';
import { mustSign } from './engine.ts';
import { readCommit } from './read-commit.ts';
import { skip } from './skipped.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';

/** Where journals are (docs/design/layout.md). */
export const OPS = 'refs/realm/ops/';
const FILE = 'journal.json';

/** Finished journals older than this go. */
const KEPT_DAYS = 90;

/** What a journal is written with. */
export interface JournalContext {
  store: Store;
  who: Identity;
  now(): Date;
  /** Called at the end of each phase, when the journal is written; absent: others need not see it yet. */
  share?: ((id: string) => Promise<void>) | undefined;
}

/** Begin a journal for a plan; its first commit already says that the steps that wait for nothing are started. */
export async function beginJournal(
  context: JournalContext,
  plan: Plan,
  head: { id: string; at: string },
): Promise<JournalWriter> {
  const record: JournalRecord = {
    format: 1,
    ...head,
    by: context.who.email,
    ...plan,
    ...processHere(context.store),
    state: 'running',
    steps: plan.steps.map((step) => ({ ...step, state: 'todo', result: null, error: null })),
  };
  readied(record.steps);
  const journal = writer(context, record, null, await signs(context));
  await journal.finish('running');
  return journal;
}

/**
 * Resume a journal: this process now runs it. Throws `op-running` while another one lives; one on another
 * machine counts as living while it was heard of a short time ago, unless `takeOver`.
 */
export async function resumeJournal(
  context: JournalContext,
  record: JournalRecord,
  takeOver = false,
): Promise<JournalWriter> {
  const { store } = context;
  const [ref] = await listRefs(store.repo, [OPS + record.id]);
  const heard = await heardOf(store, ref?.oid ?? null);
  if (record.state === 'running' && isAlive(record, context.now().getTime() - heard, takeOver)) {
    const where = record.host === hostname() ? `process ${record.pid}` : `${record.by} on ${record.host}`;
    throw new RealmError('op-running', `'git realm ${record.verb}' of '${record.branch}' is still running`, {
      hint:
        record.host === hostname()
          ? `wait for ${where}`
          : `wait for ${where}; if it no longer runs: --continue --take-over`,
    });
  }
  const at = context
    .now()
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z');
  const own = { ...heldBy(record, context.who.email, at), ...processHere(store) };
  const journal = writer(context, own, ref?.oid ?? null, await signs(context));
  await journal.finish('running');
  return journal;
}

/** Journals are pushed too: what the realm asks of its commits holds for them. */
const signs = async ({ store, who }: JournalContext): Promise<boolean> =>
  mustSign((await readSnapshot(store)).model, who);

const processHere = (store: Store) => ({ pid: process.pid, host: hostname(), store: storeId(store) });

/** Names this store among all of a realm: derived, so that nothing has to be kept. */
const storeId = (store: Store): string => shortTag(`${hostname()}:${store.repo.commonDir}`);

/** Does its work lie in this store's checkouts? A journal of an older version belongs to its holder. */
export const isOfStore = (record: JournalRecord, store: Store): boolean =>
  record.store === undefined || record.store === storeId(store);

/** Can it be resumed from here? Worktrees, and commits that are not pushed, exist on one machine only. */
export const isWithinReach = (record: JournalRecord, store: Store): boolean =>
  isOfStore(record, store) || !LOCAL_VERBS.includes(record.verb);

export const isUnfinished = ({ state }: JournalRecord): boolean => state === 'running' || state === 'stopped';

/** When something was last written down, ms since the epoch. */
async function heardOf(store: Store, oid: string | null): Promise<number> {
  const commit = oid === null ? null : await readCommit(store, oid);
  return committedAt(commit) * 1000;
}

function writer(
  context: JournalContext,
  record: JournalRecord,
  tip: string | null,
  sign: boolean,
): JournalWriter {
  const { store, who, now, share } = context;
  let at = tip;
  let waiting: { words: string[]; done: Promise<void> } | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = async (words: string[]): Promise<void> => {
    const oid = await newCommit(store.repo, {
      ref: OPS + record.id,
      from: at,
      files: new Map([[FILE, `${JSON.stringify(record, null, 1)}\n`]]),
      message: `${record.verb} ${record.branch}: ${words.join(', ')}\n`,
      identity: who,
      date: now(),
      sign,
    });
    if (oid === null) throw taken(record);
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
        const step = record.steps.find((other) => other.id === id);
        if (step !== undefined) Object.assign(step, change);
      }
      return write(changes.map(({ id, state }) => `${state} ${id}`).join(', '));
    },
    finish: (state) => {
      record.state = state;
      return write(state);
    },
    share: async () => {
      await writing;
      await share?.(record.id);
    },
  };
}

export const taken = (record: JournalRecord): RealmError =>
  new RealmError('op-taken', `another user resumed '${record.verb}' of '${record.branch}'`, {
    exitCode: 1,
    hint: 'for its progress: git realm status',
  });

/** What is said of a ref that should hold a journal. */
export const NO_JOURNAL = 'it does not contain a journal written by git realm';

/** The journals of this store, the newest first; what a stranger wrote there and we cannot read is skipped and named. */
export async function readJournals(store: Store): Promise<JournalRecord[]> {
  const refs = await listRefs(store.repo, [OPS]);
  const found = await Promise.all(
    refs.map(async ({ name, oid }) => {
      const record = await journalAt(store, oid);
      if (record === null) await skip(store, name, oid, NO_JOURNAL);
      return record;
    }),
  );
  return found.flatMap((record) => record ?? []).sort(newestFirst);
}

/** Of two that began in the same second, the one that comes later in the life of a change set is the newer. */
export const newestFirst = (a: JournalRecord, b: JournalRecord): number =>
  a.at < b.at ? 1 : a.at > b.at ? -1 : LIFE.indexOf(b.verb) - LIFE.indexOf(a.verb);

const LIFE: readonly ChangeVerb[] = [
  'worktree',
  'commit',
  'push',
  'pr',
  'pr-close',
  'pr-merge',
  'pr-draft',
  'worktree-remove',
];

/** Is a journal finished for so long that it goes? */
export const isPrunable = ({ state, at }: JournalRecord, now: Date): boolean =>
  state !== 'running' && state !== 'stopped' && Date.parse(at) <= now.getTime() - KEPT_DAYS * 86_400_000;

/** A journal of a thousand repos is not that large. */
const MAX_BYTES = 8 << 20;

/** A journal at a commit; `null`: there is none that we can read. */
export async function journalAt(store: Store, oid: string): Promise<JournalRecord | null> {
  const blob = await store.objects.readWithin(`${oid}:${FILE}`, MAX_BYTES);
  return blob === null || !('bytes' in blob) ? null : parseJournal(blob.bytes.toString('utf8'));
}

/** A journal's text; `null`: it is not one that we write. */
export function parseJournal(text: string): JournalRecord | null {
  try {
    const record = JSON.parse(text) as JournalRecord;
    const sound =
      record.format === 1 &&
      typeof record.id === 'string' &&
      /^[0-9a-f]{4,64}$/.test(record.id) &&
      Array.isArray(record.steps) &&
      record.steps.every(isObject);
    return sound ? record : null;
  } catch {
    return null;
  }
}

/** A process of another machine that was not heard of for so long, in milliseconds, counts as gone. */
const SILENCE_MS = 120_000;

/** A process of this machine is asked; one of another machine can only be heard of. The ref's compare-and-swap decides. */
function isAlive({ pid, host }: JournalRecord, silence: number, takeOver: boolean): boolean {
  if (host !== hostname()) return !takeOver && silence < SILENCE_MS;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
