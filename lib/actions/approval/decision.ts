import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { resolveRevision } from '../../git/refs.ts';
import { notApprover } from '../../realm/ops/land.ts';
import { samePerson } from '../../realm/people.ts';
import { NOTES } from '../../store/aside.ts';
import { putBack } from '../../store/exchange.ts';
import { forgetPending } from '../../store/pending.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import type { Proposal } from '../share/proposals.ts';
import { tryExchange } from '../share/propose.ts';
export interface Decided {
  proposal: Proposal;
  /** The realm commit it landed by; `null` where it did not land. */
  commit: string | null;
  /** From when a breaking change counts, ISO 8601. */
  effectiveAt: string | null;
}

/** Work on main branch and notes, and share it; a server that refuses it leaves both as they were. */
export async function allOrNothing(
  context: Context,
  store: Store,
  who: Identity,
  work: () => Promise<Decided>,
): Promise<Decided> {
  const [main = null, notes = null] = await Promise.all(
    [store.branch, NOTES].map((ref) => resolveRevision(store.repo, ref)),
  );
  const decided = await work();
  try {
    await tryExchange(context, store, who);
    return decided;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'realm-push-refused') throw error;
    await putBack(store, { main, notes });
    // An approval without what it lets in, or the other way round, is nothing to try again.
    for (const id of (error.data.pending as string[] | undefined) ?? []) await forgetPending(store, id);
    throw new RealmError(error.code, error.message, {
      hint: 'the decision was not saved',
      data: error.data,
      cause: error,
    });
  }
}

export function mustDecide(proposal: Proposal, who: Identity): void {
  mustBeOpen(proposal);
  mustApprove(proposal, who);
}

export function mustApprove({ approvers }: Proposal, who: Identity): void {
  if (!approvers.some((approver) => samePerson(approver, who.email))) throw notApprover(who.email, approvers);
}

export function mustBeOpen(proposal: Proposal): void {
  if (proposal.state === 'open' || proposal.state === 'outdated') return;
  const by = proposal.records.findLast(({ kind }) => kind === 'rejection');
  const why = by?.kind === 'rejection' && by.why !== undefined ? `: ${by.why}` : '';
  throw new RealmError('proposal-closed', `proposal ${proposal.id} has ${closed[proposal.state]}${why}`, {
    exitCode: 1,
    hint: 'git realm proposals --all',
  });
}

const closed = { landed: 'already landed', rejected: 'been rejected', open: '', outdated: '' } as const;
