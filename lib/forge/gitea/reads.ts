import { isOid } from '../../names.ts';
import type { PullCheck, PullReview } from '../../realm/types.ts';
import { shaped } from '../shapes.ts';
import type { Pull, PullText } from '../types.ts';
import type { GiteaClient } from './client.ts';
import type { GiteaPlace } from './index.ts';
import { teaMergeableOf } from './mergeable.ts';
import {
  TEA_BRANCH,
  TEA_PULL,
  TEA_REVIEW,
  TEA_STATUS,
  type TeaBranch,
  type TeaPull,
  type TeaReview,
  type TeaStatus,
} from './shapes.ts';
import { plainTitle } from './text.ts';

/** One repository on a Gitea or a Forgejo, and how requests to it are made. */
export interface TeaCalls {
  /** The repo's name in the realm, for messages. */
  name: string;
  at: readonly [owner: string, repo: string];
  /** The repository whose branches are the heads of pull requests. */
  from: readonly [owner: string, repo: string];
  ask<T>(what: string, work: (client: GiteaClient) => Promise<T>): Promise<T>;
  tell<T>(what: string, work: (client: GiteaClient) => Promise<T>): Promise<T>;
}

/** How requests to a repository are made. */
export function teaCallsTo({ repo: name, address, connection, headsIn }: GiteaPlace): TeaCalls {
  const at = [address.owner, address.repo] as const;
  return {
    name,
    at,
    from: headsIn === undefined ? at : [headsIn.owner, headsIn.repo],
    ask: (what, work) => connection.read(what, name, work),
    tell: (what, work) => connection.write(what, name, work),
  };
}

/** A server gives fifty at most, unless it is set up otherwise. */
export const PAGE = 50;

/** A list that comes in pages, until it is whole by the server's own count, `enough` of it was read, or `most` pages were. */
export async function paged<T>(
  most: number,
  ask: (page: number) => Promise<{ data: T[]; headers: Headers }>,
  enough: (list: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    const { data, headers } = await ask(page);
    found.push(...data);
    const total = Number(headers.get('x-total-count') ?? Number.NaN);
    if (data.length === 0 || found.length >= total || enough(found)) break;
  }
  return found;
}

/** A pull request as the forge gives it. */
export const rawTeaPull = ({ ask, at }: TeaCalls, number: number): Promise<TeaPull> =>
  ask(`read pull request #${number}`, async ({ repos }) =>
    shaped((await repos.repoGetPullRequest(...at, number)).data as unknown as TeaPull, TEA_PULL),
  );

/** A pull request without its reviews and checks. */
export const readTeaPull = async (calls: TeaCalls, number: number): Promise<PullText> =>
  textOf(await rawTeaPull(calls, number), calls.from);

/** Pages of open pull requests, and of the others by their last change, in which one of a branch is looked for. */
const OPEN_PAGES = 40;
const CLOSED_PAGES = 6;

/**
 * The pull request of a branch: the open one, else one that was merged, else the newest. There is no filter for branches that every
 * version has, so lists are looked through: all that are open, and of the others those that changed last.
 */
export async function findTeaPull(calls: TeaCalls, head: string, base: string): Promise<PullText | null> {
  const isIt = (pull: TeaPull) => headOf(pull) === head && pull.base.ref === base && isIn(pull, calls.from);
  const some = (list: readonly TeaPull[]) => list.some(isIt);
  const open = (await listed(calls, 'open', OPEN_PAGES, some)).filter(isIt);
  if (open[0] !== undefined) return textOf(open[0], calls.from);
  const done = (
    await listed(calls, 'closed', CLOSED_PAGES, (list) => list.some((pull) => isIt(pull) && pull.merged))
  )
    .filter(isIt)
    .sort((a, b) => b.number - a.number);
  const best = done.find(({ merged }) => merged === true) ?? done[0];
  return best === undefined ? null : textOf(best, calls.from);
}

const listed = (
  { ask, at }: TeaCalls,
  state: 'open' | 'closed',
  most: number,
  enough: (list: readonly TeaPull[]) => boolean,
): Promise<TeaPull[]> =>
  ask('list pull requests', ({ repos }) =>
    paged(
      most,
      async (page) => {
        const asked = { state, sort: 'recentupdate', limit: PAGE, page } as const;
        const { data, headers } = await repos.repoListPullRequests(...at, asked);
        return { data: shaped(data as unknown as TeaPull[], [TEA_PULL]), headers };
      },
      enough,
    ),
  );

/** A pull request with what decides whether it may be merged. */
export async function readWholeTeaPull(calls: TeaCalls, number: number): Promise<Pull> {
  const data = await rawTeaPull(calls, number);
  const sha = oidIn(data.head.sha);
  const [reviews, statuses, branch] = await calls.ask(`read reviews and checks of #${number}`, (client) =>
    Promise.all([
      reviewsOf(calls, client, number),
      sha === null ? [] : statusesOf(calls, client, sha).catch(absent),
      branchOf(calls, client, data.base.ref),
    ]),
  );
  const checks = (statuses ?? []).map(({ context, status }) => ({
    name: context,
    sha: sha ?? '',
    state: stateOf(status),
  }));
  const said = reviews.flatMap((review) => asReview(review) ?? []);
  const mergeable = teaMergeableOf(data, { reviews: said, checks, approvals: approvalsIn(reviews), branch });
  return { ...textOf(data, calls.from), reviews: said, checks, mergeable };
}

const reviewsOf = ({ at }: TeaCalls, { repos }: GiteaClient, number: number): Promise<TeaReview[]> =>
  paged(10, async (page) => {
    const { data, headers } = await repos.repoListPullReviews(...at, number, { limit: PAGE, page });
    return { data: shaped((data ?? []) as unknown as TeaReview[], [TEA_REVIEW]), headers };
  });

const WORDS: { readonly [state: string]: PullReview['state'] } = {
  APPROVED: 'approved',
  REQUEST_CHANGES: 'changes_requested',
  COMMENT: 'commented',
};

function asReview({ user, state, dismissed, commit_id, submitted_at }: TeaReview): PullReview | null {
  const word = dismissed === true ? 'dismissed' : WORDS[state];
  if (word === undefined) return null;
  return {
    author: user?.login ?? 'ghost',
    state: word,
    ...(commit_id ? { sha: commit_id } : {}),
    ...(submitted_at ? { created_at: submitted_at } : {}),
  };
}

/** Approvals that count for a protected branch: each user's last word, if it is an official one. */
function approvalsIn(reviews: readonly TeaReview[]): number {
  const last = new Map<string, boolean>();
  for (const { user, state, official, dismissed } of reviews)
    if (user && official === true && (state === 'APPROVED' || state === 'REQUEST_CHANGES'))
      last.set(user.login, state === 'APPROVED' && dismissed !== true);
  return [...last.values()].filter(Boolean).length;
}

/** The newest status of each context of a commit. */
export const statusesOf = ({ at }: TeaCalls, { repos }: GiteaClient, sha: string): Promise<TeaStatus[]> =>
  paged(10, async (page) => {
    const asked = { limit: PAGE, page };
    const { data } = await repos.repoGetCombinedStatusByRef(...at, encodeURIComponent(sha), asked);
    const { statuses, total_count } = shaped(
      data as unknown as { statuses?: TeaStatus[] | null; total_count?: number | null },
      { 'statuses?': [TEA_STATUS], 'total_count?': 'number' },
    );
    const total = total_count == null ? {} : { 'x-total-count': String(total_count) };
    return { data: statuses ?? [], headers: new Headers(total) };
  });

function stateOf(status: string): PullCheck['state'] {
  if (['success', 'warning', 'skipped'].includes(status)) return 'success';
  return status === 'pending' ? 'pending' : 'failure';
}

/** What protects a branch; `null`: the token may not read it, or there is none of that name. */
export async function branchOf(
  { at }: Pick<TeaCalls, 'at'>,
  { repos }: GiteaClient,
  name: string,
): Promise<TeaBranch | null> {
  const parts = name.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) return null;
  const path = parts.map(encodeURIComponent).join('/');
  const found = await repos.repoGetBranch(...at, path).catch(absent);
  return found === null ? null : shaped(found.data as unknown as TeaBranch, TEA_BRANCH);
}

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

const oidIn = (said: string | null | undefined): string | null => (said && isOid(said) ? said : null);

const isIn = ({ head }: TeaPull, [owner, repo]: TeaCalls['from']): boolean =>
  head.repo?.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();

/** Once its branch is deleted, `ref` is the one that the forge keeps for the pull request. */
const headOf = ({ head }: TeaPull): string =>
  head.ref.startsWith('refs/pull/') && head.label ? head.label : head.ref;

/** A branch of another repository is named with that: anyone who compares it with a branch of ours sees the difference. */
function textOf(data: TeaPull, from: TeaCalls['from']): PullText {
  const merged = data.merged === true;
  const head = headOf(data);
  return {
    number: data.number,
    url: data.html_url,
    title: plainTitle(data.title),
    body: data.body ?? '',
    state: merged ? 'merged' : data.state === 'open' ? 'open' : 'closed',
    draft: data.draft ?? data.title !== plainTitle(data.title),
    head: isIn(data, from) ? head : `${data.head.repo?.full_name ?? 'unknown'}:${head}`,
    base: data.base.ref,
    sha: oidIn(data.head.sha),
    mergeSha: merged ? oidIn(data.merge_commit_sha) : null,
  };
}
