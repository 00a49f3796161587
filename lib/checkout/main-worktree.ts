import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { quickDiscover } from '../git/quick-discover.ts';
import type { Repository } from '../git/repository.ts';
import { listWorktrees } from '../git/worktrees.ts';

/** The main work tree, also from a linked one: memberships and checkouts belong to the repository, not to one worktree. */
export async function mainWorktree(repo: Repository): Promise<string> {
  if (repo.worktree === null) return realpath(repo.gitDir);
  if (repo.gitDir === repo.commonDir) return realpath(repo.worktree);
  // Git takes the folder around the common directory for it, too (worktree.c, get_main_worktree).
  const around = path.dirname(repo.commonDir);
  if (path.join(around, '.git') === repo.commonDir && quickDiscover(around, {})?.top === around)
    return around;
  const [main] = await listWorktrees(repo);
  // Worktrees of a bare repository: there is no main one.
  return realpath(main === undefined || main.bare ? repo.worktree : main.path);
}
