import type { PullCheck, PullReview } from '../../realm/types.ts';
import { shaped } from '../shapes.ts';
import type { Pull, PullText } from '../types.ts';
import type { GitlabClient } from './client.ts';
import type { GitlabPlace } from './index.ts';
import { mergeableOf } from './mergeable.ts';
import { APPROVALS, JOB, MERGE_REQUEST, type MergeRequest, REVIEWER, type Status } from './shapes.ts';
import { asWritten, plainTitle } from './text.ts';

/** One project on GitLab, and how requests to it are made. */
export interface LabCalls {
  /** The repo's name in the realm, for messages. */
  name: string;
  /** Its path with all its groups, by which GitLab finds it too. */
  project: string;
  ask<T>(what: string, work: (client: GitlabClient) => Promise<T>): Promise<T>;
  tell<T>(what: string, work: (client: GitlabClient) => Promise<T>): Promise<T>;
}

/** How requests to a project are made. */
export const callsToProject = ({ repo: name, address, connection }: GitlabPlace): LabCalls => ({
  name,
  project: `${address.owner}/${address.repo}`,
  ask: (what, work) => connection.read(what, name, work),
  tell: (what, work) => connection.write(what, name, work),
});

/** A merge request as the forge gives it. */
export const rawRequest = ({ ask, project }: LabCalls, number: number): Promise<MergeRequest> =>
  ask(`read merge request !${number}`, async ({ requests }) =>
    shaped((await requests.show(project, number)) as unknown as MergeRequest, MERGE_REQUEST),
  );

/** A merge request without its reviews and checks. */
export const readRequest = async (calls: LabCalls, number: number): Promise<PullText> =>
  textOf(await rawRequest(calls, number));

/** The merge request of a branch: the open one, else one that was merged, else the newest. */
export async function findRequest(
  { ask, project }: LabCalls,
  head: string,
  base: string,
): Promise<PullText | null> {
  const list = await ask('list merge requests', async ({ requests }) => {
    const asked = { projectId: project, sourceBranch: head, targetBranch: base, perPage: 50, page: 1 };
    return shaped((await requests.all(asked)) as unknown as MergeRequest[], [MERGE_REQUEST]);
  });
  // What a filter gives is checked. A fork's branch of that name is another's.
  const own = list
    .filter((request) => request.source_branch === head && request.target_branch === base && isOwn(request))
    .sort((a, b) => b.iid - a.iid);
  const best = own.find(isOpen) ?? own.find((request) => request.state === 'merged') ?? own[0];
  return best === undefined ? null : textOf(best);
}

/** A merge request with what decides whether it may be merged. */
export async function readWholeRequest(calls: LabCalls, number: number): Promise<Pull> {
  const data = await rawRequest(calls, number);
  const { reviews, checks } = await calls.ask(`read reviews and checks of !${number}`, async (client) => ({
    reviews: await reviewsOf(calls, client, number),
    checks: data.sha == null ? [] : await checksOf(calls, client, data.sha),
  }));
  return { ...textOf(data), reviews, checks, mergeable: mergeableOf(data, reviews, checks) };
}

async function reviewsOf(
  { project }: LabCalls,
  { approvals, requests }: GitlabClient,
  number: number,
): Promise<PullReview[]> {
  const [approved, reviewers] = await Promise.all([
    approvals.showConfiguration(project, { mergerequestIId: number }).catch(absent),
    requests.showReviewers(project, number).catch(absent),
  ]);
  const by = shaped((approved ?? {}) as { approved_by?: Named[] | null }, APPROVALS).approved_by ?? [];
  const asked = shaped((reviewers ?? []) as unknown as (Named & { state: string })[], [REVIEWER]);
  return [
    ...by.map(({ user }): PullReview => ({ author: user.username, state: 'approved' })),
    ...asked
      .filter(({ state }) => state === 'requested_changes')
      .map(({ user }): PullReview => ({ author: user.username, state: 'changes_requested' })),
  ];
}

interface Named {
  user: { username: string };
}

/** Asked for by its number, a page is not followed by others. */
export const FIRST_PAGE = { perPage: 100, page: 1 };

/** Jobs of pipelines and statuses of others, the newest of each name. */
async function checksOf({ project }: LabCalls, { commits }: GitlabClient, sha: string): Promise<PullCheck[]> {
  // A token may read merge requests and not pipelines: then there are none to tell of.
  const list = await commits.allStatuses(project, sha, { all: false, ...FIRST_PAGE }).catch(absent);
  return shaped((list ?? []) as unknown as Status[], [JOB]).map((job) => ({
    name: job.name,
    sha,
    state: stateOf(job),
  }));
}

function stateOf({ status, allow_failure: mayFail }: Status): PullCheck['state'] {
  if (status === 'success' || status === 'skipped') return 'success';
  if (mayFail === true && ['failed', 'canceled', 'manual'].includes(status)) return 'success';
  return status === 'failed' || status === 'canceled' ? 'failure' : 'pending';
}

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

/** `locked` while it is being merged. */
const isOpen = ({ state }: MergeRequest): boolean => state === 'opened' || state === 'locked';

const isOwn = (data: MergeRequest): boolean => data.source_project_id === data.target_project_id;

/** A branch of another project is named with that: anyone who compares it with a branch of ours sees the difference. */
function textOf(data: MergeRequest): PullText {
  const merged = data.state === 'merged';
  return {
    number: data.iid,
    url: data.web_url,
    title: plainTitle(data.title),
    body: asWritten(data.description ?? ''),
    state: merged ? 'merged' : isOpen(data) ? 'open' : 'closed',
    draft: data.draft ?? data.title !== plainTitle(data.title),
    head: isOwn(data) ? data.source_branch : `${data.source_project_id ?? 'unknown'}:${data.source_branch}`,
    base: data.target_branch,
    sha: data.sha ?? null,
    // Without a merge commit (fast-forward) it became what it was, or what it was squashed to.
    mergeSha: merged ? (data.merge_commit_sha ?? data.squash_commit_sha ?? data.sha ?? null) : null,
  };
}
