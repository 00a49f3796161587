/**
 * `lib/actions/share`: puts an operation into the realm and exchanges it with the realm's remote; what the
 * remote does not take directly becomes a proposal or a request to merge. It also chooses the forge of a
 * repository.
 */

import { counted, forCount } from '../../count.ts';
import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { type Exchange, tryExchange } from '../../store/exchange.ts';
import { trackingRef } from '../../store/fetch-realm.ts';
import { pendingOperations } from '../../store/pending.ts';
import { requestedTip } from '../../store/request.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import type { RealmRequest } from './request.ts';

/** How the exchange with the realm's remote went; offline work is kept and said so. */
export type Shared =
  | { state: 'local' }
  /** `kept`: proposals and notes that this user may not push stay here. */
  | { state: 'shared'; exchange: Exchange; kept?: true }
  /** Its main branch does not take it from this user: it waits on a branch until somebody merges it. */
  | { state: 'awaiting merge'; exchange: Exchange; request: RealmRequest }
  | { state: 'offline'; why: string };

/**
 * Exchange with the realm's remote; what its main branch does not take from this user is asked for by a branch, or a pull
 * request. Being offline is not a failure. What is refused everywhere becomes a pending operation (`giveWay`): an error where this
 * process made it, else a message. `look`: ask the forge how the request stands
 * although nothing is new.
 */
export async function shareStore(
  context: Context,
  store: Store,
  who: Identity,
  look = false,
): Promise<Shared> {
  try {
    const waiting = await requestedTip(store, who);
    const { refused, journals, ...done } = await tryExchange(store, who, waiting);
    await shareJournals(context, store, done.remote, journals);
    tell(context, done);
    const kept = refused?.kind === 'access' && !(await isAhead(store, done.remote ?? ''));
    if (refused !== null && !kept) {
      const { requestMerge } = await import('./request.ts');
      const request = await requestMerge(context, store, who, refused, look);
      if (request !== null) return { state: 'awaiting merge', exchange: done, request };
      return await (await import('./refused.ts')).giveWay(context, store, who, refused, done);
    }
    if (waiting !== null) await (await import('./request.ts')).settleRequest(context, store, who);
    if (done.remote === null) return { state: 'local' };
    if (done.pushed && (await pendingOperations(store)).length > 0)
      await (await import('../../store/set-aside.ts')).sweepPending(store);
    return { state: 'shared', exchange: done, ...(kept ? { kept } : {}) };
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'realm-unreachable') throw error;
    return { state: 'offline', why: error.message };
  }
}

/** Exchange with the realm's remote, and read the realm again. See `shareStore`. */
export async function share(context: Context, workspace: Workspace, look = false): Promise<Shared> {
  if (context.dryRun || (await workspace.remote()) === null) return { state: 'local' };
  const shared = await shareStore(context, workspace.store, workspace.who(), look);
  if (shared.state !== 'offline') await workspace.refresh();
  return shared;
}

/** Has the main branch here what that of the remote has not? */
async function isAhead(store: Store, remote: string): Promise<boolean> {
  const [here, there] = await Promise.all(
    [store.branch, trackingRef(store, remote)].map((ref) => store.objects.resolve(ref)),
  );
  return here !== there;
}

/** What waits for a merge, as far as it is known here; without the network, and without a process. `null`: nothing does. */
export async function waitingRequest(workspace: {
  store: Store;
  who(): Identity;
}): Promise<RealmRequest | null> {
  const who = identityOrNull(workspace);
  if (who === null || (await requestedTip(workspace.store, who)) === null) return null;
  return (await import('./request.ts')).readRequest(workspace.store);
}

/** Looking needs no identity. */
function identityOrNull(workspace: { who(): Identity }): Identity | null {
  try {
    return workspace.who();
  } catch (error) {
    if (error instanceof RealmError) return null;
    throw error;
  }
}

/** Journals that the remote lacks, so that a colleague or CI can go on; old ones that were pruned there do not come back. */
async function shareJournals(
  context: Context,
  store: Store,
  remote: string | null,
  ids: readonly string[],
): Promise<void> {
  if (remote === null || ids.length === 0) return;
  const { journalAt, isPrunable, OPS } = await import('../../store/journal.ts');
  const { pushJournals } = await import('../../store/journal-share.ts');
  const records = await Promise.all(ids.map((id) => journalAt(store, OPS + id)));
  const wanted = ids.filter((_id, at) => {
    const record = records[at];
    return record !== null && record !== undefined && !isPrunable(record, context.now());
  });
  await pushJournals(store, remote, wanted);
}

function tell(context: Context, { word, dropped }: Exchange): void {
  if (word !== null) context.note(word);
  for (const lost of dropped) context.note(`not published: ${lost.subject}: ${lost.why}`);
}

/** One line about it, or nothing where the realm has no remote. */
export function sharedWords(shared: Shared): string | null {
  switch (shared.state) {
    case 'local':
      return null;
    case 'offline':
      return `saved in the local realm, not pushed (${shared.why}); to push it later: git realm sync`;
    case 'awaiting merge':
      return requestWords(shared.request);
    case 'shared':
      return shared.exchange.pushed ? pushedWords(shared.exchange) : null;
  }
}

const pushedWords = ({ commits }: Exchange): string =>
  commits === 0 ? 'updated the realm' : `pushed ${counted(commits, 'realm commit')}`;

/** A message where it is not on the realm's main branch yet. */
export function noteWaiting(context: Context, shared: Shared): void {
  const words = shared.state === 'shared' ? null : sharedWords(shared);
  if (words !== null) context.note(words);
}

/** Where what waits is, and what happens next. */
export function requestWords({ state, commits, number, url, how }: RealmRequest): string {
  const many = counted(commits.length, 'realm commit');
  const place = url ?? (number === null ? '' : `#${number}`);
  if (state === 'closed')
    return `${place} was closed without being merged: ${many} ${forCount(commits.length, 'waits', 'wait')} here; ${how}`;
  return place === '' ? `awaiting merge: ${many}; ${how}` : `awaiting merge: ${many} in ${place}`;
}
