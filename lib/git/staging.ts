import { type GitPlace, lastWords } from './run.ts';

/** Stage everything in a work tree: what changed, came and went, and is not ignored. */
export async function stageAll(place: GitPlace, cwd: string): Promise<void> {
  await place.git(['add', '-A'], { cwd, silent: true });
}

/** The index as a tree. Throws `git-failed` where entries are unmerged, `git-lock`. */
export async function writeTree(place: GitPlace, cwd?: string): Promise<string> {
  const { stdout } = await place.git(['write-tree'], cwd === undefined ? {} : { cwd });
  return stdout.toString('latin1').trim();
}

/** The index of a place as a tree, or why there is none: it is locked, or has unmerged entries. */
export type IndexTree = { kind: 'tree'; oid: string } | { kind: 'failed'; unmerged: boolean; stderr: string };

/** As `writeTree`, where an index that is not a tree is an answer. */
export async function tryWriteTree(place: GitPlace): Promise<IndexTree> {
  const { code, stdout, stderr } = await place.git(['write-tree'], { ok: [0, 128] });
  if (code === 0) return { kind: 'tree', oid: stdout.toString('latin1').trim() };
  return { kind: 'failed', unmerged: /: unmerged \(/.test(stderr), stderr };
}

/** The index is what a tree holds; no file is touched. `null`: it is empty. */
export async function fillIndex(place: GitPlace, tree: string | null, cwd?: string): Promise<void> {
  const run = cwd === undefined ? {} : { cwd };
  await place.git(tree === null ? ['read-tree', '--empty'] : ['read-tree', tree], run);
}

/** Look again which files are as the index has them, so that none is taken for changed that is not. */
export async function refreshIndex(place: GitPlace, cwd: string): Promise<void> {
  await place.git(['update-index', '-q', '--refresh'], { cwd, ok: [0, 1] });
}

/**
 * Take index and work tree from one tree to another, as a fast-forward does: where a local edit is in the way nothing is
 * changed, and git's words are returned. `null`: it was done.
 */
export async function moveWorkTree(place: GitPlace, from: string, to: string): Promise<string | null> {
  const { code, stderr } = await place.git(['read-tree', '-m', '-u', from, to], { ok: [0, 1, 128] });
  return code === 0 ? null : lastWords(stderr);
}

/** Index and work tree become what a tree holds, whatever they held: the caller knows that nothing of the user's is lost. */
export async function takeTree(place: GitPlace, tree: string, cwd: string): Promise<void> {
  await place.git(['read-tree', '--reset', '-u', tree], { cwd });
}
