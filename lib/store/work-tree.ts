import { lockFileIn } from '../git/lock-file.ts';
import { resolveRevision, swapRef } from '../git/refs.ts';
import { lastWords } from '../git/run.ts';
import { type Store, storeHead } from './store.ts';

/** How far back an index may be behind the branch and still count as merely behind. */
const LOOK_BACK = 1000;

/** How the checked-out work tree of a realm stands to its branch; `behind` is what `bringAlong` mends. */
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
    repo.git(['write-tree'], { ok: [0, 128] }),
  ]);
  if (head !== store.branch || tip === null) return { kind: 'none' };
  const lock = lockFileIn(index.stderr);
  if (lock !== null) return { kind: 'changed', why: `'${lock}' is in the way: git realm doctor` };
  if (index.code !== 0) {
    const unmerged = /: unmerged \(/.test(index.stderr);
    const why = unmerged ? 'its index has unmerged entries' : `git write-tree: ${lastWords(index.stderr)}`;
    return { kind: 'changed', why };
  }
  const found = index.stdout.toString('latin1').trim();
  if (found === tip) return { kind: 'current' };
  if (!(await wasCommitted(store, found))) return { kind: 'changed', why: 'it has staged changes' };
  return { kind: 'behind', index: found, tip };
}

/**
 * Bring the checked-out work tree of a realm along to its branch's new tip, where it is merely behind; anything staged by
 * hand stays, with a word, which is returned. Call under the lock.
 */
export async function bringAlong(store: Store): Promise<string | null> {
  const state = await workTreeState(store);
  if (state.kind === 'changed') return leftAlone(state.why);
  if (state.kind !== 'behind') return null;
  // Two-tree read-tree is what a fast-forward does: it refuses, and changes nothing, where a local edit is in the way.
  const moved = await store.repo.git(['read-tree', '-m', '-u', state.index, state.tip], { ok: [0, 1, 128] });
  return moved.code === 0 ? null : leftAlone(lastWords(moved.stderr));
}

/**
 * Put the branch back where it was before a commit that nobody took, and its work tree along; false when somebody moved it
 * meanwhile. Call under the lock.
 */
export async function takeBack(store: Store, from: string, to: string): Promise<boolean> {
  const state = await workTreeState(store);
  if (!(await swapRef(store.repo, store.branch, from, to))) return false;
  if (state.kind === 'current')
    await store.repo.git(['read-tree', '-m', '-u', from, to], { ok: [0, 1, 128] });
  return true;
}

const leftAlone = (why: string): string => `the realm's work tree was left alone: ${why}`;

/** Did some recent ancestor of the branch have this tree? An index never filled counts as behind too. */
async function wasCommitted(store: Store, tree: string): Promise<boolean> {
  if (tree === EMPTY_TREE[tree.length === 64 ? 'sha256' : 'sha1']) return true;
  const { stdout } = await store.repo.git(['log', '--format=%T', `-${LOOK_BACK}`, store.branch]);
  return stdout.toString('latin1').split('\n').includes(tree);
}

export const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;
