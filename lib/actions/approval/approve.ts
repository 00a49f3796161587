import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { approvalsThatCount, CLOCK_TOLERANCE } from '../../governance/records.ts';
import { kindOf } from '../../realm/kinds.ts';
import type { RealmModel } from '../../realm/model.ts';
import { type LandOp, outdated, ownProposal, withEffect } from '../../realm/ops/land.ts';
import { samePerson } from '../../realm/people.ts';
import { pendingUntil } from '../../realm/releases.ts';
import { applyOp } from '../../store/engine.ts';
import { addRecord } from '../../store/record-notes.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { type Context, isoSeconds, opHead } from '../open/context.ts';
import { decidersOf, type Proposal, theProposal } from '../share/proposals.ts';
import { tryExchange } from '../share/propose.ts';
import { recordHead } from '../share/record-head.ts';
import { mustBeAsShown } from './as-shown.ts';
import { allOrNothing, type Decided, mustDecide } from './decision.ts';
/**
 * Approve a proposal: a record for exactly its content, and the proposal lands. A breaking change counts from the approval
 * plus the grace period. Where the realm's server refuses it, nothing of it is kept. `seen` names the content that is meant, by
 * the beginning of its commit's oid; without it what this person was shown last is meant. Throws `not-approver`,
 * `own-proposal`, `proposal-closed`, `proposal-outdated`, `proposal-moved`, `clock-behind`.
 */
export async function approve(
  context: Context,
  store: Store,
  who: Identity,
  id: string,
  seen?: string,
): Promise<Decided> {
  await tryExchange(context, store, who);
  const snapshot = await readSnapshot(store);
  const proposal = await theProposal(store, snapshot, id);
  mustDecide(proposal, who);
  const { approvers } = proposal;
  if (samePerson(proposal.author, who.email) && !proposal.sole)
    throw ownProposal(proposal.id, who.email, approvers);
  const moved = proposal.state === 'outdated' ? (proposal.files[0]?.path ?? '') : null;
  if (moved !== null) throw outdated({ proposal: proposal.id }, moved);
  mustNotBeEarly(context.now(), proposal);
  await mustBeAsShown(context, store, who, proposal, seen);
  const head = opHead(context, who);
  const effectiveAt = effectAfter(context.now(), snapshot.model, proposal);
  const op: LandOp = {
    verb: 'land',
    ...head,
    proposal: proposal.id,
    proposer: proposal.author,
    subject: proposal.subject,
    files: Object.fromEntries(proposal.files.map(({ path, from, to }) => [path, { from, to }])),
    payload: await landingTexts(store, proposal, effectiveAt),
  };
  const changes = proposal.files.map(({ path, from, to }) => ({ path, old: from, new: to }));
  return allOrNothing(context, store, who, async () => {
    const counting = approvalsThatCount(proposal.records, decidersOf(proposal), proposal.author);
    if (!counting.some((record) => samePerson(record.by, who.email)))
      await addRecord(
        store,
        proposal.commit,
        { kind: 'approval', ...recordHead(context, who), changes },
        who,
      );
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) context.note(applied.word);
    return { proposal: { ...proposal, state: 'landed' }, commit: applied.commit, effectiveAt };
  });
}

/** The texts that a proposal brings, a breaking contract with its date. */
async function landingTexts(
  store: Store,
  proposal: Proposal,
  effectiveAt: string | null,
): Promise<{ [path: string]: string }> {
  const texts: { [path: string]: string } = {};
  for (const { path, to } of proposal.files) {
    if (to === null) continue;
    const text = await textOf(store, to);
    texts[path] =
      effectiveAt !== null && kindOf(path) === 'contract' ? withEffect(path, text, effectiveAt) : text;
  }
  return texts;
}

export const textOf = async (store: Store, oid: string): Promise<string> =>
  (await store.objects.read(oid))?.bytes.toString('utf8') ?? '';

/**
 * From when a breaking change counts; only a change of a published contract has somebody who must be given time. It never
 * overtakes an earlier one that is still under way.
 */
function effectAfter(now: Date, model: RealmModel, proposal: Proposal): string | null {
  const broken = proposal.files.filter(
    ({ path, from, to }) => kindOf(path) === 'contract' && from !== null && to !== null,
  );
  if (broken.length === 0) return null;
  const underWay = broken.map(({ path }) => {
    const contract = model.file('contract', path);
    return (contract && pendingUntil(contract, now.getTime())) ?? 0;
  });
  const { graceDays } = model.governance(proposal.domain ?? undefined);
  const due = Math.max(now.getTime() + graceDays * 86_400_000, ...underWay);
  return due > now.getTime() ? isoSeconds(new Date(due)) : null;
}

/** An approval dated before its proposal says that a clock is wrong; the grace period would be counted by it. */
function mustNotBeEarly(now: Date, proposal: Proposal): void {
  if (now.getTime() >= Date.parse(proposal.date) - CLOCK_TOLERANCE) return;
  throw new RealmError(
    'clock-behind',
    `proposal ${proposal.id} is dated ${proposal.date}, which is later than your clock (${isoSeconds(now)})`,
    { exitCode: 1, hint: 'set the clock of this machine, then try again' },
  );
}
