import { RealmError } from '../../errors.ts';
import { listTree } from '../../git/ls-tree.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { listCommits } from '../../git/rev-list.ts';
import type { RealmRecord } from '../../governance/records.ts';
import type { RealmModel } from '../../realm/model.ts';
import { samePerson } from '../../realm/people.ts';
import { fetchRealm, trackingRef } from '../../store/fetch-realm.ts';
import { withLock } from '../../store/lock.ts';
import { addRecord, provenRecords } from '../../store/record-notes.ts';
import { commitsOf, operationsOf, type Replayed, replay } from '../../store/replay.ts';
import { endAlarm, type Rewrite, rewriteOf } from '../../store/rewrite.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { trustAt } from '../../store/trust.ts';
import { takeBack } from '../../store/work-tree.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { recordHead } from './record-head.ts';
import { share } from './share.ts';

/** That the realm's published history was replaced, and on whose word that was accepted. */
export interface Accepted {
  by: string;
  old: string;
  new: string | null;
  /** Refs that keep what was here before. */
  kept: string[];
  /** Realm commits of this store that were not published yet: planned again on what is there now. */
  replayed: number;
  dropped: Replayed['dropped'];
}

/**
 * Go on from what the remote has now. An approver, by the realm as it was published before, accepts it and leaves a record of
 * that; everybody else can after an approver did. What was here is kept under `refs/realm/kept/`. Throws `not-rewritten`,
 * `not-an-approver`, `not-a-realm`.
 */
export async function acceptRewrite(context: Context, workspace: Workspace): Promise<Accepted> {
  const { store } = workspace;
  const remote = await workspace.remote();
  if (remote !== null) await fetchRealm(store, remote);
  const rewrite = await rewriteOf(store);
  if (remote === null || rewrite === null)
    throw new RealmError(
      'not-rewritten',
      "the realm's history was not rewritten: there is nothing to accept",
      {
        exitCode: 1,
        hint: 'git realm status',
      },
    );
  const { model } = await readSnapshot(store, rewrite.known);
  await mustBeTheRealm(store, model, rewrite);
  const who = workspace.who();
  const { approvers } = model.governance();
  const isApprover = approvers.length === 0 || approvers.some((approver) => samePerson(approver, who.email));
  const word = isApprover ? null : await approversWord(store, remote, rewrite, model);
  if (!isApprover && word === null) throw notAnApprover(approvers);
  const done: Replayed = { replayed: 0, dropped: [] };
  const kept = await withLock(store.directory, () => goOn(workspace, remote, rewrite, done));
  if (isApprover) {
    const record: RealmRecord = {
      kind: 'rewrite',
      ...recordHead(context, who),
      old: rewrite.known,
      new: rewrite.there,
    };
    await addRecord(store, rewrite.there ?? rewrite.known, record, who);
  }
  await workspace.refresh();
  await share(context, workspace);
  return { by: word?.by ?? who.email, old: rewrite.known, new: rewrite.there, kept, ...done };
}

/** Whatever is there now has to be this realm: somebody else's repository is never taken for it. */
async function mustBeTheRealm(store: Store, model: RealmModel, { there }: Rewrite): Promise<void> {
  const name = model.realm?.name;
  const now = there === null ? name : (await readSnapshot(store, there)).model.realm?.name;
  if (now !== undefined && now === name) return;
  const what = now === undefined ? 'is not a realm: it has no realm.yaml' : `is realm '${now}'`;
  throw new RealmError('not-a-realm', `the remote of realm '${name}' ${what}`, {
    hint: `git -C '${store.repo.gitDir}' remote set-url origin <the URL of the realm>`,
  });
}

/** The record of an approver who accepted this rewrite, or one before it on the way to what is there now. */
async function approversWord(
  store: Store,
  remote: string,
  { known, there }: Rewrite,
  model: RealmModel,
): Promise<RealmRecord | null> {
  const notes = `refs/realm-remotes/${remote}/notes/realm`;
  if ((await listRefs(store.repo, [notes])).length === 0) return null;
  const range = there === null ? { tips: [known], most: 1 } : { tips: [there], not: [known] };
  const wanted = new Set(await listCommits(store.repo, range));
  const listed = await listTree(store.repo, notes, { recursive: true });
  const trust = await trustAt(store, known);
  try {
    for (const { type, oid, path } of listed) {
      if (type !== 'blob') continue;
      const commit = path.replaceAll('/', '');
      if (!wanted.has(commit)) continue;
      const note = (await store.objects.read(oid))?.bytes.toString('utf8') ?? null;
      const records = await provenRecords(store, { model, trust, commit, note });
      const found = records.find(
        (record) =>
          record.kind === 'rewrite' && model.governance().approvers.some((by) => samePerson(by, record.by)),
      );
      if (found !== undefined) return found;
    }
    return null;
  } finally {
    await trust.close();
  }
}

/** Keep what was here, and move branch and tracking ref to what is there now, with what was never published on top. */
async function goOn(
  { store, who }: Workspace,
  remote: string,
  { known, there }: Rewrite,
  done: Replayed,
): Promise<string[]> {
  const { repo } = store;
  const local = await store.objects.resolve(store.branch);
  const tracking = trackingRef(store, remote);
  const before = await store.objects.resolve(tracking);
  const kept: string[] = [];
  for (const oid of new Set([known, ...(local === null ? [] : [local])])) {
    const ref = `refs/realm/kept/${oid}`;
    if (await swapRef(repo, ref, null, oid)) kept.push(ref);
    else if ((await store.objects.resolve(ref)) === oid) kept.push(ref);
  }
  if (there !== null && local !== null) {
    const ours = await commitsOf(store, local, [known, there]);
    const has = await operationsOf(store, there, [known]);
    const tip = await replay(store, who(), { onto: there, commits: ours, has }, done);
    if (!(await takeBack(store, local, tip)))
      throw new RealmError('realm-busy', `'${store.branch}' changed in the meantime`, {
        hint: 'run it again',
      });
  }
  await swapRef(repo, tracking, before, there);
  await endAlarm(store);
  return kept;
}

const notAnApprover = (approvers: readonly string[]): RealmError =>
  new RealmError(
    'not-an-approver',
    `only an approver may accept the realm's rewritten history: ${approvers.join(', ')}`,
    {
      exitCode: 1,
      hint: 'ask an approver to run git realm fetch --accept-rewrite, then run it again',
    },
  );
