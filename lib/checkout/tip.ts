import { readFileSync } from 'node:fs';
import path from 'node:path';
import { shortBranch } from '../git/branches.ts';
import type { GitConfig } from '../git/config.ts';
import type { ObjectReader } from '../git/objects.ts';
import { readRefFile } from '../git/ref-files.ts';
import { symbolicRef } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { hasTrackingFolder, trackedAs } from './refspec.ts';

/** The commit whose code counts as published, and how we know. */
export type PublishingTip =
  | { kind: 'remote' | 'local'; ref: string; branch: string; oid: string }
  /** Nothing is published yet: the branch was never pushed, or has no commit. */
  | { kind: 'none'; ref: string; branch: string; why: string };

export interface Heads {
  /** `null`: no commit yet. */
  head: string | null;
  tip: PublishingTip;
}

/**
 * HEAD and the publishing tip: the remote-tracking ref of the publishing branch (`realm.publishBranch`, else the remote's
 * HEAD, else main or master), wherever the remote's fetch refspecs keep it; the local branch only where the repo has no
 * remote. A branch that a refspec writes straight over (a mirror) counts where the last `git fetch` brought that very
 * commit: commits of a worktree move the same ref.
 */
export async function readHeads(
  repo: Repository,
  objects: ObjectReader,
  config: GitConfig,
  override?: string,
): Promise<Heads> {
  const remote = publishingRemote(config);
  const pinned = override ?? config.get('realm.publishBranch');
  const names = pinned === undefined ? guesses(repo, config, remote) : [pinned];
  const refs = names.map((name) => publishedAs(config, remote, name));
  const commitAt = (ref: string | null) => (ref === null ? null : objects.resolve(ref));
  const [head, ...oids] = await Promise.all(['HEAD', ...refs].map(commitAt));
  const at = oids.findIndex((oid) => oid !== null);
  const oid = oids[at];
  const [ref, branch] = [refs[at], names[at]];
  if (oid != null && ref != null && branch !== undefined) {
    const mirrored = remote !== null && ref.startsWith('refs/heads/');
    if (!mirrored || wasFetched(repo, oid, branch))
      return { head: head ?? null, tip: { kind: remote === null ? 'local' : 'remote', ref, branch, oid } };
    return { head: head ?? null, tip: { kind: 'none', ref, branch, why: notFetched(remote, branch) } };
  }
  const wanted = pinned ?? names.find((name) => name !== 'HEAD') ?? 'main';
  // CI checks out one commit, detached, with no remote-tracking ref: `--branch` says which branch it is.
  if (override !== undefined && repo.branch === null && head != null) {
    return { head, tip: { kind: 'local', ref: 'HEAD', branch: wanted, oid: head } };
  }
  const tracked = publishedAs(config, remote, wanted);
  const why = reason(remote, wanted, head ?? null, tracked);
  return {
    head: head ?? null,
    tip: { kind: 'none', ref: tracked ?? `refs/heads/${wanted}`, branch: wanted, why },
  };
}

/** Where this repository keeps what the remote has of a branch, or the branch itself where there is no remote. */
function publishedAs(config: GitConfig, remote: string | null, branch: string): string | null {
  if (remote === null) return `refs/heads/${branch}`;
  const tracked = branch === 'HEAD' ? null : trackedAs(config, remote, `refs/heads/${branch}`);
  // A shallow clone tracks one branch; CI fetches another one into the same folder by hand.
  return tracked ?? (hasTrackingFolder(config, remote) ? `refs/remotes/${remote}/${branch}` : null);
}

/** Did the last `git fetch` bring this commit as the remote's branch? Each worktree has a FETCH_HEAD of its own. */
function wasFetched({ gitDir, commonDir }: Repository, oid: string, branch: string): boolean {
  return [gitDir, commonDir].some((directory) => {
    try {
      const lines = readFileSync(path.join(directory, 'FETCH_HEAD'), 'utf8').split('\n');
      return lines.some((line) => line.startsWith(`${oid}\t`) && line.includes(`\tbranch '${branch}' of `));
    } catch {
      return false;
    }
  });
}

/**
 * The same with the publishing branch by its own name: where `git clone`, or `git fetch` since 2.48, left the remote's HEAD
 * behind, `readHeads` knows it as `HEAD`, and to ask what that stands for takes a process. Only who writes needs to know.
 */
export async function nameTip(repo: Repository, heads: Heads): Promise<Heads> {
  const { tip } = heads;
  if (tip.branch !== 'HEAD') return heads;
  const folder = tip.ref.slice(0, -'HEAD'.length);
  const ref = repo.refFiles
    ? (readRefFile(repo, tip.ref)?.name ?? '')
    : ((await symbolicRef(repo, tip.ref)) ?? '');
  const branch = ref.startsWith(folder) ? ref.slice(folder.length) : 'main';
  return { ...heads, tip: { ...tip, ref: folder + branch, branch } };
}

/**
 * `realm.remote`, else `origin`, or the only remote there is, or the one that the default branch follows. `null`: there is no
 * remote.
 */
export function publishingRemote(config: GitConfig): string | null {
  const remotes = new Set<string>();
  for (const key of config.keys()) {
    const match = /^remote\.(.+)\.(?:url|pushurl|vcs)$/.exec(key);
    if (match?.[1] !== undefined) remotes.add(match[1]);
  }
  const named = config.get('realm.remote') ?? 'origin';
  if (remotes.has(named)) return named;
  if (remotes.has('origin')) return 'origin';
  const followed = usualBranches(config).map((branch) => config.get(`branch.${branch}.remote`) ?? '');
  return followed.find((name) => remotes.has(name)) ?? [...remotes][0] ?? null;
}

const usualBranches = (config: GitConfig): string[] => [
  'main',
  'master',
  config.get('init.defaultBranch') ?? 'main',
];

/** The remote's own HEAD knows best; without a remote the branch checked out is the last guess. */
function guesses(repo: Repository, config: GitConfig, remote: string | null): string[] {
  const usual = usualBranches(config);
  const current = repo.branch === null ? [] : [shortBranch(repo.branch)];
  if (remote === null) return [...new Set([...usual, ...current])];
  if (hasTrackingFolder(config, remote)) return [...new Set(['HEAD', ...usual])];
  // The HEAD of a mirror is the remote's.
  return [...new Set([...(repo.bare ? current : []), ...usual])];
}

function reason(remote: string | null, branch: string, head: string | null, tracked: string | null): string {
  if (head === null) return 'there are no commits yet';
  if (remote === null) return `there is no branch '${branch}'`;
  if (tracked !== null) return `'${branch}' was never pushed to ${remote}`;
  return `this clone does not track the branches of ${remote}: ${keepRecord(remote)}`;
}

const notFetched = (remote: string, branch: string): string =>
  `'${branch}' differs from the last fetch from ${remote}: git fetch ${remote}; with worktrees: ${keepRecord(remote)}`;

const keepRecord = (remote: string): string =>
  `git config remote.${remote}.fetch '+refs/heads/*:refs/remotes/${remote}/*' && git fetch ${remote}`;
