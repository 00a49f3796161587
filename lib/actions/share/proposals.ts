import { mapPool } from '../../change/pool.ts';
import { RealmError } from '../../errors.ts';
import type { Commit } from '../../git/commit.ts';
import { dateOfSeconds, personIn } from '../../git/commit.ts';
import { listRefs, type Ref } from '../../git/refs.ts';
import { isDerived } from '../../governance/derived.ts';
import type { RealmRecord } from '../../governance/records.ts';
import { type Approvers, approversOf } from '../../realm/approvers.ts';
import { domainPath } from '../../realm/kinds.ts';
import { samePerson } from '../../realm/people.ts';
import { PROPOSALS } from '../../store/aside.ts';
import { type Landings, landingsUpTo } from '../../store/landings.ts';
import { rawDiff } from '../../store/raw-diff.ts';
import { readCommit } from '../../store/read-commit.ts';
import { recordsBy } from '../../store/record-notes.ts';
import { proposalProblem, skip } from '../../store/skipped.ts';
import type { Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { type Trust, trustAt } from '../../store/trust.ts';
import { isoSeconds } from '../open/context.ts';

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

/** Who decides, and how, in one line. */
export const waitsFor = (proposal: Proposal, me?: string): string =>
  `proposal ${proposal.id} waits for ${deciders(proposal, me)}: git realm approve ${proposal.id}`;

/** Whose approval would count, with `me` called you. Approving one's own counts only for a sole approver. */
export function deciders({ approvers, author, sole }: Proposal, me?: string): string {
  const isMe = (person: string) => me !== undefined && samePerson(person, me);
  const counting = approvers.filter((approver) => sole || !samePerson(approver, author));
  return counting.map((person) => (isMe(person) ? 'you' : person)).join(' or ') || 'an approver';
}

/** Every proposal of the realm, the newest first. What is none, or cannot be read, is skipped and named. */
export async function listProposals(store: Store, snapshot: Snapshot): Promise<Proposal[]> {
  const refs = await listRefs(store.repo, [PROPOSALS]);
  if (refs.length === 0) return [];
  const all = await withSources(store, snapshot, (sources) =>
    mapPool(refs, AT_ONCE, (ref) => proposalOrNone(sources, ref)),
  );
  return all.flat().sort((a, b) => b.date.localeCompare(a.date) || a.id.localeCompare(b.id));
}

/** Proposals read side by side. */
const AT_ONCE = 32;

/** What is read once, however many proposals there are. */
export interface Sources {
  store: Store;
  snapshot: Snapshot;
  landings: Landings;
  trust: Trust;
}

export async function withSources<T>(
  store: Store,
  snapshot: Snapshot,
  work: (sources: Sources) => Promise<T>,
): Promise<T> {
  const tip = snapshot.commit?.oid ?? store.branch;
  const [landings, trust] = await Promise.all([landingsUpTo(store, tip), trustAt(store, store.branch)]);
  try {
    return await work({ store, snapshot, landings, trust });
  } finally {
    await trust.close();
  }
}

async function proposalOrNone(sources: Sources, { name, oid }: Ref): Promise<Proposal[]> {
  const { store } = sources;
  try {
    const problem = await proposalProblem(store, oid);
    if (problem === null) return [await proposalAt(sources, name.slice(PROPOSALS.length), oid)];
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
  const [found, ...others] = all.filter(
    (proposal) => proposal.id === id || (id.length >= 4 && proposal.id.startsWith(id)),
  );
  if (found !== undefined && others.length === 0) return found;
  const open = all.filter((proposal) => proposal.state === 'open').map((proposal) => proposal.id);
  throw new RealmError('no-such-proposal', `no proposal '${id}' in this realm`, {
    hint: open.length === 0 ? 'no open proposals' : `open: ${open.join(', ')}`,
  });
}

export async function proposalAt(sources: Sources, id: string, oid: string): Promise<Proposal> {
  const { store, snapshot, trust } = sources;
  const commit = await readCommit(store, oid);
  const parent = commit?.parents[0];
  if (commit === null || parent === undefined)
    throw new RealmError('bad-proposal', `proposal '${id}' is not a commit based on the realm's main branch`);
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
    state: await proposalState(sources, { id, parent, files, records }),
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

export const decidersOf = ({ approvers, sole }: Proposal): Approvers => ({ people: approvers, sole });

const dateOf = (commit: Commit): string => isoSeconds(dateOfSeconds(personIn(commit.author).seconds));

async function proposalState(
  { store, snapshot, landings }: Sources,
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
