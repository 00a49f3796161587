import { isHeldBy, mayTakeOver } from '../../change/custody.ts';
import { type JournalRecord, type JournalWriter, LOCAL_VERBS } from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { isOfStore, type JournalContext, resumeJournal, taken } from '../../store/journal.ts';
import { pushJournals, yieldJournal } from '../../store/journal-share.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { share } from '../share/share.ts';

/**
 * Make a journal ours. The remote has the last word: if two users resume it at the same time, the first to push it wins.
 * Throws `op-not-yours`, `op-running`, `op-taken`, and `realm-unreachable` for one that was begun elsewhere.
 */
export async function takeUp(
  context: Context,
  workspace: Workspace,
  record: JournalRecord,
  takeOver: boolean,
): Promise<JournalWriter> {
  if (!isOurs(workspace)(record)) throw notYours(record);
  const { store } = workspace;
  const remote = await workspace.remote();
  const seen = remote !== null && !LOCAL_VERBS.includes(record.verb);
  const elsewhere = !isOfStore(record, store);
  const journal = await resumeJournal(journalContext(context, workspace, seen), record, takeOver);
  const claimed = seen ? await pushJournals(store, remote, [record.id]) : 'shared';
  if (claimed === 'shared' || (claimed === 'kept' && !elsewhere)) return journal;
  await share(context, workspace);
  if (remote !== null) await yieldJournal(store, remote, record.id);
  throw claimed === 'taken' ? taken(record) : notReached(record);
}

/** May the user resume a journal: is it theirs, or may they take it over? */
export const isOurs =
  (workspace: Workspace) =>
  (record: JournalRecord): boolean => {
    const { email } = workspace.who();
    return isHeldBy(record, record.by, email) || mayTakeOver(workspace.snapshot.model, record, email);
  };

function notYours({ verb, branch, by, id }: JournalRecord): RealmError {
  const command = `git realm ${String(verb).replace('-', ' ')}`;
  return new RealmError('op-not-yours', `'${command}' of '${branch}' was started by ${by}`, {
    exitCode: 1,
    hint: `only ${by} or a maintainer of every repo in it can resume it; to start your own: ${command}`,
    data: { id },
  });
}

/** At the end of a phase the realm is shared first: a journal tells of nothing that others cannot see. */
export const journalContext = (context: Context, workspace: Workspace, seen: boolean): JournalContext => ({
  store: workspace.store,
  who: workspace.who(),
  now: context.now,
  share: seen ? async () => void (await share(context, workspace)) : undefined,
});

const notReached = ({ verb, branch, by, host }: JournalRecord): RealmError =>
  new RealmError('realm-unreachable', `'${verb}' of '${branch}' was started by ${by} on ${host}`, {
    hint: 'the realm is needed to resume it: check the network and your access, then run it again',
  });
