import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import type { Refusal } from '../../git/refusal.ts';
import { type Exchange, pushRefused, tryExchange } from '../../store/exchange.ts';
import { wasMade } from '../../store/made.ts';
import { type PendingOperation, pendingWords } from '../../store/pending.ts';
import { requestedTip } from '../../store/request.ts';
import { setAside } from '../../store/set-aside.ts';
import type { Store } from '../../store/store.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import { readRequest, requestMerge } from './request.ts';
import type { Shared } from './share.ts';

/**
 * The realm here goes back to what its remote has; what the remote refuses is kept as pending operations. Throws
 * `realm-push-refused` where this process made one of them: nothing else that it was about to do may go on.
 */
export async function giveWay(
  context: Context,
  store: Store,
  who: Identity,
  refusal: Refusal,
  exchange: Exchange,
): Promise<Shared> {
  const remote = exchange.remote ?? '';
  const at = isoSeconds(context.now());
  const kept = await setAside({ store, who, remote, refusal, at }, async () => {
    const { refused } = await tryExchange(store, who, await requestedTip(store, who));
    if (refused === null) return null;
    return (await requestMerge(context, store, who, refused, false)) === null ? refused : null;
  });
  if (kept.length === 0) throw pushRefused(refusal);
  const mine = kept.filter((operation) => wasMade(store, keyOf(operation)));
  for (const operation of kept)
    if (!mine.includes(operation)) context.note(`${pendingWords(operation)}: git realm pending`);
  if (mine.length > 0) throw refusedWith(refusal, mine);
  const request = (await requestedTip(store, who)) === null ? null : await readRequest(store);
  return request === null ? { state: 'shared', exchange } : { state: 'awaiting merge', exchange, request };
}

const keyOf = ({ kind, op, commit }: PendingOperation): string =>
  kind === 'records' ? kind : (op ?? commit);

/** What to do first, by why it was refused, and what to type then. */
function refusedWith(refusal: Refusal, kept: readonly PendingOperation[]): RealmError {
  const { message, hint = '', data } = pushRefused(refusal);
  const ids = kept.map(({ id }) => id);
  const first = /ask for write access|an approver adds yours.*?\)/.exec(hint)?.[0];
  const [id = ''] = ids;
  return new RealmError('realm-push-refused', message, {
    hint: `the local realm is unchanged and your request is pending: ${first === undefined ? '' : `${first}, then `}git realm pending retry ${id}, or git realm pending drop ${id}`,
    data: { ...data, pending: ids },
  });
}
