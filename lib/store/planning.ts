import type { Commit } from '../git/commit.ts';
import { diffTrees, filesAt } from '../git/tree.ts';
import { changesAnyOwner, codeownersAfter } from '../governance/derived.ts';
import { contentsAfter } from '../realm/content.ts';
import { followed } from '../realm/follow.ts';
import { paths } from '../realm/kinds.ts';
import { verbOf } from '../realm/ops/index.ts';
import type { Op, Planned, View } from '../realm/ops/types.ts';
import { nothingRead, type PlanReads } from './plan-reads.ts';
import { readCommit } from './read-commit.ts';
import { guessSnapshot, readSnapshot, type Snapshot } from './snapshot.ts';
import type { Store } from './store.ts';

/** What a commit is made from: the tip, and the rules that hold there. */
export type Base = Pick<Snapshot, 'commit' | 'model'>;

/** A plan, the tip that it was made for, and what it looked at there. */
export interface Ahead {
  snapshot: Base & Pick<Snapshot, 'oidAt'>;
  planned: Planned;
  reads: PlanReads;
}

/** The plan for the realm as it probably is: most of what others write is nothing that it looks at. `null`: no idea. */
export async function planGuess(store: Store, op: Op): Promise<Ahead | null> {
  const reads = nothingRead();
  const snapshot = guessSnapshot(store, reads);
  if (snapshot === null) return null;
  try {
    const planned = await planOn(snapshot, op);
    // A guess is not a tree: what other files there are cannot be determined by comparing trees.
    return reads.names || reads.everything ? null : { snapshot, planned, reads };
  } catch {
    return null;
  }
}

/** The plan for the branch as it is now; `null` where it cannot be made: whether that is so is said under the lock. */
export async function planAhead(store: Store, op: Op): Promise<Ahead | null> {
  const reads = nothingRead();
  try {
    const snapshot = await readSnapshot(store, store.branch, { keep: false, reads });
    const planned = await planOn(snapshot, op);
    return { snapshot, planned, reads };
  } catch {
    return null;
  }
}

/** The plan for the tip: the one made ahead where nothing that it looked at has changed since, else a new one. */
export async function planNow(
  store: Store,
  op: Op,
  ahead: Ahead | null,
): Promise<{ snapshot: Base; planned: Planned }> {
  if (ahead !== null) {
    const commit = await readCommit(store, store.branch);
    // The rules are among what every plan looks at.
    if (await stands(store, ahead, commit))
      return { snapshot: { commit, model: ahead.snapshot.model }, planned: ahead.planned };
  }
  const snapshot = await readSnapshot(store, store.branch, { keep: false });
  return { snapshot, planned: await planOn(snapshot, op) };
}

/** Does the tip show what was looked at? Asked file by file: how much else came meanwhile does not matter. */
async function stands(store: Store, { snapshot, reads }: Ahead, now: Commit | null): Promise<boolean> {
  const before = snapshot.commit;
  if (before !== null && before.oid === now?.oid) return true;
  if (now === null || reads.everything) return false;
  const found = await filesAt(store.objects, now.tree, reads.files);
  for (const path of reads.files) if (found.get(path) !== snapshot.oidAt(path)) return false;
  if (!reads.names) return true;
  if (before === null) return false;
  const changes = await diffTrees(store.objects, before.tree, now.tree);
  return changes.every(({ path, oid }) => (snapshot.oidAt(path) === undefined) === (oid === null));
}

/** Plan without writing: what a dry run shows, and what a draft is made of. */
export async function planOn(snapshot: Snapshot, given: Op): Promise<Planned> {
  const op = followed(snapshot.model, given);
  const verb = verbOf(op);
  const past = verb.history?.(op, snapshot.model);
  const view = await viewOf(snapshot, verb.reads(op, snapshot.model), verb.contents?.(op, snapshot.model));
  if (past !== undefined) view.history = await snapshot.versions(past);
  const planned = await verb.plan(op, view);
  return planned.kind === 'nothing' ? planned : withCodeowners(snapshot, withContents(snapshot, planned));
}

/** The files beside contracts follow what the contracts list. */
function withContents(
  { model }: Snapshot,
  planned: Planned & { kind: 'commit' },
): Planned & { kind: 'commit' } {
  const files = contentsAfter(model, planned.files);
  return files.size === 0 ? planned : { ...planned, files: new Map([...planned.files, ...files]) };
}

/** Anyone who may change what is written beside every change of it: forges read `.github/CODEOWNERS` (docs/design/governance.md). */
async function withCodeowners(
  snapshot: Snapshot,
  planned: Planned & { kind: 'commit' },
): Promise<Planned & { kind: 'commit' }> {
  if (!changesAnyOwner(snapshot.model, planned.files)) return planned;
  const text = codeownersAfter(snapshot.model, planned.files, await snapshot.text(paths.codeowners));
  return text === undefined
    ? planned
    : { ...planned, files: new Map([...planned.files, [paths.codeowners, text]]) };
}

/** What a plan may look at: the snapshot, with the texts of these files. */
export async function viewOf(snapshot: Snapshot, paths: readonly string[], contract?: string): Promise<View> {
  const { model } = snapshot;
  const file = contract === undefined ? undefined : model.file('contract', contract);
  const loaded = file === undefined ? undefined : await snapshot.loaded(file);
  const texts = await Promise.all(paths.map(async (path) => [path, await snapshot.text(path)] as const));
  const byPath = new Map(texts);
  return {
    model,
    text: (path) => byPath.get(path),
    history: [],
    loaded: (path) => (path === contract ? loaded : model.file('contract', path)),
  };
}
