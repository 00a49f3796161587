import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema, graphql } from 'graphql';
import type { Github } from './github.ts';
import { type HubRepo, type Kept, lacksReviews, moveOn } from './github-repo.ts';

/** Its package exports functions only. */
const FILE = join(import.meta.dirname, '../../../node_modules/@octokit/graphql-schema/schema.graphql');
let schema: GraphQLSchema | undefined;

/** GitHub's own schema judges and executes what is asked: the merge queue is in no other interface. */
export async function answerGraphql(
  hub: Github,
  login: string,
  body: Record<string, unknown>,
): Promise<[number, unknown]> {
  schema ??= buildSchema(readFileSync(FILE, 'utf8'), { assumeValid: true });
  const setDraft =
    (draft: boolean) =>
    ({ input }: { input: { pullRequestId: string } }) => {
      const [name = '', number] = input.pullRequestId.split('#');
      const repo = hub.repos.get(name);
      const item = repo?.items.find((kept) => kept.number === Number(number));
      if (repo === undefined || item === undefined) throw new Error('Could not resolve to a node');
      if (repo.writers !== null && !repo.writers.includes(login)) throw new Error('Resource not accessible');
      item.draft = draft;
      return { pullRequest: { isDraft: draft } };
    };
  const rootValue = {
    viewer: { login },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repo = hub.repos.get(`${owner}/${name}`);
      if (repo === undefined) return null;
      return {
        pullRequest: ({ number }: { number: number }) => {
          const item = repo.items.find((kept) => kept.number === number);
          return item === undefined ? null : queued(hub, repo, item);
        },
      };
    },
    markPullRequestReadyForReview: setDraft(false),
    convertPullRequestToDraft: setDraft(true),
    enqueuePullRequest: ({ input }: { input: { pullRequestId: string; expectedHeadOid?: string } }) => {
      const [name = '', number] = input.pullRequestId.split('#');
      const repo = hub.repos.get(name);
      const item = repo?.items.find((kept) => kept.number === Number(number));
      if (repo === undefined || item === undefined) throw new Error('Could not resolve to a node');
      if (repo.writers !== null && !repo.writers.includes(login)) throw new Error('Resource not accessible');
      if (repo.rules.queue === null) throw new Error('The merge queue is not enabled on this branch');
      if (input.expectedHeadOid !== item.sha) throw new Error('The head of this pull request was modified');
      if (item.queued !== null) throw new Error('Pull request is already in the queue');
      item.queued = repo.rules.queue;
      return { mergeQueueEntry: { state: 'QUEUED', position: 1 } };
    },
  };
  const { query, variables } = body as { query: string; variables?: Record<string, unknown> };
  return [200, await graphql({ schema, source: query, rootValue, variableValues: variables ?? {} })];
}

const queued = (hub: Github, repo: HubRepo, item: Kept) => {
  moveOn(hub, repo, item);
  return {
    id: `${repo.name}#${item.number}`,
    state: item.mergedAs !== null ? 'MERGED' : item.state === 'open' ? 'OPEN' : 'CLOSED',
    isMergeQueueEnabled: repo.rules.queue !== null,
    isInMergeQueue: item.queued !== null,
    reviewDecision: lacksReviews(repo) ? 'REVIEW_REQUIRED' : 'APPROVED',
    mergeQueueEntry: item.queued === null ? null : { state: 'QUEUED', position: 1 },
  };
};
