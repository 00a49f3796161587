import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorktreePlace } from '../../change/plan/worktrees.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { resolveRef } from '../../git/refs.ts';
import { shellQuoted } from '../../shell-word.ts';
import { type Checkout, worktreePath, worktreesOf } from './checkouts.ts';
import type { Obstacle } from './preconditions.ts';

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
