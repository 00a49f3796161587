import { readdirSync } from 'node:fs';
import path from 'node:path';
import { shortBranch } from './branches.ts';
import { readWorktreeFiles } from './ref-files.ts';
import { resolveRef } from './refs.ts';
import type { Repository } from './repository.ts';
import type { GitPlace } from './run.ts';

export interface ListedWorktree {
  path: string;
  head: string | null;
  /** Its short name; `null` when detached. */
  branch: string | null;
  /** Why it is locked, which may be nothing; `null`: it is not. */
  locked: string | null;
  /** Its directory is gone. */
  missing: boolean;
  /** The main one of a bare repository, which has no files. */
  bare?: boolean;
  /** Its git directory, where it is known without asking. */
  gitDir?: string;
}

/** The worktrees that git knows, the main one first (git-worktree(1), `--porcelain -z`). */
export async function listWorktrees(place: GitPlace): Promise<ListedWorktree[]> {
  const { stdout } = await place.git(['worktree', 'list', '--porcelain', '-z']);
  const listed: ListedWorktree[] = [];
  for (const line of stdout.toString('utf8').split('\0')) {
    const [, key = '', value = ''] = /^(\S+) ?([\s\S]*)$/.exec(line) ?? [];
    if (key === 'worktree')
      listed.push({ path: value, head: null, branch: null, locked: null, missing: false });
    const last = listed.at(-1);
    if (last === undefined) continue;
    if (key === 'HEAD') last.head = value;
    else if (key === 'branch') last.branch = shortBranch(value);
    else if (key === 'bare') last.bare = true;
    else if (key === 'locked') last.locked = value;
    else if (key === 'prunable') last.missing = true;
  }
  return listed;
}

/** The same, read from the files of the repository where that will do: without a process. */
export async function knownWorktrees(repo: Repository, place: GitPlace = repo): Promise<ListedWorktree[]> {
  if (!repo.refFiles || repo.worktree === null) return listWorktrees(place);
  const linked = readWorktreeFiles(repo.commonDir, worktreeIds(repo.commonDir));
  const head = await resolveRef(repo, 'HEAD');
  const branch = repo.branch === null ? null : shortBranch(repo.branch);
  return [
    { path: repo.worktree, head, branch, locked: null, missing: false, gitDir: repo.gitDir },
    ...linked.map(({ head, branch: ref, ...rest }) => ({
      ...rest,
      head: head?.oid ?? null,
      branch: ref === null ? null : shortBranch(ref),
    })),
  ];
}

/** The names of the linked worktrees' entries in the git directory. */
export function worktreeIds(commonDir: string): string[] {
  try {
    return readdirSync(path.join(commonDir, 'worktrees')).sort();
  } catch {
    return [];
  }
}

/** The git directory of a worktree. */
export async function worktreeGitDir(place: GitPlace, listed: ListedWorktree): Promise<string> {
  if (listed.gitDir !== undefined) return listed.gitDir;
  const { stdout } = await place.git(['rev-parse', '--absolute-git-dir'], { cwd: listed.path });
  return stdout.toString('utf8').trim();
}
