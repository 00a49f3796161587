import type { Test } from 'tap';
import { answer, type BucketRepo, type RepoOptions, repoOf } from './bitbucket-repo.ts';
import { recordedBitbucket } from './recorded.ts';
import { type Served, served } from './served.ts';

export interface Bitbucket extends Served {
  repos: Map<string, BucketRepo>;
  /** A repository of it, by `workspace/name`. */
  add(path: string, options?: RepoOptions): BucketRepo;
}

/**
 * As much of Bitbucket Cloud as we use, with state, on 127.0.0.1. It refuses what Bitbucket refuses: unknown tokens (401), strangers
 * (404), readers (403), what is not there or not mergeable (400). It cuts commits to twelve digits, takes no commit to pin a merge to,
 * takes a second pull request of a branch as an edit of the first, and shows the rules of a branch only to those who administer it.
 * Where replies of a real one are recorded, its own have no field and no type that those have not.
 */
export async function startBitbucket(test: Test, tokens: Record<string, string>): Promise<Bitbucket> {
  const repos = new Map<string, BucketRepo>();
  const server = await served(test, {
    api: '/2.0',
    tokens,
    recorded: recordedBitbucket(),
    refusal: (message) => ({ type: 'error', error: { message } }),
    answer: (name, method, url, body) => answer(bucket, name, method, url, body),
  });
  const bucket: Bitbucket = Object.assign(server, {
    repos,
    add: (path: string, options?: RepoOptions) => {
      const made = repoOf(path, options);
      repos.set(path, made);
      return made;
    },
  });
  return bucket;
}
