import type { Commit } from '../../git/commit.ts';
import { readNote } from '../../git/notes.ts';
import { resolveRevision } from '../../git/refs.ts';
import { samePerson } from '../../governance/people.ts';
import {
  acknowledgedBy,
  approvalsThatCount,
  type RealmRecord,
  standingApprovals,
} from '../../governance/records.ts';
import type { Approved, FileChange, Withdrawn } from '../../governance/rules/step.ts';
import { paths } from '../../realm/kinds.ts';
import type { RealmModel } from '../../realm/model.ts';
import { withEffect } from '../../realm/ops/land.ts';
import { namesOf } from '../../realm/releases.ts';
import { NOTES } from '../../store/aside.ts';
import { contractVersions } from '../../store/history.ts';
import { rawDiff } from '../../store/raw-diff.ts';
import { provenRecords } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { commitOf, emailIn, operationIn, type Push, refKind, trustIn } from './push.ts';

/** A proposal that a commit lands or takes back, and what was said about it. */
interface Landing {
  verb: 'land' | 'unland';
  id: string;
  proposer: string;
  changes: FileChange[];
  records: RealmRecord[];
}

export async function proposalOf(push: Push, commit: Commit, before: RealmModel): Promise<Landing | null> {
  const { store, updates } = push;
  const op = operationIn(commit);
  if ((op?.verb !== 'land' && op?.verb !== 'unland') || typeof op.proposal !== 'string') return null;
  const ref = `refs/realm/proposals/${op.proposal}`;
  if (refKind(store, ref) !== 'proposal') return null;
  const pushed = updates.find((one) => one.ref === ref)?.new;
  const oid = pushed ?? (await resolveRevision(store.repo, ref));
  const proposal = oid === null || oid === undefined ? null : await commitOf(store, oid);
  const parent = proposal?.parents[0];
  if (proposal === null || parent === undefined) return null;
  const changes = await rawDiff(store, parent, proposal.oid);
  return {
    verb: op.verb,
    id: op.proposal,
    proposer: emailIn(proposal.author),
    changes,
    records: await provenRecords(store, {
      model: before,
      trust: await trustIn(push, commit.parents[0] ?? ''),
      commit: proposal.oid,
      note: await noteAt(store, notesOf(push), proposal.oid),
    }),
  };
}

/** The notes as they will be after the push. */
const notesOf = ({ updates }: Push): string => updates.find((one) => one.ref === NOTES)?.new ?? NOTES;

/** The approval that a commit lands, if it counts by the rules before the commit. */
export function approvedBy(landing: Landing, before: RealmModel): Approved | null {
  const { verb, id, proposer, changes, records } = landing;
  if (verb !== 'land') return null;
  const approvals = approvalsThatCount(records, approversOfAll(before, changes), proposer);
  const counting = approvals.filter((one) => bindsTo(one.changes ?? [], changes));
  if (counting.length === 0) return null;
  return {
    proposal: id,
    proposer,
    at: Math.min(...counting.map((one) => Date.parse(one.at))),
    covers: (change) => changes.some((proposed) => lands(proposed, change)),
  };
}

/** What goes again since nobody's approval carries it: each file from as it landed to as it was. */
export function withdrawnFrom({ verb, changes, records }: Landing): Withdrawn | null {
  const withdrawn = records.some(({ kind }) => kind === 'withdrawal');
  if (verb !== 'unland' || !withdrawn || standingApprovals(records).length > 0) return null;
  return {
    covers: ({ path, from, to }) =>
      changes.some(
        (proposed) =>
          proposed.path === path &&
          (proposed.from?.oid ?? null) === (to?.oid ?? null) &&
          lands(proposed, { path, from: proposed.from, to: from }),
      ),
  };
}

/** Who acknowledged the version of a contract that a commit has: records on the commit that published it. */
export async function acknowledgedAt(
  push: Push,
  tip: string,
  model: RealmModel,
  domain: string,
  contract: string,
): Promise<ReadonlySet<string>> {
  for await (const { version, commit, file } of contractVersions(
    push.store,
    tip,
    paths.contract(domain, contract),
  )) {
    const records = await provenRecords(push.store, {
      model,
      trust: await trustIn(push, tip),
      commit: commit.oid,
      note: await noteAt(push.store, notesOf(push), commit.oid),
    });
    return acknowledgedBy(records, model, namesOf(domain, contract, file), version);
  }
  return new Set();
}

/** Who may approve changes in several domains: only those who may in each. */
export function approversOfAll(model: RealmModel, changes: readonly { path: string }[]): string[] {
  const domains = changes
    .filter(({ path }) => path !== paths.codeowners)
    .map(({ path }) => (path.startsWith('domains/') ? path.split('/')[1] : undefined));
  const [first = [], ...others] = [...new Set(domains)].map((domain) => model.governance(domain).approvers);
  return first.filter((one) => others.every((list) => list.some((other) => samePerson(one, other))));
}

type Bound = readonly { path: string; old: string | null; new: string | null }[];

const bindsTo = (bound: Bound, changes: readonly FileChange[]): boolean =>
  changes.every(
    ({ path, from, to }) =>
      path === paths.codeowners ||
      bound.some(
        (one) => one.path === path && one.old === (from?.oid ?? null) && one.new === (to?.oid ?? null),
      ),
  );

/** The same change, but for the date from which a contract is in effect, which only the approval gives it. */
export function lands(proposed: FileChange, change: FileChange): boolean {
  if (proposed.path !== change.path || proposed.from?.oid !== change.from?.oid) return false;
  if (proposed.to?.oid === change.to?.oid) return true;
  if (proposed.to === null || change.to === null || proposed.to.mode !== change.to.mode) return false;
  const at = /^effective_at: (.+)$/m.exec(change.to.text)?.[1]?.replaceAll(/['"]/g, '');
  return at !== undefined && withEffect(change.path, proposed.to.text, at) === change.to.text;
}

/** A note at a revision of the notes ref, which need not be a ref yet while a push is judged. */
async function noteAt(store: Store, revision: string, object: string): Promise<string | null> {
  if (revision.startsWith('refs/')) return readNote(store.repo, revision, object);
  const { stdout } = await store.repo.git(['ls-tree', '-r', '-z', revision]);
  const line = stdout
    .toString('utf8')
    .split('\0')
    .find((one) => one.split('\t')[1]?.replaceAll('/', '') === object);
  const oid = line?.split(/[ \t]/)[2];
  return oid === undefined ? null : ((await store.objects.read(oid))?.bytes.toString('utf8') ?? null);
}
