import { type GitPlace, lastWords } from './run.ts';

/** What merging `theirs` into `ours` would leave; nothing is checked out and no ref moves (git-merge-tree(1)). */
export type MergeResult =
  | { tree: string }
  | { conflicts: string[] }
  /** No common history is here, or an object is missing; `why` in git's words. */
  | { unknown: true; why: string };

export async function mergeTree(place: GitPlace, ours: string, theirs: string): Promise<MergeResult> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const { code, stdout, stderr } = await place.git(args, { ok: [0, 1, 128] });
  const [tree = '', ...files] = stdout.toString('utf8').split('\0').filter(Boolean);
  if (code === 0) return { tree };
  return code === 1 ? { conflicts: [...new Set(files)] } : { unknown: true, why: lastWords(stderr) };
}
