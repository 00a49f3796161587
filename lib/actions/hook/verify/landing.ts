import { RealmError } from '../../../errors.ts';
import type { Commit } from '../../../git/commit.ts';
import { noteOf } from '../../../git/note-tree.ts';
import { resolveRevision } from '../../../git/refs.ts';
import { isDerived, isGenerated } from '../../../governance/derived.ts';
import {
  acknowledgedBy,
  approvalsThatCount,
  CLOCK_TOLERANCE,
  type RealmRecord,
  standingApprovals,
} from '../../../governance/records.ts';
import type { Approved, FileChange, Withdrawn } from '../../../governance/rules/step.ts';
import { isObject, type JsonObject } from '../../../json.ts';
import { approversOf } from '../../../realm/approvers.ts';
import { codeowners } from '../../../realm/codeowners.ts';
import { contentPath, paths } from '../../../realm/kinds.ts';
import type { RealmModel } from '../../../realm/model.ts';
import { withEffect } from '../../../realm/ops/land.ts';
import { samePerson } from '../../../realm/people.ts';
import { namesOf } from '../../../realm/releases.ts';
import { NOTES } from '../../../store/aside.ts';
import { contractVersions } from '../../../store/history.ts';
import { lastLanding } from '../../../store/landings.ts';
import { rawDiff } from '../../../store/raw-diff.ts';
import { provenRecords } from '../../../store/record-notes.ts';
import type { Store } from '../../../store/store.ts';
import { commitOf, emailIn, operationIn, type Push, refKind, trustIn } from './push.ts';

/** A proposal that a commit lands or reverts, and what was said about it. */
export interface Landing {
  verb: 'land' | 'unland';
  id: string;
  proposer: string;
  /** The commit that it was made on. */
  base: string;
  changes: FileChange[];
  records: RealmRecord[];
}

/** The proposal that a commit's operation names, as it is once the push is in; `null` where there is none of that name. */
export async function proposalOf(push: Push, commit: Commit, before: RealmModel): Promise<Landing | null> {
  const { store, updates } = push;
  const op = operationIn(commit);
  if ((op?.verb !== 'land' && op?.verb !== 'unland') || typeof op.proposal !== 'string') return null;
  const ref = `refs/realm/proposals/${op.proposal}`;
  if (refKind(store, ref) !== 'proposal') return null;
  const pushed = updates.find((update) => update.ref === ref)?.new;
  const oid = pushed ?? (await resolveRevision(store.repo, ref));
  const proposal = oid === null || oid === undefined ? null : await commitOf(store, oid);
  const parent = proposal?.parents[0];
  // What goes by another name has landed by that one.
  if (proposal === null || parent === undefined || operationIn(proposal)?.proposal !== op.proposal)
    return null;
  const changes = await rawDiff(store, parent, proposal.oid);
  return {
    verb: op.verb,
    id: op.proposal,
    proposer: emailIn(proposal.author),
    base: parent,
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
const notesOf = ({ updates }: Push): string => updates.find((update) => update.ref === NOTES)?.new ?? NOTES;

/** A commit that says that it lands a proposal. */
export interface LandingCommit {
  parent: string;
  before: RealmModel;
  after: RealmModel;
  changes: readonly FileChange[];
  actor: string;
}

/**
 * The approval that a commit lands, if one counts by the rules before the commit; in words why it does not carry this commit:
 * an approval is for exactly what was proposed, counts once, and is used by the proposer or an approver.
 */
export async function approvedBy(
  push: Push,
  landing: Landing,
  commit: LandingCommit,
): Promise<Approved | null | string> {
  const { verb, id, proposer, records, base } = landing;
  if (verb !== 'land') return null;
  const bound = landing.changes.filter((change) => !isDerived(change));
  const approvers = approversOf(
    commit.before,
    bound.map(({ path }) => path),
  );
  const counting = approvalsThatCount(records, approvers, proposer).filter((record) =>
    bindsTo(record.changes, bound, landing.changes),
  );
  if (counting.length === 0) return null;
  if (![proposer, ...approvers.people].some((person) => samePerson(person, commit.actor)))
    return `only its proposer or an approver may land proposal '${id}': '${commit.actor}' is neither`;
  if ((await lastLanding(push.store, id, { after: base, until: commit.parent })) === 'land')
    return `proposal '${id}' has already landed: an approval is valid once`;
  const odd = await notProposed(push.store, id, bound, commit);
  if (odd !== null) return odd;
  return {
    proposal: id,
    proposer,
    at: approvedAt(push, counting),
    covers: (change) => bound.some((proposed) => lands(proposed, change)),
  };
}

/** The first word counts; one that nobody acted upon gives consumers no time that they did not know of. */
function approvedAt({ keysAt, now }: Push, counting: readonly RealmRecord[]): number {
  const first = Math.min(...counting.map((record) => Date.parse(record.at)));
  return keysAt === null ? first : Math.max(first, now.getTime() - CLOCK_TOLERANCE);
}

/** Why a commit is not what a proposal brings, no more and no less; what stands there already need not come again. */
async function notProposed(
  store: Store,
  id: string,
  bound: readonly FileChange[],
  { parent, after, changes }: LandingCommit,
): Promise<string | null> {
  const more = changes.find(
    (change) =>
      !bound.some((proposed) => lands(proposed, change)) &&
      !(isGenerated(change) && change.to?.text === codeowners(after)) &&
      !isBeside(change, bound),
  );
  if (more !== undefined)
    return `'${more.path}' differs from proposal '${id}': landing must apply exactly what was approved`;
  for (const { path, to } of bound) {
    if (changes.some((change) => change.path === path)) continue;
    const now = (await store.objects.info(`${parent}:${path}`))?.oid ?? null;
    if (now !== (to?.oid ?? null))
      return `'${path}' is missing: landing proposal '${id}' must apply everything that was approved`;
  }
  return null;
}

/** Does it lie beside a contract that was proposed? It is what that lists, which is judged by itself. */
function isBeside({ path }: FileChange, bound: readonly FileChange[]): boolean {
  const content = contentPath(path);
  if (content === undefined) return false;
  const contract = paths.contract(content.domain, content.contract);
  return bound.some((proposed) => proposed.path === contract);
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

/** Does an approval name exactly the changes of a proposal? The generated file may be named too, as it was. */
const bindsTo = (bound: unknown, changes: readonly FileChange[], allowed: readonly FileChange[]): boolean => {
  const named = Array.isArray(bound) ? bound.filter(isObject) : [];
  const isOf = (object: JsonObject, { path, from, to }: FileChange) =>
    object.path === path && object.old === (from?.oid ?? null) && object.new === (to?.oid ?? null);
  return (
    changes.length > 0 &&
    changes.every((change) => named.some((object) => isOf(object, change))) &&
    named.every((object) => allowed.some((change) => isOf(object, change)))
  );
};

/** The same change, but for the date from which a contract is in effect, which only the approval gives it. */
export function lands(proposed: FileChange, change: FileChange): boolean {
  if (proposed.path !== change.path || proposed.from?.oid !== change.from?.oid) return false;
  if (proposed.to?.oid === change.to?.oid) return true;
  if (proposed.to === null || change.to === null || proposed.to.mode !== change.to.mode) return false;
  // What was not read is not the same as anything.
  if (proposed.to.text === null || change.to.text === null) return false;
  const at = /^effective_at: (.+)$/m.exec(change.to.text)?.[1]?.replaceAll(/['"]/g, '');
  return at !== undefined && withEffect(change.path, proposed.to.text, at) === change.to.text;
}

/** A note at a revision of the notes ref, which need not be a ref yet while a push is judged. Throws `bad-note`. */
async function noteAt(store: Store, revision: string, object: string): Promise<string | null> {
  const note = await noteOf(store.objects, revision, object);
  if (note.kind === 'bad') throw new RealmError('bad-note', note.why);
  return note.kind === 'none' ? null : note.text;
}
