import type { GitResult, GitRun } from './run.ts';

type Git = (args: readonly string[], run?: Partial<GitRun>) => Promise<GitResult>;

/** What merging `theirs` into `ours` would leave; nothing is checked out and no ref moves (git-merge-tree(1)). */
export type MergeResult =
  | { tree: string }
  | { conflicts: string[] }
  /** No common history is here, or an object is missing. */
  | { unknown: true };

export async function mergeTree(git: Git, ours: string, theirs: string): Promise<MergeResult> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const { code, stdout } = await git(args, { ok: [0, 1, 128] });
  const [tree = '', ...files] = stdout.toString('utf8').split('\0').filter(Boolean);
  if (code === 0) return { tree };
  return code === 1 ? { conflicts: [...new Set(files)] } : { unknown: true };
}

/** The files that were added to, or changed in, `to`. */
export async function changedFiles(git: Git, from: string, to: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=d', from, to];
  const { stdout } = await git(args);
  return stdout.toString('utf8').split('\0').filter(Boolean);
}
