import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { setRef } from '../../git/refs.ts';
import type { Op } from '../../realm/ops/types.ts';
import { samePerson } from '../../realm/people.ts';
import { PROPOSALS } from '../../store/aside.ts';
import { commitPlan } from '../../store/engine.ts';
import { pushRefused } from '../../store/exchange.ts';
import { markMade } from '../../store/made.ts';
import { planOn } from '../../store/planning.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { listProposals, type Proposal, proposalAt, withSources } from './proposals.ts';
import { noteWaiting, shareStore } from './share.ts';
/**
 * Keep an operation that needs approval as a proposal, and publish it where the realm has a remote. The same one proposed
 * again is the same proposal; one whose content changed takes its place, and approvals of the older content do not count.
 */
export async function propose(context: Context, store: Store, op: Op, who: Identity): Promise<Proposal> {
  const asked = { ...op, proposed: true };
  // Anyone who imported meanwhile is affected too.
  await tryExchange(context, store, who);
  const snapshot = await readSnapshot(store);
  const planned = await planOn(snapshot, asked);
  if (planned.kind === 'nothing') throw new RealmError('nothing-to-propose', planned.why);
  const mine = (await listProposals(store, snapshot)).find(
    (proposal) =>
      (proposal.state === 'open' || proposal.state === 'outdated') &&
      samePerson(proposal.author, who.email) &&
      proposal.files.every(({ path }) => planned.files.has(path)),
  );
  const id = mine?.id ?? op.id.slice(0, 8);
  const made = await commitPlan(store, {
    ref: `refs/realm/scratch/proposal-${id}`,
    snapshot,
    planned: { ...planned, subject: `proposal: ${planned.subject}` },
    // It names itself: nobody brings it back under another name.
    op: { ...asked, proposal: id },
    who,
    force: true,
  });
  if (made === null) throw new RealmError('realm-busy', 'the realm kept changing: gave up');
  const fresh = await withSources(store, snapshot, (sources) => proposalAt(sources, id, made));
  const same = mine?.state === 'open' && JSON.stringify(mine.files) === JSON.stringify(fresh.files);
  await setRef(store.repo, `refs/realm/scratch/proposal-${id}`, null);
  if (!same) await setRef(store.repo, `${PROPOSALS}${id}`, made);
  markMade(store, op.id);
  const proposal = same && mine !== undefined ? mine : fresh;
  await publishProposal(context, store, who, proposal);
  return proposal;
}

/** Proposals are refs of the realm; who may not push to it asks by pull request, where its forge has them. */
async function publishProposal(
  context: Context,
  store: Store,
  who: Identity,
  proposal: Proposal,
): Promise<void> {
  const shared = await shareStore(context, store, who);
  if (shared.state !== 'shared' || shared.kept !== true) return noteWaiting(context, shared);
  const { requestProposal } = await import('./request.ts');
  const place = await requestProposal(context, store, who, proposal);
  if (place === null) throw pushRefused({ kind: 'access', why: 'you do not have write access' });
  context.note(`requested proposal ${proposal.id} in ${place}`);
}

/** Offline a proposal waits here; a refusal of the server is an error. */
/** See above. */
export const tryExchange = async (context: Context, store: Store, who: Identity): Promise<void> =>
  noteWaiting(context, await shareStore(context, store, who));
