import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_PATH } from '../checkout/member.ts';
import { forgetCheckout } from '../checkout/user-index.ts';
import { listRefs, swapRef } from '../git/refs.ts';
import { refSafe } from '../names.ts';
import { type Dependent, dependentsOf, type LeaveOp } from '../realm/ops/leave.ts';
import { type Flow, opHead } from './flow.ts';
import { removeRealmHooks } from './hooks.ts';
import { type Notified, tellDependents } from './notify.ts';
import type { Shared } from './share.ts';
import { inWorkspace, perform, share } from './workspace.ts';

export interface LeaveResult {
  repo: string;
  realm: string;
  /** Whose imports are broken now (`--force`). */
  dependents: Dependent[];
  /** Issues opened for them. */
  told: Notified[];
  commit: string | null;
  shared: Shared;
}

/** This repo leaves its realm: refused while others import from it, unless forced. Hooks and membership go too. */
export async function leaveRealm(flow: Flow, force: boolean): Promise<LeaveResult> {
  let caches = '';
  const left = await inWorkspace(flow, async (workspace) => {
    caches = path.join(workspace.repo.commonDir, 'realm');
    await share(flow, workspace);
    const dependents = dependentsOf(workspace.snapshot.model, workspace.name);
    const op: LeaveOp = { verb: 'leave', ...opHead(flow, workspace.who()), repo: workspace.name, force };
    const applied = await perform(flow, workspace, op);
    // Refused, this ends here: the repository is a member as before.
    const left = await share(flow, workspace);
    const told = await tellDependents(flow, workspace, dependents);
    const shared = told.length === 0 ? left : await share(flow, workspace);
    await removeRealmHooks(flow, workspace.repo, workspace.config);
    await dropDrafts();
    await forgetCheckout(flow.env, workspace.file.realm.name, workspace.name);
    await workspace.repo.git(['config', '--local', '--unset-all', 'realm.cloneId'], { ok: [0, 5] });
    await removeMembership();
    return {
      repo: workspace.name,
      realm: workspace.file.realm.name,
      dependents,
      told,
      commit: applied.commit,
      shared,
    };

    async function dropDrafts() {
      const clone = workspace.config.get('realm.cloneId') ?? '';
      const ours = `refs/realm/drafts/${refSafe(workspace.name)}/${refSafe(clone)}/`;
      for (const ref of await listRefs(workspace.store.repo, [ours])) {
        await swapRef(workspace.store.repo, ref.name, ref.oid, null);
      }
    }

    /** The file that join wrote, and its folder where nothing else is in it. */
    async function removeMembership() {
      if (workspace.repo.worktree === null) return;
      const file = path.join(workspace.repo.worktree, CONFIG_PATH);
      await rm(file, { force: true });
      await rmdir(path.dirname(file)).catch(() => {});
    }
  });
  // Last, for the workspace keeps what it read when it is closed: a folder of our name with what was derived.
  await rm(caches, { recursive: true, force: true });
  return left;
}
