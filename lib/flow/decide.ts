import { RealmError } from '../errors.ts';
import { discover } from '../git/repository.ts';
import { repoName } from '../names.ts';
import type { EvictOp } from '../realm/ops/evict.ts';
import type { InviteOp } from '../realm/ops/invite.ts';
import { applyOp } from '../store/engine.ts';
import { followRemote } from '../store/exchange.ts';
import { rememberShown } from '../store/shown.ts';
import { readSnapshot, type Snapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { type Flow, identityIn, opHead } from './flow.ts';
import { inRealm } from './look.ts';
import { proposalDiff } from './proposal-diff.ts';
import {
  approve,
  type Decided,
  deciders,
  listProposals,
  type Proposal,
  reject,
  theProposal,
  withdraw,
} from './proposals.ts';
import { noteWaiting, shareStore } from './share.ts';

/** Who acts, by the configuration of the repository or realm we are in. */
export const whoIn = async (flow: Flow) =>
  (await identityIn(await discover(flow.cwd, { env: flow.env }), flow.env)).who;

/** Whoever decides wants to see what others proposed just now; offline, what is here. */
async function freshView(flow: Flow, store: Store): Promise<Snapshot> {
  try {
    const { word } = await followRemote(store);
    if (word !== null) flow.note(word);
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'realm-unreachable') throw error;
    flow.note(error.message);
  }
  return readSnapshot(store);
}

/** The proposals that wait, or all of them. */
export const proposals = (flow: Flow, all: boolean): Promise<Proposal[]> =>
  inRealm(flow, async ({ store }) => {
    const found = (await listProposals(store, await freshView(flow, store))).filter(
      (one) => all || ['open', 'outdated'].includes(one.state),
    );
    await shown(flow, store, found);
    return found;
  });

/** A proposal with the difference that it makes. */
export const showProposal = (
  flow: Flow,
  id: string,
): Promise<Proposal & { diff: string[]; waitsFor: string }> =>
  inRealm(flow, async ({ store }) => {
    const found = await theProposal(store, await freshView(flow, store), id);
    await shown(flow, store, [found]);
    const me = await whoIn(flow).then(
      ({ email }) => email,
      () => undefined,
    );
    return { ...found, diff: await proposalDiff(store, found), waitsFor: deciders(found, me) };
  });

/** What is listed or shown now is what this person means by a later `approve`. Looking needs no identity. */
async function shown(flow: Flow, store: Store, found: readonly Proposal[]): Promise<void> {
  const who = await whoIn(flow).catch((error: unknown) => {
    if (error instanceof RealmError) return null;
    throw error;
  });
  if (who !== null) await rememberShown(store, who.email, found);
}

/** Approve what this person saw: the commit that `seen` begins, or what they were shown last. */
export const approveProposal = (flow: Flow, id: string, seen?: string): Promise<Decided> =>
  inRealm(flow, async ({ store }) => approve(flow, store, await whoIn(flow), id, seen));

/** Take one's own approval back. */
export const withdrawApproval = (flow: Flow, id: string, why?: string): Promise<Decided> =>
  inRealm(flow, async ({ store }) => withdraw(flow, store, await whoIn(flow), id, why));

export const rejectProposal = (flow: Flow, id: string, why: string): Promise<Decided> =>
  inRealm(flow, async ({ store }) => reject(flow, store, await whoIn(flow), id, why));

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
export const evictRepo = (flow: Flow, repo: string): Promise<Evicted> =>
  inRealm(flow, async ({ store }) => {
    const who = await whoIn(flow);
    noteWaiting(flow, await shareStore(flow, store, who));
    const name: string = repoName(repo);
    const op: EvictOp = { verb: 'evict', ...opHead(flow, who), repo: name };
    const { planned, commit, word } = await applyOp(store, op, who);
    if (word !== null) flow.note(word);
    noteWaiting(flow, await shareStore(flow, store, who));
    const { domains = [], registration = false } = planned.kind === 'commit' ? planned.facts : {};
    return { repo: name, domains: domains as string[], registration: registration === true, commit };
  });

/** Invite a repo: those maintainers may join it without further approval. Only approvers do. */
export const inviteRepo = (
  flow: Flow,
  repo: string,
  maintainers: readonly string[],
): Promise<{ repo: string; commit: string | null; why: string | null }> =>
  inRealm(flow, async ({ store }) => {
    const who = await whoIn(flow);
    const name: string = repoName(repo);
    const op: InviteOp = { verb: 'invite', ...opHead(flow, who), repo: name, maintainers: [...maintainers] };
    const applied = await applyOp(store, op, who);
    if (applied.word !== null) flow.note(applied.word);
    noteWaiting(flow, await shareStore(flow, store, who));
    const why = applied.planned.kind === 'nothing' ? applied.planned.why : null;
    return { repo: name, commit: applied.commit, why };
  });
