import type { PullCheck, PullReview } from '../../realm/types.ts';
import type { GithubAddress } from '../address.ts';
import { CHECK, PULL, REVIEW, STATUS, shaped } from '../shapes.ts';
import { type Mergeable, ORDER, type Pull, type PullText } from '../types.ts';
import type { Client } from './client.ts';
import type { GithubPlace } from './index.ts';

type Raw = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];
type Listed = Awaited<ReturnType<Client['rest']['pulls']['list']>>['data'][number];

/** One repository on GitHub, and how requests to it are made. */
export interface Calls {
  /** The repo's name in the realm, for messages. */
  name: string;
  at: Source;
  /** The repository whose branches are the heads of pull requests. */
  from: Source;
  ask<T>(what: string, work: (client: Client) => Promise<T>): Promise<T>;
  tell<T>(what: string, work: (client: Client) => Promise<T>): Promise<T>;
}

type Source = Pick<GithubAddress, 'owner' | 'repo'>;

/** How requests to a repository are made. */
export function callsTo({ repo: name, address, connection, headsIn }: GithubPlace): Calls {
  const at = { owner: address.owner, repo: address.repo };
  return {
    name,
    at,
    from: headsIn ?? at,
    ask: (what, work) => connection.read(what, name, work),
    tell: (what, work) => connection.write(what, name, work),
  };
}

/** A pull request as the forge gives it. */
export const rawPull = ({ ask, at }: Calls, number: number): Promise<Raw> =>
  ask(`read pull request #${number}`, async ({ rest }) =>
    shaped((await rest.pulls.get({ ...at, pull_number: number })).data, PULL),
  );

/** A pull request without its reviews and checks. */
export const readPull = async (calls: Calls, number: number): Promise<PullText> =>
  textOf(await rawPull(calls, number), calls.from);

/** The pull request of a branch: the open one, else one that was merged, else the newest. */
export async function findPull(
  { ask, at, from }: Calls,
  head: string,
  base: string,
): Promise<PullText | null> {
  const list = await ask('list pull requests', async ({ rest }) => {
    const asked = { ...at, head: `${from.owner}:${head}`, base, state: 'all' as const, per_page: 50 };
    return shaped((await rest.pulls.list(asked)).data, [PULL]);
  });
  // `head` is a filter that a server may not know: what it gives is checked. A fork's branch of that name is another's.
  const own = list
    .filter((pull) => pull.head.ref === head && pull.base.ref === base && isIn(pull, from))
    .sort((a, b) => b.number - a.number);
  const best =
    own.find((pull) => pull.state === 'open') ?? own.find((pull) => pull.merged_at !== null) ?? own[0];
  return best === undefined ? null : textOf(best, from);
}

/** A pull request with what decides whether it may be merged. */
export async function readWhole(calls: Calls, number: number): Promise<Pull> {
  const data = await rawPull(calls, number);
  const { reviews, checks } = await calls.ask(`read reviews and checks of #${number}`, async (client) => ({
    reviews: await reviewsOf(calls, client, number),
    checks: await checksOf(calls, client, data.head.sha),
  }));
  return { ...textOf(data, calls.from), reviews, checks, mergeable: mergeableOf(data, reviews, checks) };
}

async function reviewsOf({ at }: Calls, client: Client, number: number): Promise<PullReview[]> {
  const asked = { ...at, pull_number: number, per_page: 100 };
  const list = await client.paginate(client.rest.pulls.listReviews, asked);
  return shaped(list, [REVIEW]).flatMap(({ user, state, commit_id, submitted_at }) => {
    const word = state.toLowerCase();
    if (word !== 'approved' && word !== 'changes_requested' && word !== 'commented' && word !== 'dismissed')
      return [];
    return [
      {
        author: user?.login ?? 'ghost',
        state: word,
        ...(commit_id ? { sha: commit_id } : {}),
        ...(submitted_at ? { created_at: submitted_at } : {}),
      },
    ];
  });
}

async function checksOf({ at }: Calls, client: Client, sha: string): Promise<PullCheck[]> {
  // A token may read pull requests and not checks: then there are none to tell of.
  const ref = { ...at, ref: sha, per_page: 100 };
  const [runs, statuses] = await Promise.all([
    client.paginate(client.rest.checks.listForRef, ref).catch(absent),
    client.rest.repos.getCombinedStatusForRef(ref).then(({ data }) => data.statuses, absent),
  ]);
  return [
    ...shaped(runs ?? [], [CHECK]).map(({ name, status, conclusion }): PullCheck => {
      const good = ['success', 'neutral', 'skipped'].includes(conclusion ?? '');
      return { name, sha, state: status !== 'completed' ? 'pending' : good ? 'success' : 'failure' };
    }),
    ...shaped(statuses ?? [], [STATUS]).map(
      ({ context, state }): PullCheck => ({
        name: context,
        sha,
        state: state === 'success' ? 'success' : state === 'pending' ? 'pending' : 'failure',
      }),
    ),
  ];
}

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

const isIn = ({ head }: Raw | Listed, { owner, repo }: Source): boolean =>
  head.repo?.full_name?.toLowerCase() === `${owner}/${repo}`.toLowerCase();

/** A branch of another repository is named with that: anyone who compares it with a branch of ours sees the difference. */
function textOf(data: Raw | Listed, from: Source): PullText {
  const merged = data.merged_at !== null;
  return {
    number: data.number,
    url: data.html_url,
    title: data.title,
    body: data.body ?? '',
    state: merged ? 'merged' : data.state === 'open' ? 'open' : 'closed',
    draft: data.draft ?? false,
    head: isIn(data, from) ? data.head.ref : `${data.head.repo?.full_name ?? 'unknown'}:${data.head.ref}`,
    base: data.base.ref,
    sha: data.head.sha,
    mergeSha: merged ? data.merge_commit_sha : null,
  };
}

/** `mergeable_state`, in words: the forge's own rules decide, ours only explain. */
function mergeableOf(data: Raw, reviews: readonly PullReview[], checks: readonly PullCheck[]): Mergeable {
  if (data.state !== 'open')
    return { answer: 'no', why: data.merged_at === null ? 'it is closed' : 'it is merged' };
  if (data.draft === true) return { answer: 'wait', why: 'it is a draft', on: 'people' };
  if (data.mergeable === false || data.mergeable_state === 'dirty')
    return { answer: 'no', why: `it conflicts with '${data.base.ref}'` };
  const latest = new Map(reviews.map((review) => [review.author, review.state]));
  const against = [...latest].find(([, state]) => state === 'changes_requested');
  if (against !== undefined) return { answer: 'wait', why: `${against[0]} requested changes`, on: 'people' };
  const others = checks.filter((check) => check.name !== ORDER);
  const bad = others.find((check) => check.state === 'failure');
  const pending = others.find((check) => check.state === 'pending');
  const forChecks = pending && {
    answer: 'wait' as const,
    why: `check '${pending.name}' is pending`,
    on: 'checks' as const,
  };
  if (data.mergeable_state === 'blocked') {
    if (bad !== undefined) return { answer: 'wait', why: `check '${bad.name}' failed`, on: 'people' };
    if (forChecks !== undefined) return forChecks;
    if (checks.some((check) => check.name === ORDER && check.state !== 'success'))
      return { answer: 'wait', why: `'${ORDER}' does not allow it yet`, on: 'order' };
    return { answer: 'wait', why: 'a required review or check is missing', on: 'people' };
  }
  if (data.mergeable_state === 'behind')
    return { answer: 'wait', why: `it is behind '${data.base.ref}'`, on: 'people' };
  if (forChecks !== undefined) return forChecks;
  return data.mergeable === null
    ? { answer: 'unknown', why: 'the forge has not computed it yet' }
    : { answer: 'yes', why: null };
}
