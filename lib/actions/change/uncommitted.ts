import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { committerProblem } from '../../git/commit-here.ts';
import { countCommits } from '../../git/rev-list.ts';
import { orIfFatal } from '../../git/run.ts';
import { writeTree } from '../../git/staging.ts';
import { readStatus } from '../../git/status.ts';
import { worktreeGitDir } from '../../git/worktrees.ts';
import { shellQuoted } from '../../shell-word.ts';
import { type Checkout, worktreesOf } from './checkouts.ts';
import type { Obstacle } from './preconditions.ts';

/** What a worktree of the change set holds that is not committed. */
export interface Uncommitted {
  checkout: Checkout;
  cwd: string;
  gitDir: string;
  head: string;
  /** The index as a tree, to go back to. */
  index: string;
  /** Commits beyond the base. */
  count: number;
  /** What the commit will hold. */
  files: string[];
  obstacles: Obstacle[];
}

/** What a worktree would commit, and what stands in the way. */
export async function uncommittedIn(checkout: Checkout, branch: string): Promise<Uncommitted> {
  const listed = (await worktreesOf(checkout)).find(
    (worktree) => worktree.branch === branch && !worktree.missing,
  );
  const cwd = listed?.path ?? '';
  const state: Uncommitted = {
    checkout,
    cwd,
    gitDir: listed?.gitDir ?? '',
    head: listed?.head ?? '',
    index: '',
    count: 0,
    files: [],
    obstacles: [],
  };
  const stop = (code: string, message: string, hint: string): void => {
    state.obstacles.push({ repo: checkout.name, code, message, hint });
  };
  const cd = `git -C ${shellQuoted(cwd)}`;
  if (listed === undefined) {
    const detached = (await rebaseOf(checkout, branch)) ?? null;
    if (detached !== null)
      stop(
        'under-way',
        `a rebase of '${branch}' is in progress in '${detached}'`,
        `git -C ${shellQuoted(detached)} rebase --continue`,
      );
    else
      stop(
        'no-worktree',
        `no worktree of '${branch}' on this machine`,
        `git realm worktree --branch ${branch}`,
      );
    return state;
  }
  const { unmerged, staged, unstaged } = await readStatus(checkout, cwd);
  state.gitDir = await worktreeGitDir(checkout, listed);
  const under = await underWay(state.gitDir);
  if (unmerged.length > 0)
    stop('unmerged', `unmerged: ${unmerged.join(', ')}`, `resolve them in '${cwd}', then git add them`);
  else if (under !== null) stop('under-way', `a ${under} is in progress`, `${cd} ${under} --continue`);
  state.files = staged.length > 0 ? staged : unstaged;
  if (state.files.length === 0 || state.obstacles.length > 0) return state;
  const unknown = await whoIsUnknown(checkout, cwd);
  if (unknown !== null)
    stop('no-identity', `git does not know who you are: ${unknown}`, `${cd} config user.email <address>`);
  // Where nothing is staged the index is what HEAD has.
  if (staged.length === 0) state.index = state.head;
  else state.index = await writeTree(checkout, cwd);
  const { tip } = checkout.heads;
  const isFirst = tip.kind !== 'none' && tip.oid === state.head;
  state.count = isFirst ? 0 : await countOf(checkout, branch);
  return state;
}

/** Why git would not commit for want of a name; `null`: it would. */
async function whoIsUnknown(checkout: Checkout, cwd: string): Promise<string | null> {
  try {
    checkout.who();
    return null;
  } catch {
    // Not configured: git may still make an address up from the machine's name.
    return committerProblem(checkout, cwd);
  }
}

/** A rebase detaches HEAD: the worktree then lists no branch, and git keeps its name in `rebase-merge/head-name`. */
async function rebaseOf(checkout: Checkout, branch: string): Promise<string | undefined> {
  for (const worktree of await worktreesOf(checkout)) {
    if (worktree.branch !== null || worktree.missing) continue;
    const dir = await worktreeGitDir(checkout, worktree);
    for (const folder of ['rebase-merge', 'rebase-apply']) {
      const file = path.join(dir, folder, 'head-name');
      if ((await readFile(file, 'utf8').catch(() => '')).trim() === `refs/heads/${branch}`)
        return worktree.path;
    }
  }
  return undefined;
}

async function underWay(dir: string): Promise<string | null> {
  const marks = {
    'rebase-merge': 'rebase',
    'rebase-apply': 'rebase',
    MERGE_HEAD: 'merge',
    CHERRY_PICK_HEAD: 'cherry-pick',
    REVERT_HEAD: 'revert',
  };
  for (const [name, word] of Object.entries(marks))
    if ((await stat(path.join(dir, name)).catch(() => null)) !== null) return word;
  return null;
}

/** Commits of the branch beyond its base on the remote. */
export async function countOf(checkout: Checkout, branch: string): Promise<number> {
  const { tip } = checkout.heads;
  const range = { tips: [`refs/heads/${branch}`], not: tip.kind === 'none' ? [] : [tip.oid] };
  return orIfFatal(countCommits(checkout, range), 0);
}
