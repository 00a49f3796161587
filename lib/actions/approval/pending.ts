import { RealmError } from '../../errors.ts';
import { trailer } from '../../git/commit.ts';
import type { Identity } from '../../git/fast-import.ts';
import { mergeNotes } from '../../git/notes.ts';
import type { LeaveOp } from '../../realm/ops/leave.ts';
import type { Op } from '../../realm/ops/types.ts';
import { NOTES } from '../../store/aside.ts';
import { opOf } from '../../store/engine.ts';
import { moveBranch } from '../../store/exchange.ts';
import { withLock } from '../../store/lock.ts';
import { markMade } from '../../store/made.ts';
import { forgetPending, type PendingOperation, pendingOperations } from '../../store/pending.ts';
import { readCommit } from '../../store/read-commit.ts';
import { replay } from '../../store/replay.ts';
import { sweepPending } from '../../store/set-aside.ts';
import type { Store } from '../../store/store.ts';
import { leaveRealm } from '../join/leave.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { type Shared, shareStore } from '../share/share.ts';
import { whoIn } from './decide.ts';

export interface PendingList {
  pending: PendingOperation[];
}

/** What the realm's remote refused, the oldest first. What the realm says by now is pending no more. */
export const listPending = (context: Context): Promise<PendingList> =>
  inRealm(context, async ({ store }) => ({ pending: await sweepPending(store) }));

export interface Retried {
  pending: PendingOperation;
  shared: Shared;
}

/**
 * Ask the realm's remote once more. Refused again, it stays pending and the realm here as it was. Throws `no-such-pending`,
 * `realm-push-refused`, and what the realm refuses by now.
 */
export const retryPending = (context: Context, id: string): Promise<Retried> =>
  inRealm(context, async ({ store, repo }) => {
    const pending = await thePending(store, id);
    const who = await whoIn(context);
    const op = await operationOf(store, pending);
    // More belongs to it than the realm's commit: membership and hooks go only once the realm lets go.
    if (op?.verb === 'leave' && (op as unknown as LeaveOp).repo === repo) {
      const { shared } = await leaveRealm(context, (op as unknown as LeaveOp).force === true);
      await forgetPending(store, pending.id);
      return { pending, shared };
    }
    await shareStore(context, store, who);
    await putBackIn(context, store, who, pending, op);
    markMade(store, pending.kind === 'records' ? 'records' : (op?.id ?? pending.commit));
    const shared = await shareStore(context, store, who);
    await forgetPending(store, pending.id);
    return { pending, shared };
  });

/** Give it up. */
export const dropPending = (context: Context, id: string): Promise<PendingOperation> =>
  inRealm(context, async ({ store }) => {
    const pending = await thePending(store, id);
    await forgetPending(store, pending.id);
    return pending;
  });

async function thePending(store: Store, id: string): Promise<PendingOperation> {
  const all = await pendingOperations(store);
  const [found, ...others] = all.filter(
    (operation) => operation.id === id || (id.length >= 4 && operation.id.startsWith(id)),
  );
  if (found !== undefined && others.length === 0) return found;
  throw new RealmError('no-such-pending', `no pending operation '${id}'`, {
    hint:
      all.length === 0 ? 'nothing is pending' : `pending: ${all.map((operation) => operation.id).join(', ')}`,
  });
}

async function operationOf(store: Store, { kind, commit }: PendingOperation): Promise<Op | null> {
  if (kind === 'records') return null;
  const found = await readCommit(store, commit);
  return JSON.parse(trailer(found?.message ?? '', 'Realm-Op') ?? 'null') as Op | null;
}

async function putBackIn(
  context: Context,
  store: Store,
  who: Identity,
  { kind, commit }: PendingOperation,
  op: Op | null,
): Promise<void> {
  if (kind === 'records') return mergeNotes(store.repo, NOTES, commit, who);
  if (kind === 'proposal') {
    const found = await readCommit(store, commit);
    const whole = found === null ? null : await opOf(store, found);
    const { propose } = await import('../share/propose.ts');
    if (whole !== null) await propose(context, store, whole, who);
    return;
  }
  const done = { replayed: 0, dropped: [] as { subject: string; why: string }[] };
  await withLock(store.directory, async () => {
    const onto = await store.objects.resolve(store.branch);
    if (onto === null) return;
    const tip = await replay(store, who, { onto, commits: [commit], has: new Set() }, done);
    if (tip !== onto) await moveBranch(store, onto, tip);
  });
  const [lost] = done.dropped;
  if (lost !== undefined)
    throw new RealmError('realm-refused', `the realm now refuses it: ${lost.why}`, {
      exitCode: 1,
      hint: `git realm pending drop ${op?.id.slice(0, 8) ?? ''}`,
    });
}
