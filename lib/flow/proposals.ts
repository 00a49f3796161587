import { mapPool } from '../change/pool.ts';
import { RealmError } from '../errors.ts';
import type { Commit } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { listRefs, type Ref, resolveRevision } from '../git/refs.ts';
import { type Approvers, approversOf } from '../governance/approvers.ts';
import { isDerived } from '../governance/codeowners.ts';
import { samePerson } from '../governance/people.ts';
import {
  approvalsThatCount,
  CLOCK_TOLERANCE,
  type RealmRecord,
  standingApprovals,
} from '../governance/records.ts';
import { domainPath, kindOf } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { blobOf, type LandOp, notApprover, outdated, ownProposal, withEffect } from '../realm/ops/land.ts';
import type { Op } from '../realm/ops/types.ts';
import { inEffect, type UnlandOp } from '../realm/ops/unland.ts';
import { pendingUntil } from '../realm/releases.ts';
import { NOTES, PROPOSALS } from '../store/aside.ts';
import { applyOp, commitPlan, planOn, readCommit } from '../store/engine.ts';
import { pushRefused, putBack } from '../store/exchange.ts';
import { type Landings, landingsUpTo } from '../store/landings.ts';
import { markMade } from '../store/made.ts';
import { forgetPending } from '../store/pending.ts';
import { rawDiff } from '../store/raw-diff.ts';
import { addRecord, recordsBy } from '../store/records.ts';
import { proposalProblem, skip } from '../store/skipped.ts';
import { readSnapshot, type Snapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { type Trust, trustAt } from '../store/trust.ts';
import { type Flow, isoSeconds, opHead } from './flow.ts';
import { line } from './records.ts';
import { noteWaiting, shareStore } from './share.ts';

/** A realm change that waits for approval, or did. */
export interface Proposal {
  id: string;
  commit: string;
  /** `outdated`: what it changes was changed meanwhile. */
  state: 'open' | 'rejected' | 'landed' | 'outdated';
  subject: string;
  /** What changes, why it needs approval, and whom it affects. */
  lines: string[];
  author: string;
  /** ISO 8601. */
  date: string;
  domain: string | null;
  approvers: string[];
  /** Each place that it touches has one approver and no other, who then approves their own. */
  sole: boolean;
  files: { path: string; from: string | null; to: string | null }[];
  records: RealmRecord[];
  /** Why what was said about it is not read, and so does not count; `null`: it is. */
  problem: string | null;
}

/**
 * Keep an operation that needs approval as a proposal, and publish it where the realm has a remote. The same one proposed
 * again is the same proposal; one whose content changed takes its place, and approvals of the older content do not count.
 */
export async function propose(flow: Flow, store: Store, op: Op, who: Identity): Promise<Proposal> {
  const asked = { ...op, proposed: true };
  // Whoever imported meanwhile is affected too.
  await tryExchange(flow, store, who);
  const snapshot = await readSnapshot(store);
  const planned = await planOn(snapshot, asked);
  if (planned.kind === 'nothing') throw new RealmError('nothing-to-propose', planned.why);
  const mine = (await listProposals(store, snapshot)).find(
    (one) =>
      (one.state === 'open' || one.state === 'outdated') &&
      samePerson(one.author, who.email) &&
      one.files.every(({ path }) => planned.files.has(path)),
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
  if (made === null) throw new RealmError('realm-busy', 'the realm keeps moving: gave up');
  const fresh = await withContext(store, snapshot, (context) => proposalAt(context, id, made));
  const same = mine?.state === 'open' && JSON.stringify(mine.files) === JSON.stringify(fresh.files);
  await store.repo.git(['update-ref', '-d', `refs/realm/scratch/proposal-${id}`]);
  if (!same) await store.repo.git(['update-ref', `${PROPOSALS}${id}`, made]);
  markMade(store, op.id);
  const proposal = same && mine !== undefined ? mine : fresh;
  await publishProposal(flow, store, who, proposal);
  return proposal;
}

/** Proposals are refs of the realm; who may not push to it asks by pull request, where its forge has them (DESIGN §8). */
async function publishProposal(flow: Flow, store: Store, who: Identity, proposal: Proposal): Promise<void> {
  const shared = await shareStore(flow, store, who);
  if (shared.state !== 'shared' || shared.kept !== true) return noteWaiting(flow, shared);
  const { requestProposal } = await import('./request.ts');
  const place = await requestProposal(flow, store, who, proposal);
  if (place === null) throw pushRefused({ kind: 'access', why: 'you may not write to it' });
  flow.note(`proposal ${proposal.id} is asked for in ${place}`);
}

/** Who decides, and how, in one line. */
export const waitsFor = (proposal: Proposal, me?: string): string =>
  `proposal ${proposal.id} waits for ${deciders(proposal, me)}: git realm approve ${proposal.id}`;

/** Whose approval would count, with `me` called you. Approving one's own counts only for a sole approver. */
export function deciders({ approvers, author, sole }: Proposal, me?: string): string {
  const isMe = (one: string) => me !== undefined && samePerson(one, me);
  const counting = approvers.filter((one) => sole || !samePerson(one, author));
  return counting.map((one) => (isMe(one) ? 'you' : one)).join(' or ') || 'an approver';
}

/** Offline a proposal waits here; a refusal of the server is an error. */
const tryExchange = async (flow: Flow, store: Store, who: Identity): Promise<void> =>
  noteWaiting(flow, await shareStore(flow, store, who));

/** Every proposal of the realm, the newest first. What is none, or cannot be read, is skipped and named. */
export async function listProposals(store: Store, snapshot: Snapshot): Promise<Proposal[]> {
  const refs = await listRefs(store.repo, [PROPOSALS]);
  if (refs.length === 0) return [];
  const all = await withContext(store, snapshot, (context) =>
    mapPool(refs, AT_ONCE, (ref) => proposalOrNone(context, ref)),
  );
  return all.flat().sort((a, b) => b.date.localeCompare(a.date) || a.id.localeCompare(b.id));
}

/** Proposals read side by side. */
const AT_ONCE = 32;

/** What is read once, however many proposals there are. */
interface Context {
  store: Store;
  snapshot: Snapshot;
  landings: Landings;
  trust: Trust;
}

async function withContext<T>(
  store: Store,
  snapshot: Snapshot,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const tip = snapshot.commit?.oid ?? store.branch;
  const [landings, trust] = await Promise.all([landingsUpTo(store, tip), trustAt(store, store.branch)]);
  try {
    return await work({ store, snapshot, landings, trust });
  } finally {
    await trust.close();
  }
}

async function proposalOrNone(context: Context, { name, oid }: Ref): Promise<Proposal[]> {
  const { store } = context;
  try {
    const problem = await proposalProblem(store, oid);
    if (problem === null) return [await proposalAt(context, name.slice(PROPOSALS.length), oid)];
    await skip(store, name, oid, problem);
  } catch (error) {
    if (!(error instanceof RealmError) || error.code === 'interrupted') throw error;
    await skip(store, name, oid, error.message);
  }
  return [];
}

/** The proposal of that name, or of the only one that begins so. Throws `no-such-proposal`. */
export async function theProposal(store: Store, snapshot: Snapshot, id: string): Promise<Proposal> {
  const all = await listProposals(store, snapshot);
  const [found, ...others] = all.filter((one) => one.id === id || (id.length >= 4 && one.id.startsWith(id)));
  if (found !== undefined && others.length === 0) return found;
  const open = all.filter((one) => one.state === 'open').map((one) => one.id);
  throw new RealmError('no-such-proposal', `no proposal '${id}' in this realm`, {
    hint: open.length === 0 ? 'none is open' : `open: ${open.join(', ')}`,
  });
}

async function proposalAt(context: Context, id: string, oid: string): Promise<Proposal> {
  const { store, snapshot, trust } = context;
  const commit = await readCommit(store, oid);
  const parent = commit?.parents[0];
  if (commit === null || parent === undefined)
    throw new RealmError('bad-proposal', `proposal '${id}' is no commit on the realm's main branch`);
  const files = (await rawDiff(store, parent, oid))
    .filter((change) => !isDerived(change))
    .map(({ path, from, to }) => ({ path, from: from?.oid ?? null, to: to?.oid ?? null }));
  const { records, problem } = await recordsBy(store, snapshot.model, trust, oid);
  const domain = files.flatMap(({ path }) => domainPath(path)?.domain ?? [])[0] ?? null;
  const { people, sole } = approversOf(
    snapshot.model,
    files.map(({ path }) => path),
  );
  const [subject = '', ...body] = commit.message.split('\n');
  return {
    id,
    commit: oid,
    state: await stateOf(context, { id, parent, files, records }),
    subject: subject.replace(/^proposal: /, ''),
    lines: body.filter((line) => line.startsWith('- ')).map((line) => line.slice(2)),
    author: /<([^>]*)>/.exec(commit.author)?.[1] ?? '',
    date: dateOf(commit),
    domain,
    approvers: people,
    sole,
    files,
    records,
    problem,
  };
}

const decidersOf = ({ approvers, sole }: Proposal): Approvers => ({ people: approvers, sole });

const dateOf = (commit: Commit): string =>
  isoSeconds(new Date(Number(/> (\d{1,11}) /.exec(commit.author)?.[1] ?? 0) * 1000));

async function stateOf(
  { store, snapshot, landings }: Context,
  { id, parent, files, records }: Pick<Proposal, 'id' | 'files' | 'records'> & { parent: string },
): Promise<Proposal['state']> {
  const tip = snapshot.commit?.oid ?? store.branch;
  if (landings.last(id, parent) === 'land') return 'landed';
  if (records.some(({ kind }) => kind === 'rejection')) return 'rejected';
  const now = await Promise.all(
    files.map(async ({ path }) => (await store.objects.info(`${tip}:${path}`))?.oid ?? null),
  );
  if (files.every(({ from }, at) => from === now[at])) return 'open';
  // Merged as a pull request.
  return files.every(({ to }, at) => to === now[at]) ? 'landed' : 'outdated';
}

export interface Decided {
  proposal: Proposal;
  /** The realm commit it landed by; `null` where it did not land. */
  commit: string | null;
  /** From when a breaking change counts, ISO 8601. */
  effectiveAt: string | null;
}

/**
 * Approve a proposal: a record for exactly its content, and the proposal lands. A breaking change counts from the approval
 * plus the grace period. Where the realm's server refuses it, nothing of it is kept. `seen` names the content that is meant, by
 * the beginning of its commit's oid; without it what this person was shown last is meant. Throws `not-approver`,
 * `own-proposal`, `proposal-closed`, `proposal-outdated`, `proposal-moved`, `clock-behind`.
 */
export async function approve(
  flow: Flow,
  store: Store,
  who: Identity,
  id: string,
  seen?: string,
): Promise<Decided> {
  await tryExchange(flow, store, who);
  const snapshot = await readSnapshot(store);
  const proposal = await theProposal(store, snapshot, id);
  mustDecide(proposal, who);
  const { approvers } = proposal;
  if (samePerson(proposal.author, who.email) && !proposal.sole)
    throw ownProposal(proposal.id, who.email, approvers);
  const moved = proposal.state === 'outdated' ? (proposal.files[0]?.path ?? '') : null;
  if (moved !== null) throw outdated({ proposal: proposal.id }, moved);
  mustNotBeEarly(flow.now(), proposal);
  await (await import('./as-shown.ts')).mustBeAsShown(flow, store, who, proposal, seen);
  const head = opHead(flow, who);
  const effectiveAt = effectAfter(flow.now(), snapshot.model, proposal);
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
  return allOrNothing(flow, store, who, async () => {
    const counting = approvalsThatCount(proposal.records, decidersOf(proposal), proposal.author);
    if (!counting.some((one) => samePerson(one.by, who.email)))
      await addRecord(store, proposal.commit, { kind: 'approval', ...line(flow, who), changes }, who);
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) flow.note(applied.word);
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

const textOf = async (store: Store, oid: string): Promise<string> =>
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
    `proposal ${proposal.id} was made at ${proposal.date}, and your clock says ${isoSeconds(now)}`,
    { exitCode: 1, hint: 'set the clock of this machine, then try again' },
  );
}

/** Work on main branch and notes, and share it; a server that refuses it leaves both as they were. */
async function allOrNothing(
  flow: Flow,
  store: Store,
  who: Identity,
  work: () => Promise<Decided>,
): Promise<Decided> {
  const [main = null, notes = null] = await Promise.all(
    [store.branch, NOTES].map((ref) => resolveRevision(store.repo, ref)),
  );
  const decided = await work();
  try {
    await tryExchange(flow, store, who);
    return decided;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'realm-push-refused') throw error;
    await putBack(store, { main, notes });
    // An approval without what it lets in, or the other way round, is nothing to try again.
    for (const id of (error.data.pending as string[] | undefined) ?? []) await forgetPending(store, id);
    throw new RealmError(error.code, error.message, {
      hint: 'nothing of it is kept here',
      data: error.data,
      cause: error,
    });
  }
}

/**
 * Take one's own approval back. While the grace period of what it let in runs, that goes again: the version before has been
 * valid all along, and the proposal is open once more. Throws `not-approved`, `in-effect`, `built-upon`.
 */
export async function withdraw(
  flow: Flow,
  store: Store,
  who: Identity,
  id: string,
  why?: string,
): Promise<Decided> {
  await tryExchange(flow, store, who);
  const snapshot = await readSnapshot(store);
  const proposal = await theProposal(store, snapshot, id);
  const standing = standingApprovals(proposal.records);
  const mine = standing.filter((one) => samePerson(one.by, who.email));
  if (mine.length === 0) throw notApproved(proposal, who);
  // Another approval carries it all the same.
  const carried = approvalsThatCount(
    standing.filter((one) => !mine.includes(one)),
    decidersOf(proposal),
    proposal.author,
  );
  const goes = proposal.state === 'landed' && carried.length === 0;
  const op = goes ? await unlandOp(flow, store, who, snapshot, proposal) : null;
  return allOrNothing(flow, store, who, async () => {
    for (const { id: of } of mine) {
      const taken = { kind: 'withdrawal', ...line(flow, who) } as const;
      const said = { ...(of === undefined ? {} : { of }), ...(why === undefined ? {} : { why }) };
      await addRecord(store, proposal.commit, { ...taken, ...said }, who);
    }
    if (op === null) return { proposal, commit: null, effectiveAt: null };
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) flow.note(applied.word);
    return { proposal: { ...proposal, state: 'open' }, commit: applied.commit, effectiveAt: null };
  });
}

/** The way back of what a proposal brought. Throws `in-effect` where nothing holds it up any more. */
async function unlandOp(
  flow: Flow,
  store: Store,
  who: Identity,
  { model }: Snapshot,
  proposal: Proposal,
): Promise<UnlandOp> {
  mustApprove(proposal, who);
  const contracts = proposal.files.flatMap(({ path }) => model.file('contract', path) ?? []);
  const now = flow.now().getTime();
  if (!contracts.some((one) => pendingUntil(one, now) !== null))
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
    ...opHead(flow, who),
    proposal: proposal.id,
    subject: proposal.subject,
    files,
    payload,
  };
}

const landedBlob = async (store: Store, path: string, to: string, due: string): Promise<string | null> =>
  blobOf(withEffect(path, await textOf(store, to), due), to);

const notApproved = (proposal: Proposal, who: Identity): RealmError =>
  new RealmError('not-approved', `no approval of proposal ${proposal.id} is by '${who.email}'`, {
    exitCode: 1,
    hint: `git realm proposals show ${proposal.id}`,
  });

/** Reject a proposal, with the reason; its author may take his own back so. */
export async function reject(
  flow: Flow,
  store: Store,
  who: Identity,
  id: string,
  why: string,
): Promise<Decided> {
  await tryExchange(flow, store, who);
  const proposal = await theProposal(store, await readSnapshot(store), id);
  if (!samePerson(proposal.author, who.email)) mustDecide(proposal, who);
  else mustBeOpen(proposal);
  return allOrNothing(flow, store, who, async () => {
    await addRecord(store, proposal.commit, { kind: 'rejection', ...line(flow, who), why }, who);
    return { proposal: { ...proposal, state: 'rejected' }, commit: null, effectiveAt: null };
  });
}

function mustDecide(proposal: Proposal, who: Identity): void {
  mustBeOpen(proposal);
  mustApprove(proposal, who);
}

function mustApprove({ approvers }: Proposal, who: Identity): void {
  if (!approvers.some((one) => samePerson(one, who.email))) throw notApprover(who.email, approvers);
}

function mustBeOpen(proposal: Proposal): void {
  if (proposal.state === 'open' || proposal.state === 'outdated') return;
  const by = proposal.records.findLast(({ kind }) => kind === 'rejection');
  const why = by?.kind === 'rejection' && by.why !== undefined ? `: ${by.why}` : '';
  throw new RealmError('proposal-closed', `proposal ${proposal.id} has ${closed[proposal.state]}${why}`, {
    exitCode: 1,
    hint: 'git realm proposals --all',
  });
}

const closed = { landed: 'landed already', rejected: 'been rejected', open: '', outdated: '' } as const;
