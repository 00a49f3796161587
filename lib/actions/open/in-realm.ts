import { readMembership } from '../../checkout/member.ts';
import { readUserIndex } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { discover } from '../../git/repository.ts';
import type { IndexRealm } from '../../realm/types.ts';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { Context } from './context.ts';
import { tellRewrite } from './rewrite-notice.ts';
import { openWorkspace } from './workspace.ts';

/** A realm looked at: from a member repository, or from inside the realm itself. */
export interface OpenedRealm {
  store: Store;
  snapshot: Snapshot;
  /** The member repository we are in, by its name; `null` inside a realm. */
  repo: string | null;
}

/** Open whichever realm is meant where the user is, work, close. */
export async function inRealm<T>(context: Context, work: (opened: OpenedRealm) => Promise<T>): Promise<T> {
  const repo = await discover(context.cwd, { env: context.env });
  if ((await readMembership(repo)) !== null) {
    const workspace = await openWorkspace(context);
    try {
      return await work({ store: workspace.store, snapshot: workspace.snapshot, repo: workspace.name });
    } finally {
      workspace.close();
    }
  }
  const store = await openStore(repo.worktree ?? repo.gitDir, context.env);
  try {
    const main = await readSnapshot(store);
    // CI checks out one commit, detached, without any branch.
    const snapshot = main.commit === null ? await readSnapshot(store, 'HEAD') : main;
    if (!snapshot.model.has('realm.yaml')) {
      throw new RealmError('not-joined', 'this repository is not in a realm yet', {
        hint: 'git realm join <path or URL of a realm>',
      });
    }
    await tellRewrite(context, store);
    return await work({ store, snapshot, repo: null });
  } finally {
    store.close();
  }
}

/** The realms of the user's index. */
export const listRealms = async (context: Context): Promise<IndexRealm[]> =>
  (await readUserIndex(context.env)).realms;
