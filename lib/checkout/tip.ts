import type { GitConfig } from '../git/config.ts';
import { listRefs, resolveRevision } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';

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
 * HEAD, else main or master); the local branch only where the repo has no remote (DESIGN §2).
 */
export async function readHeads(repo: Repository, config: GitConfig, override?: string): Promise<Heads> {
  const remote = publishingRemote(config);
  const names = candidates(config, override, remote === null ? repo.branch : null);
  const prefix = remote === null ? 'refs/heads/' : `refs/remotes/${remote}/`;
  const patterns = [...names.map((name) => prefix + name), ...(remote === null ? [] : [`${prefix}HEAD`])];
  const refs = await listRefs(repo, [...patterns, ...(repo.branch === null ? [] : [repo.branch])]);
  const found = new Map(refs.map((ref) => [ref.name, ref]));
  const headRef = repo.branch === null ? null : (found.get(repo.branch)?.oid ?? null);
  const head = repo.branch === null ? await resolveRevision(repo, 'HEAD') : headRef;

  const symref = found.get(`${prefix}HEAD`)?.symref;
  const pinned = override ?? config.get('realm.publishBranch');
  const order = [...(pinned === undefined && symref ? [symref] : []), ...names.map((name) => prefix + name)];
  for (const ref of order) {
    const oid = found.get(ref)?.oid;
    if (oid !== undefined)
      return {
        head,
        tip: { kind: remote === null ? 'local' : 'remote', ref, branch: ref.slice(prefix.length), oid },
      };
  }
  const branch = pinned ?? names[0] ?? 'main';
  // CI checks out one commit, detached, with no remote-tracking ref: `--branch` says which branch it is.
  if (override !== undefined && repo.branch === null && head !== null) {
    return { head, tip: { kind: 'local', ref: 'HEAD', branch, oid: head } };
  }
  return { head, tip: { kind: 'none', ref: prefix + branch, branch, why: reason(remote, branch, head) } };
}

/** `origin`, or the only remote there is. */
export function publishingRemote(config: GitConfig): string | null {
  const remotes = new Set<string>();
  for (const key of config.keys()) {
    const match = /^remote\.(.+)\.url$/.exec(key);
    if (match?.[1] !== undefined) remotes.add(match[1]);
  }
  return remotes.has('origin') ? 'origin' : ([...remotes][0] ?? null);
}

/** `current`: the branch checked out, which is the last guess where there is no remote to ask. */
function candidates(config: GitConfig, override: string | undefined, current: string | null): string[] {
  const pinned = override ?? config.get('realm.publishBranch');
  if (pinned !== undefined) return [pinned];
  const last = current === null ? [] : [current.replace('refs/heads/', '')];
  return [...new Set(['main', 'master', config.get('init.defaultBranch') ?? 'main', ...last])];
}

function reason(remote: string | null, branch: string, head: string | null): string {
  if (head === null) return 'there is no commit yet';
  return remote === null ? `there is no branch '${branch}'` : `'${branch}' was never pushed to ${remote}`;
}
