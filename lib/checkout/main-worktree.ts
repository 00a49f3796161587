import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { quickDiscover } from '../git/quick-discover.ts';
import type { Repository } from '../git/repository.ts';

/** The main work tree, also from a linked one: memberships and checkouts are of the repository, not of one worktree. */
export async function mainWorktree(repo: Repository): Promise<string> {
  if (repo.worktree === null) return realpath(repo.gitDir);
  if (repo.gitDir === repo.commonDir) return realpath(repo.worktree);
  // Git takes the folder around the common directory for it, too (worktree.c, get_main_worktree).
  const around = path.dirname(repo.commonDir);
  if (path.join(around, '.git') === repo.commonDir && quickDiscover(around, {})?.top === around)
    return around;
  const { stdout } = await repo.git(['worktree', 'list', '--porcelain', '-z']);
  const [first = '', second] = stdout.toString('utf8').split('\0', 2);
  // Worktrees of a bare repository: there is no main one.
  if (second === 'bare') return realpath(repo.worktree);
  return realpath(first.replace(/^worktree /, ''));
}
