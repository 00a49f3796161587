/**
 * `lib/actions/approval`: decides on proposals: approve, reject, withdraw, acknowledge; who is trusted to
 * sign; operations that the remote refused.
 */

import { RealmError } from '../../errors.ts';
import { discover } from '../../git/repository.ts';
import { repoName } from '../../names.ts';
import type { EvictOp } from '../../realm/ops/evict.ts';
import type { InviteOp } from '../../realm/ops/invite.ts';
import { applyOp } from '../../store/engine.ts';
import { followRemote } from '../../store/exchange.ts';
import { rememberShown } from '../../store/shown.ts';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { type Context, identityIn, opHead } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { deciders, listProposals, type Proposal, theProposal } from '../share/proposals.ts';
import { noteWaiting, shareStore } from '../share/share.ts';
import { approve } from './approve.ts';
import type { Decided } from './decision.ts';
import { proposalDiff } from './proposal-diff.ts';
import { reject } from './reject.ts';
import { withdraw } from './withdraw.ts';

/** Who acts, by the configuration of the repository or realm we are in. */
export const whoIn = async (context: Context) =>
  (await identityIn(await discover(context.cwd, { env: context.env }), context.env)).who;

/** Anyone who decides wants to see what others proposed just now; offline, what is here. */
async function freshView(context: Context, store: Store): Promise<Snapshot> {
  try {
    const { word } = await followRemote(store);
    if (word !== null) context.note(word);
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'realm-unreachable') throw error;
    context.note(error.message);
  }
  return readSnapshot(store);
}

/** The proposals that wait, or all of them. */
export const proposals = (context: Context, all: boolean): Promise<Proposal[]> =>
  inRealm(context, async ({ store }) => {
    const found = (await listProposals(store, await freshView(context, store))).filter(
      (proposal) => all || ['open', 'outdated'].includes(proposal.state),
    );
    await shown(context, store, found);
    return found;
  });

/** A proposal with the difference that it makes. */
export const showProposal = (
  context: Context,
  id: string,
): Promise<Proposal & { diff: string[]; waitsFor: string }> =>
  inRealm(context, async ({ store }) => {
    const found = await theProposal(store, await freshView(context, store), id);
    await shown(context, store, [found]);
    const me = await whoIn(context).then(
      ({ email }) => email,
      () => undefined,
    );
    return { ...found, diff: await proposalDiff(store, found), waitsFor: deciders(found, me) };
  });

/** What is listed or shown now is what this person means by a later `approve`. Looking needs no identity. */
async function shown(context: Context, store: Store, found: readonly Proposal[]): Promise<void> {
  const who = await whoIn(context).catch((error: unknown) => {
    if (error instanceof RealmError) return null;
    throw error;
  });
  if (who !== null) await rememberShown(store, who.email, found);
}

/** Approve what this person saw: the commit that `seen` begins, or what they were shown last. */
export const approveProposal = (context: Context, id: string, seen?: string): Promise<Decided> =>
  inRealm(context, async ({ store }) => approve(context, store, await whoIn(context), id, seen));

/** Take one's own approval back. */
export const withdrawApproval = (context: Context, id: string, why?: string): Promise<Decided> =>
  inRealm(context, async ({ store }) => withdraw(context, store, await whoIn(context), id, why));

export const rejectProposal = (context: Context, id: string, why: string): Promise<Decided> =>
  inRealm(context, async ({ store }) => reject(context, store, await whoIn(context), id, why));

/** What became of a repo that approvers cleared away. */
export interface Evicted {
  repo: string;
  /** Where its bindings went. */
  domains: string[];
  /** Its registration went too. */
  registration: boolean;
  commit: string | null;
}

/** Clear away what a repo that takes no part has in the realm. Only approvers do. */
export const evictRepo = (context: Context, repo: string): Promise<Evicted> =>
  inRealm(context, async ({ store }) => {
    const who = await whoIn(context);
    noteWaiting(context, await shareStore(context, store, who));
    const name: string = repoName(repo);
    const op: EvictOp = { verb: 'evict', ...opHead(context, who), repo: name };
    const { planned, commit, word } = await applyOp(store, op, who);
    if (word !== null) context.note(word);
    noteWaiting(context, await shareStore(context, store, who));
    const { domains = [], registration = false } = planned.kind === 'commit' ? planned.facts : {};
    return { repo: name, domains: domains as string[], registration: registration === true, commit };
  });

/** Invite a repo: those maintainers may join it without further approval. Only approvers do. */
export const inviteRepo = (
  context: Context,
  repo: string,
  maintainers: readonly string[],
): Promise<{ repo: string; commit: string | null; why: string | null }> =>
  inRealm(context, async ({ store }) => {
    const who = await whoIn(context);
    const name: string = repoName(repo);
    const op: InviteOp = {
      verb: 'invite',
      ...opHead(context, who),
      repo: name,
      maintainers: [...maintainers],
    };
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) context.note(applied.word);
    noteWaiting(context, await shareStore(context, store, who));
    const why = applied.planned.kind === 'nothing' ? applied.planned.why : null;
    return { repo: name, commit: applied.commit, why };
  });
