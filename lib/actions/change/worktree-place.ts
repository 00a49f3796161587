import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorktreePlace } from '../../change/plan/worktrees.ts';
import { mainWorktree } from '../../checkout/main-worktree.ts';
import { withValue } from '../../checkout/registered.ts';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { setConfig } from '../../git/config-write.ts';
import { resolveRef } from '../../git/refs.ts';
import { shellQuoted } from '../../shell-word.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import {
  type Checkout,
  type Checkouts,
  isBelow,
  togetherFolder,
  togetherKey,
  worktreePath,
  worktreesOf,
} from './checkouts.ts';
import type { Obstacle } from './preconditions.ts';
import { exclude } from './steps/worktree.ts';

/**
 * The folder that holds all worktrees of the change set: `--into`, the one it has already, or `.worktrees/<branch>` of this
 * repository with `realm.worktreeLayout = together`. `null`: each repo has its worktree with its checkout. Throws `bad-config`.
 */
export async function folderOf(
  { cwd }: Context,
  { repo, config }: Workspace,
  branch: string,
  into: string | undefined,
): Promise<string | null> {
  if (into !== undefined) return path.resolve(cwd, into);
  const already = config.get(togetherKey(branch));
  if (already !== undefined) return already;
  const layout = config.get('realm.worktreeLayout') ?? 'apart';
  if (layout === 'together') return togetherFolder({ main: await mainWorktree(repo), config }, branch);
  if (layout === 'apart') return null;
  throw new RealmError('bad-config', `realm.worktreeLayout is '${layout}', not apart or together`, {
    hint: 'git config realm.worktreeLayout together',
  });
}

/**
 * From here on the worktrees of the branch lie in the folder, as far as this process knows. Throws `path-in-worktree` where that is in the files
 * of one of the repos.
 */
export function lieTogether(checkouts: Checkouts, branch: string, folder: string): void {
  for (const [name, checkout] of checkouts) {
    const isHidden = isBelow(folder, path.dirname(togetherFolder(checkout, branch)));
    if (!isHidden && (folder === checkout.main || isBelow(folder, checkout.main)))
      throw new RealmError('path-in-worktree', `'${folder}' is in the work tree of ${name}`, {
        hint: `choose a directory outside: --into ${shellQuoted(path.join(path.dirname(checkout.main), branch.replaceAll('/', '-')))}`,
      });
    checkouts.set(name, { ...checkout, config: withValue(checkout.config, togetherKey(branch), folder) });
  }
}

/** Keeps the folder in the configuration of the repos, and out of the status of the one whose `.worktrees` it is in. */
export async function rememberFolder(
  checkouts: readonly Checkout[],
  { repo, config }: Workspace,
  branch: string,
  folder: string,
): Promise<void> {
  await Promise.all(checkouts.map((checkout) => setConfig(checkout, togetherKey(branch), folder)));
  const own = { main: await mainWorktree(repo), config, repo };
  if (togetherFolder(own, branch) === folder) exclude(own);
}

interface FoundPlace extends WorktreePlace {
  obstacle?: Obstacle;
}

/** Where the branch stands in one repo, and what stands in the way. */
export async function placeOf(checkout: Checkout, branch: string, tracked: boolean): Promise<FoundPlace> {
  const target = worktreePath(checkout, branch);
  const { tip } = checkout.heads;
  const place: FoundPlace = { repo: checkout.name, target, base: '', there: false, from: 'new' };
  const stop = (code: string, message: string, hint: string): FoundPlace => ({
    ...place,
    obstacle: { repo: checkout.name, code, message, hint },
  });
  const cd = `git -C ${shellQuoted(checkout.main)}`;
  if (tip.kind === 'none') return stop('no-base', `no commit to start from: ${tip.why}`, `${cd} push`);
  if (tip.branch === branch)
    return stop('branch-is-base', `'${branch}' is its default branch`, 'choose another: --branch <branch>');
  place.base = tip.oid;
  const listed = (await worktreesOf(checkout)).find((worktree) => worktree.branch === branch);
  const half = listed?.locked === 'initializing';
  if (listed !== undefined && !listed.missing && !half) {
    if (path.resolve(listed.path) === path.resolve(checkout.main))
      return stop('branch-checked-out', `'${branch}' is checked out in '${checkout.main}'`, `${cd} switch -`);
    return { ...place, target: listed.path, there: true };
  }
  if (listed === undefined && existsSync(target))
    return stop(
      'path-taken',
      `'${target}' already exists`,
      `move it away: mv ${shellQuoted(target)} <elsewhere>`,
    );
  const [local, remote] = await Promise.all([
    resolveRef(checkout.repo, `refs/heads/${branch}`),
    checkout.remote === null ? null : resolveRef(checkout.repo, `refs/remotes/${checkout.remote}/${branch}`),
  ]);
  const foreign = async (oid: string | null): Promise<boolean> =>
    !tracked && oid !== null && (await isAncestor(checkout, oid, tip.oid)) !== true;
  if ((await foreign(local)) || (await foreign(remote))) {
    const where = local === null ? `on ${checkout.remote}` : 'here';
    return stop(
      'branch-exists',
      `branch '${branch}' already exists ${where} with other commits`,
      `to show it: ${cd} log ${local === null ? `${checkout.remote}/` : ''}${branch}, or choose another branch: --branch <branch>`,
    );
  }
  if (local !== null) return { ...place, from: 'local' };
  return remote !== null && tracked ? { ...place, from: 'remote', base: remote } : place;
}
