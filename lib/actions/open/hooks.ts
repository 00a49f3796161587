import path from 'node:path';
import { assetPath } from '../../assets.ts';
import { isWatched } from '../../checkout/drift.ts';
import { closeMember, type Member, openMember } from '../../checkout/member.ts';
import { publishingRemote } from '../../checkout/tip.ts';
import { shortBranch } from '../../git/branches.ts';
import { type GitConfig, readConfig } from '../../git/config.ts';
import { setConfig, unsetConfig } from '../../git/config-write.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { hooksFolder } from '../../git/rev-parse.ts';
import { orIfFatal } from '../../git/run.ts';
import { gitsOnPath, gitVersion } from '../../git/versions.ts';
import { hasConfigHooks } from '../../hooks/config-block.ts';
import { hooksStatus, installHooks, uninstallHooks } from '../../hooks/install.ts';
import { type Outcome, readStamp, stampPath, writeStamp } from '../../hooks/stamp.ts';
import { HOOKS, type HookFinding, type HookPrograms, type HookRepo } from '../../hooks/types.ts';
import { type ObservedMarks, observeMarks, storeMarks, writeWatchList } from '../../hooks/watch-list.ts';
import { ownExports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from './context.ts';

/** Which hooks were put in place, and what a person has to know or do about the others. */
export interface HooksDone {
  installed: string[];
  words: string[];
}

/** Install our hooks in a repository that just joined, and write what they watch. */
export async function installRealmHooks(
  context: Context,
  repo: Repository,
  config: GitConfig,
  store: Store,
  name: string,
): Promise<HooksDone> {
  await watch(repo, config, store, name);
  const plan = await installHooks(await hookRepo(context, repo, config), hookOptions(context, config));
  return hooksDone(plan.findings);
}

/** What was done, and the line to add wherever a hook is not ours to write. */
export function hooksDone(findings: readonly HookFinding[]): HooksDone {
  const lines = findings
    .filter(({ state, line }) => state === 'refused' || (state === 'installed' && line !== undefined))
    .map(({ hook, reason, line, lineFile, path }) => {
      const why = reason ?? hook;
      return line === undefined ? why : `${why}; add to ${lineFile ?? path}: ${line}`;
    });
  return {
    installed: findings.filter((finding) => finding.state === 'installed').map((finding) => finding.hook),
    words: [...new Set(lines)],
  };
}

/** Install, remove or look at the hooks of the repository around the context's directory. */
export async function inHooks(
  context: Context,
  what: 'install' | 'uninstall' | 'status',
): Promise<readonly HookFinding[]> {
  const discovered = await discover(context.cwd, { env: context.env });
  const config = await readConfig(discovered);
  const repo = await hookRepo(context, discovered, config);
  if (what === 'uninstall') {
    const { findings } = await uninstallHooks(repo);
    // What the user has put into files that others share is not ours to take out; here it must do nothing all the same.
    if (findings.some(({ by }) => by === 'line')) await setConfig(discovered, 'realm.hooks', 'off');
    return findings;
  }
  if (what === 'status') return hooksStatus(repo, hookOptions(context, config));
  if (repo.off === true) await unsetConfig(discovered, 'realm.hooks');
  const member = await openMember(context);
  try {
    await refreshWatchList(member);
  } finally {
    closeMember(member);
  }
  return (await installHooks({ ...repo, off: false }, hookOptions(context, config))).findings;
}

/** Take the hooks out of a repository that leaves. */
export async function removeRealmHooks(context: Context, repo: Repository, config: GitConfig): Promise<void> {
  await uninstallHooks(await hookRepo(context, repo, config));
}

/** Bring the watch list of the hooks up to the realm: a cache, its absence costs one slow hook. */
export const refreshWatchList = (member: Member): Promise<void> =>
  member.ephemeral ? Promise.resolve() : watch(member.repo, member.config, member.store, member.name);

async function watch(repo: Repository, config: GitConfig, store: Store, name: string): Promise<void> {
  // The marks come first: what happens while the realm is read voids the list.
  const branch = shortBranch(store.branch);
  const observed = observeMarks(storeMarks(store.repo.commonDir, branch));
  const { model } = await readSnapshot(store);
  await write({ repo, config, name }, model, observed);
}

/** Whose watch list it is. */
interface Watching {
  name: string;
  repo: Repository;
  config: GitConfig;
}

async function write(
  { name, repo, config }: Watching,
  model: RealmModel,
  observed: ObservedMarks,
): Promise<void> {
  const contracts = ownExports(model, name).filter(isWatched);
  await writeWatchList(
    repo.commonDir,
    contracts.map((own) => own.entry.source_files ?? []),
    observed,
    { local: publishingRemote(config) === null },
  );
}

/** The same for many repositories of one realm, which is read once: their hooks then start no node. */
export async function refreshWatchLists(store: Store, members: readonly Watching[]): Promise<void> {
  const branch = shortBranch(store.branch);
  const observed = observeMarks(storeMarks(store.repo.commonDir, branch));
  const { model } = await readSnapshot(store);
  await Promise.all(members.map((member) => write(member, model, observed)));
}

async function hookRepo(context: Context, repo: Repository, config: GitConfig): Promise<HookRepo> {
  const [folder, version] = await Promise.all([
    // git names no path below a file, as '.git/hooks' is in a linked worktree.
    orIfFatal(hooksFolder(repo), null),
    gitVersion(repo),
  ]);
  const others = hasConfigHooks(version) ? await gitsOnPath(context.env) : [];
  return {
    commonDir: repo.commonDir,
    hooksDir:
      folder ?? path.resolve(repo.worktree ?? repo.commonDir, config.get('core.hooksPath') ?? 'hooks'),
    hooksPath: config.get('core.hooksPath'),
    workTree: repo.worktree ?? undefined,
    bare: repo.bare,
    gitVersion: version,
    olderGit: others.find((other) => !hasConfigHooks(other.version)),
    disabled: HOOKS.filter((hook) =>
      [`git-realm-${hook}`, hook].some((name) => !config.bool(`hook.${name}.enabled`, true)),
    ),
    off: config.get('realm.hooks') === 'off',
  };
}

function hookOptions(context: Context, config: GitConfig): { programs: HookPrograms; guardPush: boolean } {
  const programs = { home: assetPath('hooks'), bin: programPath(context), node: process.execPath };
  return { programs, guardPush: config.bool('realm.guardPush', false) };
}

/** This program's `git-realm`: installed, …/share/git-realm/hooks is beside …/bin. */
export const programPath = (context: Context): string =>
  context.env.GIT_REALM_BIN ?? path.resolve(assetPath('hooks'), '..', '..', '..', 'bin', 'git-realm');

/** Tell post-commit what pre-commit saw, so that one commit starts node once. */
export function leaveStamp(
  context: Context,
  repo: Pick<Repository, 'gitDir' | 'commonDir'>,
  outcome: Outcome,
): void {
  const parent = Number(context.env.GIT_REALM_PARENT);
  if (!Number.isSafeInteger(parent) || parent <= 0) return;
  writeStamp(stampPath(repo.commonDir, repo.gitDir), parent, outcome);
}

/** Did pre-commit leave all to post-commit, because the commit publishes? */
export function leftToPostCommit(context: Context, repo: Pick<Repository, 'gitDir' | 'commonDir'>): boolean {
  const parent = Number(context.env.GIT_REALM_PARENT);
  return readStamp(stampPath(repo.commonDir, repo.gitDir), parent) === 'later';
}
