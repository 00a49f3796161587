import type { GitConfig } from '../git/config.ts';
import type { ObjectReader } from '../git/objects.ts';
import { readRefFile } from '../git/ref-files.ts';
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
export async function readHeads(
  repo: Repository,
  objects: ObjectReader,
  config: GitConfig,
  override?: string,
): Promise<Heads> {
  // What a bare clone has are the remote's branches, under their own names.
  const remote = repo.bare ? null : publishingRemote(config);
  const pinned = override ?? config.get('realm.publishBranch');
  const prefix = remote === null ? 'refs/heads/' : `refs/remotes/${remote}/`;
  const names = pinned === undefined ? guesses(config, remote, repo.branch) : [pinned];
  const commitAt = (ref: string) => objects.resolve(ref);
  const [head, ...oids] = await Promise.all(['HEAD', ...names.map((name) => prefix + name)].map(commitAt));
  const at = oids.findIndex((oid) => oid !== null);
  const oid = oids[at];
  const branch = names[at];
  if (oid != null && branch !== undefined) {
    return {
      head: head ?? null,
      tip: { kind: remote === null ? 'local' : 'remote', ref: prefix + branch, branch, oid },
    };
  }
  const wanted = pinned ?? names.at(remote === null ? 0 : 1) ?? 'main';
  // CI checks out one commit, detached, with no remote-tracking ref: `--branch` says which branch it is.
  if (override !== undefined && repo.branch === null && head != null) {
    return { head, tip: { kind: 'local', ref: 'HEAD', branch: wanted, oid: head } };
  }
  const why = reason(remote, wanted, head ?? null);
  return { head: head ?? null, tip: { kind: 'none', ref: prefix + wanted, branch: wanted, why } };
}

/**
 * The same with the publishing branch by its own name: where `git clone`, or `git fetch` since 2.48, left the remote's HEAD
 * behind, `readHeads` knows it as `HEAD`, and to ask what that stands for takes a process. Only who writes needs to know.
 */
export async function nameTip(repo: Repository, heads: Heads): Promise<Heads> {
  const { tip } = heads;
  if (tip.branch !== 'HEAD') return heads;
  const folder = tip.ref.slice(0, -'HEAD'.length);
  const ref = repo.refFiles ? (readRefFile(repo, tip.ref)?.name ?? '') : await symbolicRef(repo, tip.ref);
  const branch = ref.startsWith(folder) ? ref.slice(folder.length) : 'main';
  return { ...heads, tip: { ...tip, ref: folder + branch, branch } };
}

async function symbolicRef(repo: Repository, name: string): Promise<string> {
  const { stdout } = await repo.git(['symbolic-ref', '-q', name], { ok: [0, 1, 128] });
  return stdout.toString('utf8').trim();
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

/** The remote's own HEAD knows best; without a remote the branch checked out is the last guess. */
function guesses(config: GitConfig, remote: string | null, current: string | null): string[] {
  const usual = ['main', 'master', config.get('init.defaultBranch') ?? 'main'];
  if (remote !== null) return [...new Set(['HEAD', ...usual])];
  return [...new Set([...usual, ...(current === null ? [] : [current.replace('refs/heads/', '')])])];
}

function reason(remote: string | null, branch: string, head: string | null): string {
  if (head === null) return 'there is no commit yet';
  return remote === null ? `there is no branch '${branch}'` : `'${branch}' was never pushed to ${remote}`;
}
