import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { approvalsThatCount, standingApprovals } from '../../governance/records.ts';
import { blobOf, withEffect } from '../../realm/ops/land.ts';
import { inEffect, type UnlandOp } from '../../realm/ops/unland.ts';
import { samePerson } from '../../realm/people.ts';
import { pendingUntil } from '../../realm/releases.ts';
import { applyOp } from '../../store/engine.ts';
import { addRecord } from '../../store/record-notes.ts';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { type Context, opHead } from '../open/context.ts';
import { decidersOf, type Proposal, theProposal } from '../share/proposals.ts';
import { tryExchange } from '../share/propose.ts';
import { recordHead } from '../share/record-head.ts';
import { textOf } from './approve.ts';
import { allOrNothing, type Decided, mustApprove } from './decision.ts';
/**
 * Take one's own approval back. While the grace period of what it let in runs, that goes again: the version before has been
 * valid all along, and the proposal is open once more. Throws `not-approved`, `in-effect`, `built-upon`.
 */
export async function withdraw(
  context: Context,
  store: Store,
  who: Identity,
  id: string,
  why?: string,
): Promise<Decided> {
  await tryExchange(context, store, who);
  const snapshot = await readSnapshot(store);
  const proposal = await theProposal(store, snapshot, id);
  const standing = standingApprovals(proposal.records);
  const mine = standing.filter((record) => samePerson(record.by, who.email));
  if (mine.length === 0) throw notApproved(proposal, who);
  // Another approval carries it all the same.
  const carried = approvalsThatCount(
    standing.filter((record) => !mine.includes(record)),
    decidersOf(proposal),
    proposal.author,
  );
  const goes = proposal.state === 'landed' && carried.length === 0;
  const op = goes ? await unlandOp(context, store, who, snapshot, proposal) : null;
  return allOrNothing(context, store, who, async () => {
    for (const { id: of } of mine) {
      const taken = { kind: 'withdrawal', ...recordHead(context, who) } as const;
      const said = { ...(of === undefined ? {} : { of }), ...(why === undefined ? {} : { why }) };
      await addRecord(store, proposal.commit, { ...taken, ...said }, who);
    }
    if (op === null) return { proposal, commit: null, effectiveAt: null };
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) context.note(applied.word);
    return { proposal: { ...proposal, state: 'open' }, commit: applied.commit, effectiveAt: null };
  });
}

/** The way back of what a proposal brought. Throws `in-effect` where nothing holds it up any more. */
async function unlandOp(
  context: Context,
  store: Store,
  who: Identity,
  { model }: Snapshot,
  proposal: Proposal,
): Promise<UnlandOp> {
  mustApprove(proposal, who);
  const contracts = proposal.files.flatMap(({ path }) => model.file('contract', path) ?? []);
  const now = context.now().getTime();
  if (!contracts.some((contract) => pendingUntil(contract, now) !== null))
    throw inEffect({ proposal: proposal.id }, contracts[0]?.effective_at);
  const files: UnlandOp['files'] = {};
  const payload: { [path: string]: string } = {};
  for (const { path, from, to } of proposal.files) {
    // As it landed: with the date that the contract has now, if nothing else came upon it.
    const due = model.file('contract', path)?.effective_at;
    const landed = to === null || due === undefined ? to : await landedBlob(store, path, to, due);
    files[path] = { from: landed, to: from };
    if (from !== null) payload[path] = await textOf(store, from);
  }
  return {
    verb: 'unland',
    ...opHead(context, who),
    proposal: proposal.id,
    subject: proposal.subject,
    files,
    payload,
  };
}

const landedBlob = async (store: Store, path: string, to: string, due: string): Promise<string | null> =>
  blobOf(withEffect(path, await textOf(store, to), due), to);

const notApproved = (proposal: Proposal, who: Identity): RealmError =>
  new RealmError('not-approved', `proposal ${proposal.id} has no approval by '${who.email}'`, {
    exitCode: 1,
    hint: `git realm proposals show ${proposal.id}`,
  });
