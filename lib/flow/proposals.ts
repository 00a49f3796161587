import { RealmError } from '../errors.ts';
import { type Commit, trailer } from '../git/commit.ts';
import type { Identity } from '../git/fast-import.ts';
import { readNote } from '../git/notes.ts';
import { listRefs } from '../git/refs.ts';
import { approvalsThatCount, type RealmRecord } from '../governance/records.ts';
import { samePerson } from '../governance/verify.ts';
import { domainPath, kindOf, paths } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { type LandOp, outdated } from '../realm/ops/land.ts';
import type { Op } from '../realm/ops/types.ts';
import { NOTES, PROPOSALS } from '../store/aside.ts';
import { applyOp, commitPlan, planOn, readCommit } from '../store/engine.ts';
import { rawDiff } from '../store/raw-diff.ts';
import { addRecord, recordsOf } from '../store/records.ts';
import { readSnapshot, type Snapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { type Flow, isoSeconds, opHead } from './flow.ts';
import { noteWaiting, shareStore } from './share.ts';
import { withEffect } from './verify.ts';

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
  files: { path: string; from: string | null; to: string | null }[];
  records: RealmRecord[];
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
    op: asked,
    who,
    force: true,
  });
  if (made === null) throw new RealmError('realm-busy', 'the realm keeps moving: gave up');
  const fresh = await proposalAt(store, snapshot, id, made);
  const same = mine?.state === 'open' && JSON.stringify(mine.files) === JSON.stringify(fresh.files);
  await store.repo.git(['update-ref', '-d', `refs/realm/scratch/proposal-${id}`]);
  if (!same) await store.repo.git(['update-ref', `${PROPOSALS}${id}`, made]);
  await tryExchange(flow, store, who);
  return same && mine !== undefined ? mine : fresh;
}

/** Who decides, and how, in one line. */
export const waitsFor = (proposal: Proposal): string =>
  `proposal ${proposal.id} waits for ${proposal.approvers.join(' or ') || 'an approver'}: git realm approve ${proposal.id}`;

/** Offline a proposal waits here; a refusal of the server is an error. */
const tryExchange = async (flow: Flow, store: Store, who: Identity): Promise<void> =>
  noteWaiting(flow, await shareStore(flow, store, who));

/** Every proposal of the realm, the newest first. */
export async function listProposals(store: Store, snapshot: Snapshot): Promise<Proposal[]> {
  const refs = await listRefs(store.repo, [PROPOSALS]);
  const all = await Promise.all(
    refs.map(({ name, oid }) => proposalAt(store, snapshot, name.slice(PROPOSALS.length), oid)),
  );
  return all.sort((a, b) => b.date.localeCompare(a.date) || a.id.localeCompare(b.id));
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

async function proposalAt(store: Store, snapshot: Snapshot, id: string, oid: string): Promise<Proposal> {
  const commit = await readCommit(store, oid);
  const parent = commit?.parents[0];
  if (commit === null || parent === undefined)
    throw new RealmError('bad-proposal', `proposal '${id}' is no commit on the realm's main branch`);
  const files = (await rawDiff(store, parent, oid))
    .filter(({ path }) => path !== paths.codeowners)
    .map(({ path, from, to }) => ({ path, from: from?.oid ?? null, to: to?.oid ?? null }));
  const records = await recordsOf(store, snapshot.model, oid, await readNote(store.repo, NOTES, oid));
  const domain = files.flatMap(({ path }) => domainPath(path)?.domain ?? [])[0] ?? null;
  const [subject = '', ...body] = commit.message.split('\n');
  return {
    id,
    commit: oid,
    state: await stateOf(store, snapshot, { id, parent, files, records }),
    subject: subject.replace(/^proposal: /, ''),
    lines: body.filter((line) => line.startsWith('- ')).map((line) => line.slice(2)),
    author: /<([^>]*)>/.exec(commit.author)?.[1] ?? '',
    date: dateOf(commit),
    domain,
    approvers: snapshot.model.governance(domain ?? undefined).approvers,
    files,
    records,
  };
}

const dateOf = (commit: Commit): string =>
  isoSeconds(new Date(Number(/> (\d{1,11}) /.exec(commit.author)?.[1] ?? 0) * 1000));

async function stateOf(
  store: Store,
  snapshot: Snapshot,
  { id, parent, files, records }: Pick<Proposal, 'id' | 'files' | 'records'> & { parent: string },
): Promise<Proposal['state']> {
  const tip = snapshot.commit?.oid ?? store.branch;
  const args = ['log', '--format=%B%x00', '--fixed-strings', `--grep="proposal":"${id}"`, tip, `^${parent}`];
  const { stdout } = await store.repo.git(args, { ok: [0, 128] });
  const landed = stdout
    .toString('utf8')
    .split('\0')
    .some((message) => /^\{"verb":"land",/.test(trailer(message.trim(), 'Realm-Op') ?? ''));
  if (landed) return 'landed';
  if (records.at(-1)?.kind === 'rejection') return 'rejected';
  for (const { path, from } of files) {
    const now = (await store.objects.info(`${tip}:${path}`))?.oid ?? null;
    if (now !== from) return 'outdated';
  }
  return 'open';
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
 * plus the grace period. Throws `not-approver`, `own-proposal`, `proposal-closed`, `proposal-outdated`.
 */
export async function approve(flow: Flow, store: Store, who: Identity, id: string): Promise<Decided> {
  await tryExchange(flow, store, who);
  const snapshot = await readSnapshot(store);
  const proposal = await theProposal(store, snapshot, id);
  mustDecide(proposal, who);
  if (samePerson(proposal.author, who.email) && proposal.approvers.length > 1)
    throw new RealmError('own-proposal', `proposal ${proposal.id} is your own: another approver decides`, {
      exitCode: 1,
      hint: `ask ${proposal.approvers.filter((one) => !samePerson(one, who.email)).join(' or ')}`,
    });
  const moved = proposal.state === 'outdated' ? (proposal.files[0]?.path ?? '') : null;
  if (moved !== null) throw outdated({ proposal: proposal.id }, moved);
  const head = opHead(flow, who);
  const changes = proposal.files.map(({ path, from, to }) => ({ path, old: from, new: to }));
  const counting = approvalsThatCount(proposal.records, proposal.approvers, proposal.author);
  if (!counting.some((one) => samePerson(one.by, who.email)))
    await record(store, proposal, { kind: 'approval', by: who.email, at: head.at, changes }, who);
  const effectiveAt = effectAfter(flow.now(), snapshot.model, proposal);
  const payload: { [path: string]: string } = {};
  for (const { path, to } of proposal.files) {
    if (to === null) continue;
    const text = (await store.objects.read(to))?.bytes.toString('utf8') ?? '';
    payload[path] =
      effectiveAt !== null && kindOf(path) === 'contract' ? withEffect(path, text, effectiveAt) : text;
  }
  const op: LandOp = {
    verb: 'land',
    ...head,
    proposal: proposal.id,
    subject: proposal.subject,
    files: Object.fromEntries(proposal.files.map(({ path, from, to }) => [path, { from, to }])),
    payload,
  };
  const applied = await applyOp(store, op, who);
  if (applied.word !== null) flow.note(applied.word);
  await tryExchange(flow, store, who);
  return { proposal: { ...proposal, state: 'landed' }, commit: applied.commit, effectiveAt };
}

/** Only a change of a published contract has somebody who must be given time. */
function effectAfter(now: Date, model: RealmModel, proposal: Proposal): string | null {
  const breaks = proposal.files.some(
    ({ path, from, to }) => kindOf(path) === 'contract' && from !== null && to !== null,
  );
  const { graceDays } = model.governance(proposal.domain ?? undefined);
  return breaks && graceDays > 0 ? isoSeconds(new Date(now.getTime() + graceDays * 86_400_000)) : null;
}

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
  await record(store, proposal, { kind: 'rejection', by: who.email, at: isoSeconds(flow.now()), why }, who);
  await tryExchange(flow, store, who);
  return { proposal: { ...proposal, state: 'rejected' }, commit: null, effectiveAt: null };
}

const record = (store: Store, proposal: Proposal, line: RealmRecord, who: Identity): Promise<void> =>
  addRecord(store, proposal.commit, line, who);

function mustDecide(proposal: Proposal, who: Identity): void {
  mustBeOpen(proposal);
  if (proposal.approvers.some((one) => samePerson(one, who.email))) return;
  throw new RealmError('not-approver', `'${who.email}' is no approver of this realm`, {
    exitCode: 1,
    hint:
      proposal.approvers.length === 0
        ? 'it has none: see realm.yaml'
        : `ask ${proposal.approvers.join(' or ')}`,
  });
}

function mustBeOpen(proposal: Proposal): void {
  if (proposal.state === 'open' || proposal.state === 'outdated') return;
  const by = proposal.records.at(-1);
  const why = by?.why === undefined ? '' : `: ${by.why}`;
  throw new RealmError('proposal-closed', `proposal ${proposal.id} has ${closed[proposal.state]}${why}`, {
    exitCode: 1,
    hint: 'git realm proposals --all',
  });
}

const closed = { landed: 'landed already', rejected: 'been rejected', open: '', outdated: '' } as const;
