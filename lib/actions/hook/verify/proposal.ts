import type { Commit } from '../../../git/commit.ts';
import { committedAt } from '../../../git/commit.ts';
import { refusalsOf } from '../../../governance/refusals.ts';
import { paths } from '../../../realm/kinds.ts';
import { samePerson } from '../../../realm/people.ts';
import { judgedDiff } from '../../../store/raw-diff.ts';
import { readSnapshot } from '../../../store/snapshot.ts';
import { provenActor } from './actor.ts';
import { modelProblem } from './agree.ts';
import {
  commitOf,
  emailIn,
  isPublished,
  type Judged,
  no,
  oddOperation,
  operationIn,
  type Push,
  type RefUpdate,
} from './push.ts';

/** A proposal is one commit on the realm as it was or is, by its author; the author or an approver may replace it. */
export async function judgeProposal(push: Push, { ref, old }: RefUpdate, tip: string): Promise<Judged> {
  const { store, rules } = push;
  const commit = await commitOf(store, tip);
  const parent = commit?.parents[0];
  if (commit === null || parent === undefined || commit.parents.length !== 1)
    return no('a proposal must be a single commit on the main branch', tip);
  if (!(await isPublished(push, parent)))
    return no('a proposal must be a single commit on the main branch', tip);
  const actor = await provenActor(push, commit, null);
  if ('why' in actor) return no(actor.why, tip);
  const previous = old === null ? null : await commitOf(store, old);
  const approver = rules?.governance().approvers.some((person) => samePerson(person, actor.email)) ?? false;
  if (previous !== null && !approver && !samePerson(emailIn(previous.author), actor.email))
    return no(`only its author or an approver may change this proposal: '${actor.email}' is neither`, tip);
  const replayed = replays(commit, previous, ref);
  if (replayed !== null) return no(replayed, tip);
  const changes = await judgedDiff(store, parent, tip);
  const before = await readSnapshot(store, parent, { keep: false });
  const after = await readSnapshot(store, tip, { keep: false });
  const other = modelProblem(before, after, changes);
  if (other !== null) return no(other, tip);
  const refused = await refusalsOf({
    before: before.model,
    after: after.model,
    changes,
    actor: actor.email,
    approved: null,
    withdrawn: null,
    proposal: true,
    now: push.now.getTime(),
    acknowledged: async () => new Set(),
    signers: (await after.text(paths.allowedSigners)) ?? '',
    loaded: after.loaded,
    blob: (oid) => store.objects.info(oid),
    versions: (path) => before.versions(path),
  });
  return { commits: 1, refused: refused.map((why) => ({ commit: tip, why })) };
}

/** Why a proposal is an old one brought back, which anybody who has it could do although its author signed it. */
function replays(commit: Commit, previous: Commit | null, ref: string): string | null {
  const odd = oddOperation(commit);
  if (odd !== null) return odd;
  if (!isProposal(commit)) return `the subject of a proposal must begin with '${PROPOSAL.trim()}'`;
  const named = operationIn(commit)?.proposal;
  if (ref !== `refs/realm/proposals/${String(named)}`)
    return named === undefined
      ? 'its operation (Realm-Op) must name the proposal it is pushed as'
      : `it was created as proposal '${String(named)}'`;
  if (previous === null) return null;
  if (sameButForSignature(commit, previous))
    return 'it is the same proposal with a different signature, which would void its approvals';
  return committedAt(commit) < committedAt(previous) ? 'an older proposal may not replace a newer one' : null;
}

/** A signature can be written in several ways that all count: anyone who has a signed commit can make its twin. */
const sameButForSignature = (a: Commit, b: Commit): boolean =>
  a.tree === b.tree &&
  a.parents.join() === b.parents.join() &&
  a.author === b.author &&
  a.committer === b.committer &&
  a.message === b.message;

export const isProposal = (commit: Commit): boolean =>
  commit.message.startsWith(PROPOSAL) || operationIn(commit)?.proposed === true;

/** How the subject of a proposal begins: what is signed says what it is for. */
const PROPOSAL = 'proposal: ';
