import type { GitPlace } from './run.ts';

/** A worktree that is to be made. */
export interface NewWorktree {
  path: string;
  branch: string;
  /** The commit that a new branch begins at, following nothing; `null`: the branch is there. */
  base: string | null;
  /** Also where git still knows one there, or one of that branch, whose directory was deleted by hand. */
  again: boolean;
}

/** Throws `git-failed`. */
export async function addWorktree(
  place: GitPlace,
  { path, branch, base, again }: NewWorktree,
): Promise<void> {
  const what = base === null ? [path, branch] : ['--no-track', '-b', branch, path, base];
  const force = again ? ['-f'] : [];
  await place.git(['worktree', 'add', '--quiet', ...force, ...what], { silent: true });
}

/** What keeps git from removing a worktree: it has submodules, or changes that are not committed. */
export type WorktreeHold = 'submodules' | 'changes';

/** Remove a worktree and its directory; `force`: whatever is in it. `null`: it is gone. */
export async function removeWorktree(
  place: GitPlace,
  path: string,
  { force }: { force: boolean },
): Promise<WorktreeHold | null> {
  const args = ['worktree', 'remove', ...(force ? ['--force'] : []), path];
  const { code, stderr } = await place.git(args, { ok: [0, 128] });
  if (code === 0) return null;
  return /submodules/.test(stderr) ? 'submodules' : 'changes';
}

/** Forget the worktrees whose directories are gone. */
export async function pruneWorktrees(place: GitPlace): Promise<void> {
  await place.git(['worktree', 'prune']);
}
