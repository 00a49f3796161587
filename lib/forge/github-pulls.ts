import { RealmError } from '../errors.ts';
import type { PullCheck, PullReview } from '../realm/types.ts';
import type { GithubAddress } from './address.ts';
import type { GithubPlace } from './github.ts';
import type { Client } from './github-client.ts';
import { sameText } from './same-text.ts';
import { CHECK, PULL, REVIEW, STATUS, shaped } from './shapes.ts';
import type { Forge, Mergeable, NewPull, PullText } from './types.ts';

type Raw = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];
type Listed = Awaited<ReturnType<Client['rest']['pulls']['list']>>['data'][number];

/** The pull requests of one repository. */
export function pullsOn({
  repo: name,
  address,
  connection,
  headsIn,
}: GithubPlace): Pick<Forge, 'find' | 'text' | 'get' | 'open' | 'update' | 'close'> {
  const at = { owner: address.owner, repo: address.repo };
  const from = headsIn ?? at;
  const ask = <T>(what: string, work: (client: Client) => Promise<T>) => connection.read(what, name, work);
  const tell = <T>(what: string, work: (client: Client) => Promise<T>) => connection.write(what, name, work);
  const raw = (number: number): Promise<Raw> =>
    ask(`read pull request #${number}`, async ({ rest }) =>
      shaped((await rest.pulls.get({ ...at, pull_number: number })).data, PULL),
    );
  const text = async (number: number): Promise<PullText> => textOf(await raw(number), from);

  const find: Forge['find'] = async (head, base) => {
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
  };

  return {
    find,
    text,
    get: async (number) => {
      const data = await raw(number);
      const { reviews, checks } = await ask(`read reviews and checks of #${number}`, async (client) => ({
        reviews: await reviewsOf(client, number),
        checks: await checksOf(client, data.head.sha),
      }));
      const mergeable = mergeableOf(data, reviews, checks);
      return { ...textOf(data, from), reviews, checks, mergeable };
    },
    open: async (wanted) => {
      const number = await openOnce(wanted);
      await mark(number, wanted);
      return text(number);
    },
    update: async (number, { title, body, ready, labels = [], reviewers = [] }) => {
      const set = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
      if (Object.keys(set).length > 0)
        await tell(`update pull request #${number}`, ({ rest }) =>
          rest.pulls.update({ ...at, pull_number: number, ...set }),
        );
      await mark(number, { labels, reviewers });
      if (ready === true) await undraft(number);
      const now = await text(number);
      const kept =
        (title === undefined || now.title === title) &&
        (body === undefined || sameText(now.body, body)) &&
        (ready !== true || !now.draft);
      if (!kept) throw notKept(name, number);
      return now;
    },
    close: async (number, comment) => {
      const before = await text(number);
      if (before.state !== 'open') return before;
      await tell(`close pull request #${number}`, ({ rest }) =>
        rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
      );
      if (comment !== undefined)
        await tell('comment', ({ rest }) =>
          rest.issues.createComment({ ...at, issue_number: number, body: comment, ...ONCE }),
        );
      const now = await text(number);
      if (now.state === 'open') throw notKept(name, number);
      return now;
    },
  };

  async function mark(number: number, { labels, reviewers }: Pick<NewPull, 'labels' | 'reviewers'>) {
    if (labels.length > 0)
      await tell('set labels', ({ rest }) =>
        rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] }),
      );
    if (reviewers.length > 0)
      await tell('request reviews', ({ rest }) =>
        rest.pulls.requestReviewers({ ...at, pull_number: number, reviewers: [...reviewers] }),
      );
  }

  /** In GraphQL only: its REST interface has no such request. */
  async function undraft(number: number): Promise<void> {
    const { draft, node_id: id } = await raw(number);
    if (draft === true)
      await tell(`mark #${number} as ready for review`, (client) => client.graphql(READY, { id }));
  }

  /** A request whose answer got lost may have been heard: it is looked for before anything is said. */
  async function openOnce({ head, base, title, body, draft }: NewPull): Promise<number> {
    try {
      const named = headsIn === undefined ? head : `${from.owner}:${head}`;
      const asked = { ...at, head: named, base, title, body, draft, ...ONCE };
      const made = await tell('open a pull request', async ({ rest }) =>
        shaped((await rest.pulls.create(asked)).data, PULL),
      );
      return made.number;
    } catch (error) {
      const known = mayBeMade(error) ? await find(head, base) : null;
      if (known?.state === 'open') return known.number;
      throw error;
    }
  }

  async function reviewsOf(client: Client, number: number): Promise<PullReview[]> {
    const list = await client.paginate(client.rest.pulls.listReviews, {
      ...at,
      pull_number: number,
      per_page: 100,
    });
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

  async function checksOf(client: Client, sha: string): Promise<PullCheck[]> {
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
}

const READY = `mutation ($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

/** What makes something is sent once: a retry of ours looks first whether it was made. */
export const ONCE = { request: { retries: 0 } };

/** A refusal as a duplicate, a broken connection, a failure after the fact: the server may have it. */
export const mayBeMade = (error: unknown): boolean => {
  if (!(error instanceof RealmError)) return false;
  const { status } = error.data;
  return (
    error.code === 'forge-unreachable' ||
    error.code === 'forge-reply' ||
    (typeof status === 'number' && (status === 422 || status >= 500))
  );
};

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

type Source = Pick<GithubAddress, 'owner' | 'repo'>;

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
  const bad = checks.find((check) => check.state === 'failure');
  const pending = checks.find((check) => check.state === 'pending');
  const forChecks = pending && {
    answer: 'wait' as const,
    why: `check '${pending.name}' is pending`,
    on: 'checks' as const,
  };
  if (data.mergeable_state === 'blocked') {
    if (bad !== undefined) return { answer: 'wait', why: `check '${bad.name}' failed`, on: 'people' };
    return forChecks ?? { answer: 'wait', why: 'a required review or check is missing', on: 'people' };
  }
  if (data.mergeable_state === 'behind')
    return { answer: 'wait', why: `it is behind '${data.base.ref}'`, on: 'people' };
  if (forChecks !== undefined) return forChecks;
  return data.mergeable === null
    ? { answer: 'unknown', why: 'the forge has not computed it yet' }
    : { answer: 'yes', why: null };
}

const notKept = (repo: string, number: number): RealmError =>
  new RealmError('not-kept', `${repo}#${number} was changed by another client at the same time`, {
    hint: 'git realm pr',
  });
