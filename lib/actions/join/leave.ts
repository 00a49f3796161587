import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readMembership } from '../../checkout/member.ts';
import { forgetCheckout, readUserIndex } from '../../checkout/user-index.ts';
import type { RealmError } from '../../errors.ts';
import { unsetConfig } from '../../git/config-write.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { discover } from '../../git/repository.ts';
import { refSafe } from '../../names.ts';
import { type Dependent, dependentsOf, type LeaveOp } from '../../realm/ops/leave.ts';
import { hasJoined } from '../../realm/ownership.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore } from '../../store/store.ts';
import { type Notified, tellDependents } from '../contract/notify.ts';
import { type Context, opHead } from '../open/context.ts';
import { removeRealmHooks } from '../open/hooks.ts';
import { removeMembership } from '../open/membership.ts';
import { inWorkspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';

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
export async function leaveRealm(context: Context, force: boolean): Promise<LeaveResult> {
  try {
    return await leaveNow(context, force);
  } catch (error) {
    const left = (error as RealmError).code === 'not-attached' ? await leftBefore(context) : null;
    if (left === null) throw error;
    return left;
  }
}

/** A leave that was cut short when all but the membership was gone; `null`: this is none. */
async function leftBefore(context: Context): Promise<LeaveResult | null> {
  const repo = await discover(context.cwd, { env: context.env });
  const [file, { realms }] = await Promise.all([readMembership(repo), readUserIndex(context.env)]);
  const known = realms.find(({ name }) => name === file?.realm.name);
  const location = known?.local_path ?? known?.path;
  if (file === null || location === undefined) return null;
  const store = await openStore(location, context.env);
  try {
    const { model } = await readSnapshot(store);
    if (hasJoined(model, file.repo)) return null;
  } finally {
    store.close();
  }
  if (context.dryRun !== true) await removeMembership(repo);
  return {
    repo: file.repo,
    realm: file.realm.name,
    dependents: [],
    told: [],
    commit: null,
    shared: { state: 'local' },
  };
}

async function leaveNow(context: Context, force: boolean): Promise<LeaveResult> {
  let caches = '';
  const left = await inWorkspace(context, async (workspace) => {
    caches = path.join(workspace.repo.commonDir, 'realm');
    await share(context, workspace);
    const dependents = dependentsOf(workspace.snapshot.model, workspace.name);
    const op: LeaveOp = { verb: 'leave', ...opHead(context, workspace.who()), repo: workspace.name, force };
    const applied = await perform(context, workspace, op);
    // Refused, this ends here: the repository is a member as before.
    const left = await share(context, workspace);
    const told = await tellDependents(context, workspace, dependents);
    const shared = told.length === 0 ? left : await share(context, workspace);
    await removeRealmHooks(context, workspace.repo, workspace.config);
    await dropDrafts();
    await forgetCheckout(context.env, workspace.file.realm.name, workspace.name);
    await unsetConfig(workspace.repo, 'realm.cloneId');
    await removeMembership(workspace.repo);
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
  });
  // Last, for the workspace keeps what it read when it is closed: a folder of our name with what was derived.
  await rm(caches, { recursive: true, force: true });
  return left;
}
