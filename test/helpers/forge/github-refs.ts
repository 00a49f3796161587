import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The branches of a repository on the server. */
export interface Refs {
  get(branch: string): string | undefined;
  set(branch: string, sha: string): void;
  /** Is a commit in the branch already? */
  has(branch: string, sha: string): boolean;
  /** Does it merge into the branch without conflict? */
  merges(branch: string, sha: string): boolean;
  /** The merge commit, which is the branch from then on. */
  merge(branch: string, sha: string, message: string): string;
}

/** For tests of requests alone: no commit is more than its name. */
export function memoryRefs(): Refs {
  const branches = new Map([['main', 'a'.repeat(40)]]);
  return {
    get: (branch) => branches.get(branch),
    set: (branch, sha) => void branches.set(branch, sha),
    has: (branch, sha) => branches.get(branch) === sha,
    merges: () => true,
    merge: (branch) => {
      branches.set(branch, 'e'.repeat(40));
      return 'e'.repeat(40);
    },
  };
}

/** A real bare repository: what was pushed to it counts, and a merge is in it. */
export function bareRefs(bare: string): Refs {
  const env = {
    PATH: process.env.PATH ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'GitHub',
    GIT_AUTHOR_EMAIL: 'noreply@github.example',
    GIT_COMMITTER_NAME: 'GitHub',
    GIT_COMMITTER_EMAIL: 'noreply@github.example',
  };
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', bare, ...args], { env, encoding: 'utf8' }).trim();
  const tries = (...args: string[]) => spawnSync('git', ['-C', bare, ...args], { env, encoding: 'utf8' });
  const get = (branch: string): string | undefined => {
    const loose = join(bare, 'refs/heads', branch);
    if (existsSync(loose)) return readFileSync(loose, 'utf8').trim();
    return tries('rev-parse', '-q', '--verify', `refs/heads/${branch}`).stdout.trim() || undefined;
  };
  // The same two commits give the same answer, and each look at a pull request asks.
  const known = new Map<string, { status: number | null; stdout: string }>();
  const ofCommits = (branch: string, ...args: string[]) => {
    const key = `${get(branch)} ${args.join(' ')}`;
    const answer = known.get(key) ?? tries(...args);
    known.set(key, answer);
    return answer;
  };
  const mergeTree = (branch: string, sha: string) =>
    ofCommits(branch, 'merge-tree', '--write-tree', `refs/heads/${branch}`, sha);
  return {
    get,
    set: (branch, sha) => void git('update-ref', `refs/heads/${branch}`, sha),
    has: (branch, sha) =>
      ofCommits(branch, 'merge-base', '--is-ancestor', sha, `refs/heads/${branch}`).status === 0,
    merges: (branch, sha) => mergeTree(branch, sha).status === 0,
    merge: (branch, sha, message) => {
      const tree = mergeTree(branch, sha).stdout.split('\n')[0] ?? '';
      const parents = ['-p', `refs/heads/${branch}`, '-p', sha];
      const commit = git('commit-tree', tree, ...parents, '-m', message);
      git('update-ref', `refs/heads/${branch}`, commit);
      return commit;
    },
  };
}
