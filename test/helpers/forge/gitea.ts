import type { Test } from 'tap';
import { answer, type RepoOptions, repoOf, type TeaRepo } from './gitea-repo.ts';
import { recordedGitea } from './recorded.ts';
import { type Served, served } from './served.ts';

export interface Gitea extends Served {
  repos: Map<string, TeaRepo>;
  /** A repository of it, by `owner/name`. */
  add(path: string, options?: RepoOptions): TeaRepo;
}

/**
 * As much of Gitea and Forgejo as we use, with state, on 127.0.0.1. It refuses what they refuse: unknown tokens (401), strangers
 * (404), readers (403, and 405 for a merge), duplicates (409), a stale `head_commit_id` (409), what is not mergeable or not yet known
 * to be (405). A filter by branch is ignored, a page has fifty at most, a merge is answered with nothing. Its replies have the types
 * of Gitea's own description, and where replies of real ones are recorded, no field and no type that those have not.
 */
export async function startGitea(test: Test, tokens: Record<string, string>): Promise<Gitea> {
  const repos = new Map<string, TeaRepo>();
  const server = await served(test, {
    api: '/api/v1',
    tokens,
    recorded: recordedGitea(),
    refusal: (message) => ({ message, url: 'http://tea/api/swagger', errors: null }),
    answer: (name, method, url, body) => answer(tea, name, method, url, body),
  });
  const tea: Gitea = Object.assign(server, {
    repos,
    add: (path: string, options?: RepoOptions) => {
      const made = repoOf(repos.size + 1, path, options);
      repos.set(path, made);
      return made;
    },
  });
  return tea;
}
