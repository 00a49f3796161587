import type { Identity } from '../../git/fast-import.ts';
import { samePerson } from '../../realm/people.ts';
import { addRecord } from '../../store/record-notes.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { theProposal } from '../share/proposals.ts';
import { tryExchange } from '../share/propose.ts';
import { recordHead } from '../share/record-head.ts';
import { allOrNothing, type Decided, mustBeOpen, mustDecide } from './decision.ts';
/** Reject a proposal, with the reason; authors may withdraw their own proposal this way. */
export async function reject(
  context: Context,
  store: Store,
  who: Identity,
  id: string,
  why: string,
): Promise<Decided> {
  await tryExchange(context, store, who);
  const proposal = await theProposal(store, await readSnapshot(store), id);
  if (!samePerson(proposal.author, who.email)) mustDecide(proposal, who);
  else mustBeOpen(proposal);
  return allOrNothing(context, store, who, async () => {
    await addRecord(store, proposal.commit, { kind: 'rejection', ...recordHead(context, who), why }, who);
    return { proposal: { ...proposal, state: 'rejected' }, commit: null, effectiveAt: null };
  });
}
