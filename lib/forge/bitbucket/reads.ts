import { isOid } from '../../names.ts';
import type { PullCheck, PullReview } from '../../realm/types.ts';
import { shaped } from '../shapes.ts';
import { ORDER, type Pull, type PullText } from '../types.ts';
import type { BitbucketClient } from './client.ts';
import type { BitbucketPlace } from './index.ts';
import { bucketMergeableOf } from './mergeable.ts';
import {
  BUCKET_PULL,
  BUCKET_RULE,
  BUCKET_STATUS,
  type BucketPull,
  type BucketRule,
  type BucketStatus,
} from './shapes.ts';

/** One repository on Bitbucket, and how requests to it are made. */
export interface BucketCalls {
  /** The repo's name in the realm, for messages. */
  name: string;
  at: { workspace: string; repo_slug: string };
  /** `https://bitbucket.org/<workspace>/<repo>`. */
  page: string;
  ask<T>(what: string, work: (client: BitbucketClient) => Promise<T>): Promise<T>;
  tell<T>(what: string, work: (client: BitbucketClient) => Promise<T>): Promise<T>;
}

/** How requests to a repository are made. */
export const bucketCallsTo = ({ repo: name, address, connection }: BitbucketPlace): BucketCalls => ({
  name,
  at: { workspace: address.owner, repo_slug: address.repo },
  page: `https://${address.host}/${address.owner}/${address.repo}`,
  ask: (what, work) => connection.read(what, name, work),
  tell: (what, work) => connection.write(what, name, work),
});

/** A pull request as the forge gives it. */
export const rawBucketPull = ({ ask, at }: BucketCalls, number: number): Promise<BucketPull> =>
  ask(`read pull request #${number}`, async (client) => {
    const { data } = await client.GET(
      '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}',
      { params: { path: { ...at, pull_request_id: number } } },
    );
    return shaped(data as unknown as BucketPull, BUCKET_PULL);
  });

/** A pull request without its reviews and checks. */
export const readBucketPull = async (calls: BucketCalls, number: number): Promise<PullText> =>
  textOf(calls, await rawBucketPull(calls, number));

/** Of one branch there are few. */
const MOST = 50;

/** The pull request of a branch: the open one, else one that was merged, else the newest. */
export async function findBucketPull(
  calls: BucketCalls,
  head: string,
  base: string,
): Promise<PullText | null> {
  const { ask, at } = calls;
  const q = `source.branch.name = ${quoted(head)} AND destination.branch.name = ${quoted(base)}`;
  const query = { q, state: ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'], sort: '-id', pagelen: MOST };
  const list = await ask('list pull requests', async (client) => {
    const { data } = await client.GET('/repositories/{workspace}/{repo_slug}/pullrequests', {
      params: { path: at, query: query as never },
    });
    return valuesOf<BucketPull>(data, BUCKET_PULL);
  });
  // What a filter gives is checked. A fork's branch of that name is another's.
  const own = list
    .filter((pull) => pull.source.branch.name === head && pull.destination.branch.name === base)
    .filter((pull) => isIn(calls, pull))
    .sort((a, b) => b.id - a.id);
  const best =
    own.find(({ state }) => state === 'OPEN') ?? own.find(({ state }) => state === 'MERGED') ?? own[0];
  return best === undefined ? null : textOf(calls, best);
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The items of a page. */
export const valuesOf = <T>(data: unknown, shape: Parameters<typeof shaped>[1]): T[] =>
  shaped(data as { values: T[] }, { values: [shape] }).values;

/** A pull request with what decides whether it may be merged. */
export async function readWholeBucketPull(calls: BucketCalls, number: number): Promise<Pull> {
  const data = await rawBucketPull(calls, number);
  const text = await textOf(calls, data);
  const { sha } = text;
  const [statuses, rules] = await calls.ask(`read the checks of #${number}`, (client) =>
    Promise.all([
      sha === null ? [] : bucketStatusesOf(calls, client, sha).catch(absent),
      rulesOf(calls, client, text.base),
    ]),
  );
  const checks = (statuses ?? []).map(
    ({ key, name, state }): PullCheck => ({
      name: key === ORDER ? key : name || key,
      sha: sha ?? '',
      state: STATES[state] ?? 'pending',
    }),
  );
  const reviews = (data.participants ?? []).flatMap(({ user, approved, state }): PullReview[] => {
    const author = user.nickname ?? user.display_name ?? 'unknown';
    if (state === 'changes_requested') return [{ author, state }];
    return approved === true ? [{ author, state: 'approved' }] : [];
  });
  return { ...text, reviews, checks, mergeable: bucketMergeableOf(data, reviews, checks, rules) };
}

const STATES: { readonly [state: string]: PullCheck['state'] } = {
  SUCCESSFUL: 'success',
  FAILED: 'failure',
  STOPPED: 'failure',
  INPROGRESS: 'pending',
};

/** The statuses of a commit: one of each key. */
export async function bucketStatusesOf(
  { at }: BucketCalls,
  client: BitbucketClient,
  sha: string,
): Promise<BucketStatus[]> {
  const { data } = await client.GET('/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses', {
    params: { path: { ...at, commit: sha }, query: { pagelen: 100 } as never },
  });
  return valuesOf(data, BUCKET_STATUS);
}

/** The rules of a branch; `null`: only those who administer the repository may read them. */
export async function rulesOf(
  { at }: Pick<BucketCalls, 'at'>,
  client: BitbucketClient,
  base: string,
): Promise<BucketRule[] | null> {
  const answer = client.GET('/repositories/{workspace}/{repo_slug}/branch-restrictions', {
    params: { path: at, query: { pagelen: 100 } as never },
  });
  const found = await answer.catch(absent);
  if (found === null) return null;
  const isAbout = (pattern: string) =>
    pattern === base || (pattern.endsWith('*') && base.startsWith(pattern.slice(0, -1)));
  return valuesOf<BucketRule>(found.data, BUCKET_RULE).filter(({ pattern }) => isAbout(pattern ?? ''));
}

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

const isIn = ({ at }: BucketCalls, { source }: BucketPull): boolean =>
  source.repository?.full_name.toLowerCase() === `${at.workspace}/${at.repo_slug}`.toLowerCase();

/** A branch of another repository is named with that: anyone who compares it with a branch of ours sees the difference. */
async function textOf(calls: BucketCalls, data: BucketPull): Promise<PullText> {
  const { source, destination, state } = data;
  const head = source.branch.name;
  const own = isIn(calls, data);
  const merged = state === 'MERGED';
  return {
    number: data.id,
    url: data.links?.html?.href ?? `${calls.page}/pull-requests/${data.id}`,
    title: data.title,
    body: data.description ?? '',
    state: merged ? 'merged' : state === 'OPEN' ? 'open' : 'closed',
    draft: data.draft === true,
    head: own ? head : `${source.repository?.full_name ?? 'unknown'}:${head}`,
    base: destination.branch.name,
    sha: await shaOf(calls, data, own),
    mergeSha: merged ? await whole(calls, data.merge_commit?.hash) : null,
  };
}

/**
 * The whole name of the head, which a pull request gives twelve digits of: two commits may be made that share them, so that of an
 * open one the branch is read. `null`: the branch is gone, or moved in between.
 */
async function shaOf(
  calls: BucketCalls,
  { source, state }: BucketPull,
  own: boolean,
): Promise<string | null> {
  const short = source.commit?.hash ?? '';
  if (state !== 'OPEN' || !own) return whole(calls, short);
  const parts = source.branch.name.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) return null;
  const { at, ask } = calls;
  const found = await ask('read its branch', (client) =>
    client
      .GET('/repositories/{workspace}/{repo_slug}/refs/branches/{name}', {
        params: { path: { ...at, name: source.branch.name } },
      })
      .catch(absent),
  );
  if (found === null) return null;
  const data = found.data as unknown as { target: { hash: string } };
  const { hash } = shaped(data, { target: { hash: 'string' } }).target;
  return isOid(hash) && short !== '' && hash.startsWith(short) ? hash : null;
}

/** The whole name of a commit; `null`: there is none of that name. */
async function whole({ at, ask }: BucketCalls, short: string | undefined): Promise<string | null> {
  if (short === undefined || !/^[0-9a-f]{7,64}$/.test(short)) return null;
  if (isOid(short)) return short;
  const found = await ask('read a commit', (client) =>
    client
      .GET('/repositories/{workspace}/{repo_slug}/commit/{commit}', {
        params: { path: { ...at, commit: short } },
      })
      .catch(absent),
  );
  if (found === null) return null;
  const { hash } = shaped(found.data as unknown as { hash: string }, { hash: 'string' });
  return isOid(hash) ? hash : null;
}
