import { RealmError } from '../errors.ts';
import { isAncestor } from '../git/ancestry.ts';
import type { Identity } from '../git/fast-import.ts';
import { listRefs, swapRef } from '../git/refs.ts';
import type { Refusal } from '../git/refusal.ts';
import { NOTES, PROPOSALS } from './aside.ts';
import { opOf } from './engine.ts';
import { moveBranch } from './exchange.ts';
import { trackingRef } from './fetch-realm.ts';
import { withLock } from './lock.ts';
import { wasMade } from './made.ts';
import { forgetPending, keepPending, type PendingOperation, pendingOperations } from './pending.ts';
import { planOn } from './planning.ts';
import { readCommit } from './read-commit.ts';
import { commitsOf, operationsOf, replay } from './replay.ts';
import { requestedTip } from './request.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { takeBack } from './work-tree.ts';

/** Try to get the main branch to the remote, one way or another. `null`: somebody took it; else why nobody does. */
export type Offer = () => Promise<Refusal | null>;

interface Refused {
  store: Store;
  who: Identity;
  remote: string;
  refusal: Refusal;
  /** ISO 8601. */
  at: string;
}

/**
 * What the remote refuses goes out of the realm here, and is kept as pending operations: realm commits first, each on its own,
 * so that one that is refused holds up no other; where it was none of them, proposals and notes.
 */
export async function setAside(refused: Refused, offer: Offer): Promise<PendingOperation[]> {
  const { store } = refused;
  const base = await takenSoFar(refused);
  const local = await store.objects.resolve(store.branch);
  if (base === null || local === null) return [];
  const commits = await commitsOf(store, local, [base]);
  if (commits.length === 0) return setRefsAside(refused);
  if (!(await withLock(store.directory, () => takeBack(store, local, base)))) return [];
  const [only, ...others] = commits;
  if (only !== undefined && others.length === 0) return [await keep(refused, 'operation', only)];
  const kept: PendingOperation[] = [];
  for (const commit of commits) {
    if (!(await putOnTop(refused, commit))) continue;
    const refusal = await offer();
    if (refusal === null) continue;
    kept.push(await keep({ ...refused, refusal }, 'operation', commit));
    const tip = await store.objects.resolve(store.branch);
    const taken = await takenSoFar(refused);
    if (tip !== null && taken !== null && tip !== taken)
      await withLock(store.directory, () => takeBack(store, tip, taken));
  }
  return kept;
}

const keep = ({ store, who, refusal, at }: Refused, kind: PendingOperation['kind'], commit: string) =>
  keepPending(store, { kind, commit, why: refusal.why, at }, who);

/** The newest commit here that the remote has, on its main branch or on the branch on which this user's commits wait. */
async function takenSoFar({ store, who, remote }: Refused): Promise<string | null> {
  const [local, published, requested] = await Promise.all([
    store.objects.resolve(store.branch),
    store.objects.resolve(trackingRef(store, remote)),
    requestedTip(store, who),
  ]);
  if (published === null || local === null || requested === null) return published;
  const isOn = async (older: string, newer: string) => (await isAncestor(store.repo, older, newer)) === true;
  return (await isOn(published, requested)) && (await isOn(requested, local)) ? requested : published;
}

/** Plan the commit again on the main branch as it is. False where the realm has it already, or refuses it now. */
function putOnTop({ store, who }: Refused, commit: string): Promise<boolean> {
  return withLock(store.directory, async () => {
    const onto = await store.objects.resolve(store.branch);
    if (onto === null) return false;
    const has = await operationsOf(store, onto, [commit]);
    const tip = await replay(store, who, { onto, commits: [commit], has }, { replayed: 0, dropped: [] });
    if (tip === onto) return false;
    await moveBranch(store, onto, tip);
    return true;
  });
}

/** Proposals and notes go back to what the remote has of them. */
async function setRefsAside(refused: Refused): Promise<PendingOperation[]> {
  const { store, remote } = refused;
  const theirs = `refs/realm-remotes/${remote}/`;
  const refs = new Map(
    (await listRefs(store.repo, [PROPOSALS, NOTES, theirs])).map(({ name, oid }) => [name, oid]),
  );
  const kept: PendingOperation[] = [];
  for (const [name, oid] of refs) {
    if (name.startsWith(theirs)) continue;
    const tracked = refs.get(theirs + name.replace(/^refs\/(realm\/)?/, '')) ?? null;
    if (tracked === oid) continue;
    if (!(await swapRef(store.repo, name, oid, tracked))) continue;
    kept.push(await keep(refused, name === NOTES ? 'records' : 'proposal', oid));
  }
  return kept;
}

/** Forget what is pending and said by the realm meanwhile, however that came about. Returns what is left. */
export async function sweepPending(store: Store): Promise<PendingOperation[]> {
  const left: PendingOperation[] = [];
  for (const operation of await pendingOperations(store)) {
    if (await isDone(store, operation)) await forgetPending(store, operation.id);
    else left.push(operation);
  }
  return left;
}

/** This process did the same and it was taken, or the realm says it. What the realm refuses by now stays: its user decides. */
async function isDone(store: Store, { kind, commit, verb, subject }: PendingOperation): Promise<boolean> {
  if (wasMade(store, `${verb} ${subject}`)) return true;
  const found = kind === 'operation' ? await readCommit(store, commit) : null;
  if (found === null) return false;
  try {
    const op = await opOf(store, found);
    return op !== null && (await planOn(await readSnapshot(store), op)).kind === 'nothing';
  } catch (error) {
    if (error instanceof RealmError) return false;
    throw error;
  }
}
