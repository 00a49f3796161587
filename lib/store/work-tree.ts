import { lockFileIn } from '../git/lock-file.ts';
import { readLog } from '../git/log.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import { lastWords } from '../git/run.ts';
import { type IndexTree, moveWorkTree, tryWriteTree } from '../git/staging.ts';
import { EMPTY_TREE } from '../git/tree-object.ts';
import { type Store, storeHead } from './store.ts';

/** How far back an index may be behind the branch and still count as merely behind. */
const LOOK_BACK = 1000;

/** How the checked-out work tree of a realm stands to its branch; `behind` is what `bringAlong` fixes. */
export type WorkTreeState =
  /** Bare, another branch checked out, or nothing committed yet. */
  | { kind: 'none' }
  | { kind: 'current' }
  | { kind: 'behind'; index: string; tip: string }
  | { kind: 'changed'; why: string };

/** An index equal to an ancestor's tree is merely behind, also after a kill between ref and work tree. */
export async function workTreeState(store: Store): Promise<WorkTreeState> {
  const { repo } = store;
  if (repo.bare || repo.worktree === null) return { kind: 'none' };
  const [head, tip, index] = await Promise.all([
    storeHead(repo),
    resolveRevision(repo, `${store.branch}^{tree}`),
    tryWriteTree(repo),
  ]);
  if (head !== store.branch || tip === null) return { kind: 'none' };
  if (index.kind === 'failed') return { kind: 'changed', why: whyNoTree(index) };
  if (index.oid === tip) return { kind: 'current' };
  if (!(await wasCommitted(store, index.oid))) return { kind: 'changed', why: 'it has staged changes' };
  return { kind: 'behind', index: index.oid, tip };
}

function whyNoTree({ unmerged, stderr }: Extract<IndexTree, { kind: 'failed' }>): string {
  const lock = lockFileIn(stderr);
  if (lock !== null) return `'${lock}' exists: git realm doctor`;
  return unmerged ? 'its index has unmerged entries' : `git write-tree: ${lastWords(stderr)}`;
}

/**
 * Bring the checked-out work tree of a realm along to its branch's new tip, where it is merely behind; anything staged by
 * hand stays, with a word, which is returned. Call under the lock.
 */
export async function bringAlong(store: Store): Promise<string | null> {
  const state = await workTreeState(store);
  if (state.kind === 'changed') return leftAlone(state.why);
  if (state.kind !== 'behind') return null;
  const inTheWay = await moveWorkTree(store.repo, state.index, state.tip);
  return inTheWay === null ? null : leftAlone(inTheWay);
}

/**
 * Put the branch back where it was before a commit that nobody took, and its work tree along; false when somebody moved it
 * meanwhile. Call under the lock.
 */
export async function takeBack(store: Store, from: string, to: string): Promise<boolean> {
  const state = await workTreeState(store);
  if (!(await swapRef(store.repo, store.branch, from, to))) return false;
  if (state.kind === 'current') await moveWorkTree(store.repo, from, to);
  return true;
}

const leftAlone = (why: string): string => `the realm's work tree was not updated: ${why}`;

/** Did some recent ancestor of the branch have this tree? An index never filled counts as behind too. */
async function wasCommitted(store: Store, tree: string): Promise<boolean> {
  if (tree === EMPTY_TREE[tree.length === 64 ? 'sha256' : 'sha1']) return true;
  const log = await readLog(store.repo, ['tree'], { tips: [store.branch], most: LOOK_BACK });
  return log.some((commit) => commit.tree === tree);
}
