import { type Levels, levelsOf } from '../../checkout/levels.ts';
import { closeMember, identityOf, type Member, openMember } from '../../checkout/member.ts';
import { type Heads, readHeads } from '../../checkout/tip.ts';
import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import { together } from '../../together.ts';
import type { Context } from './context.ts';
import { tellRewrite } from './rewrite-notice.ts';

/** A member repository with everything that was gathered of it and of its realm. */
export interface Workspace extends Member {
  heads: Heads;
  levels: Levels;
  /** The realm as it was when this was opened; `refresh` reads it again. */
  snapshot: Snapshot;
  refresh(): Promise<Snapshot>;
  /** The remote of the store, asked for once. */
  remote(): Promise<string | null>;
  /** Who signs realm commits. Throws `no-identity`. */
  who(): Identity;
  close(): void;
}

/**
 * Gather the member repository around the context's directory; `willShare`: the store's remote is asked for while the realm is
 * read. Throws what `openMember` throws, and `realm-empty`.
 */
export async function openWorkspace(
  context: Context,
  branch?: string,
  willShare = false,
): Promise<Workspace> {
  const member = await openMember(context);
  try {
    return await gathered(context, member, branch, willShare);
  } catch (error) {
    closeMember(member);
    throw error;
  }
}

async function gathered(
  context: Context,
  member: Member,
  branch: string | undefined,
  willShare: boolean,
): Promise<Workspace> {
  let remote = willShare ? member.store.remote() : undefined;
  // Anyone who waits for it is notified.
  remote?.catch(() => {});
  const progress = context.progress('reading the realm');
  const [heads, snapshot] = await together([
    readHeads(member.repo, member.objects, member.config, branch),
    readSnapshot(member.store, member.store.branch, { progress: progress.at }),
  ]);
  progress.end();
  // Every realm begins with a commit: one without has lost its branch, and would look like one where nothing was agreed.
  if (snapshot.commit === null)
    throw new RealmError(
      'realm-empty',
      `realm '${member.file.realm.name}' has no commits on ${member.store.branch}`,
      { hint: `git -C '${member.store.repo.gitDir}' fsck; git realm doctor` },
    );
  await tellRewrite(context, member.store);
  const name = snapshot.model.repoNow(member.name);
  if (name !== member.name)
    context.note(
      `'${member.name}' was renamed to '${name}': to update .blue/config.yaml, run git realm join`,
    );
  const levels = levelsOf(member.repo, member.objects);
  const workspace: Workspace = {
    ...member,
    name,
    heads,
    levels,
    snapshot,
    refresh: async () => {
      workspace.snapshot = await readSnapshot(member.store);
      return workspace.snapshot;
    },
    remote: () => {
      remote ??= member.store.remote();
      return remote;
    },
    who: () => identityOf(member.config, context.env, context.unattended),
    close: () => {
      member.store.objects.remember();
      // A hook comes with each commit, and what it read belongs to the commit before.
      if (!context.unattended) member.objects.remember();
      closeMember(member);
    },
  };
  return workspace;
}

/** Open, work, close. */
export async function inWorkspace<T>(
  context: Context,
  work: (workspace: Workspace) => Promise<T>,
  branch?: string,
  willShare = false,
): Promise<T> {
  const workspace = await openWorkspace(context, branch, willShare);
  try {
    return await work(workspace);
  } finally {
    workspace.close();
  }
}
