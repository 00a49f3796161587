import { type Levels, levelsOf } from '../checkout/levels.ts';
import { identityOf, type Member, openMember } from '../checkout/member.ts';
import { type Heads, readHeads } from '../checkout/tip.ts';
import { RealmError } from '../errors.ts';
import type { Identity } from '../git/fast-import.ts';
import type { Op } from '../realm/ops/types.ts';
import { type Applied, applyOp, planOn } from '../store/engine.ts';
import { readSnapshot, type Snapshot } from '../store/snapshot.ts';
import { tellRewrite } from './alarm.ts';
import { type Flow, PlannedOnly } from './flow.ts';
import { type Shared, shareStore } from './share.ts';

/** A member repository with everything that was gathered of it and of its realm. */
export interface Workspace extends Member {
  heads: Heads;
  levels: Levels;
  /** The realm as it was when this was opened; `refresh` reads it anew. */
  snapshot: Snapshot;
  refresh(): Promise<Snapshot>;
  /** The remote of the store, asked for once. */
  remote(): Promise<string | null>;
  /** Who signs realm commits. Throws `no-identity`. */
  who(): Identity;
  close(): void;
}

/**
 * Gather the member repository around the flow's directory; `willShare`: the store's remote is asked for while the realm is
 * read. Throws what `openMember` throws, and `realm-empty`.
 */
export async function openWorkspace(flow: Flow, branch?: string, willShare = false): Promise<Workspace> {
  const member = await openMember(flow);
  let remote = willShare ? member.store.remote() : undefined;
  // Whoever waits for it is told.
  remote?.catch(() => {});
  const progress = flow.progress('reading the realm');
  const [heads, snapshot] = await Promise.all([
    readHeads(member.repo, member.objects, member.config, branch),
    readSnapshot(member.store, member.store.branch, { progress: progress.at }),
  ]);
  progress.end();
  // Every realm begins with a commit: one without has lost its branch, and would look like one where nothing was agreed.
  if (snapshot.commit === null) {
    member.objects.close();
    member.store.close();
    throw new RealmError(
      'realm-empty',
      `realm '${member.file.realm.name}' has no commit on ${member.store.branch}`,
      { hint: `git -C '${member.store.repo.gitDir}' fsck; git realm doctor` },
    );
  }
  await tellRewrite(flow, member.store);
  const name = snapshot.model.repoNow(member.name);
  if (name !== member.name)
    flow.note(`'${member.name}' is called '${name}' now: git realm join brings .blue/config.yaml up to it`);
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
    who: () => identityOf(member.config, flow.env, flow.unattended),
    close: () => {
      member.store.objects.remember();
      // A hook comes with each commit, and what it read is of the one before.
      if (!flow.unattended) member.objects.remember();
      member.objects.close();
      member.store.close();
    },
  };
  return workspace;
}

/** Open, work, close. */
export async function inWorkspace<T>(
  flow: Flow,
  work: (workspace: Workspace) => Promise<T>,
  branch?: string,
  willShare = false,
): Promise<T> {
  const workspace = await openWorkspace(flow, branch, willShare);
  try {
    return await work(workspace);
  } finally {
    workspace.close();
  }
}

/**
 * Apply an operation and look at the realm again; one that needs approval becomes a proposal, and is refused with its name.
 * A word about its work tree goes to the user.
 */
export async function perform(flow: Flow, workspace: Workspace, op: Op): Promise<Applied> {
  if (flow.dryRun) throw new PlannedOnly(await planOn(workspace.snapshot, op));
  const applied = await applyOp(workspace.store, op, workspace.who()).catch(async (error: unknown) => {
    if (!(error instanceof RealmError) || error.code !== 'approval-required') throw error;
    const { propose, waitsFor } = await import('./proposals.ts');
    const proposal = await propose(flow, workspace.store, op, workspace.who());
    throw new RealmError(error.code, error.message, {
      exitCode: error.exitCode,
      hint: waitsFor(proposal, workspace.who().email),
      data: { ...error.data, proposal: proposal.id },
    });
  });
  if (applied.word !== null) flow.note(applied.word);
  await workspace.refresh();
  return applied;
}

/** Exchange with the realm's remote, and read the realm again. See `shareStore`. */
export async function share(flow: Flow, workspace: Workspace, look = false): Promise<Shared> {
  if (flow.dryRun || (await workspace.remote()) === null) return { state: 'local' };
  const shared = await shareStore(flow, workspace.store, workspace.who(), look);
  if (shared.state !== 'offline') await workspace.refresh();
  return shared;
}
