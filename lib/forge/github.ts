import { RealmError } from '../errors.ts';
import type { PullCheck, PullReview } from '../realm/types.ts';
import type { GithubAddress } from './address.ts';
import { markerIn } from './embedded.ts';
import { type Client, clientOf } from './github-client.ts';
import type { Forge, Merged, NewPull, Pull } from './types.ts';

export interface GithubPlace {
  /** The repo's name in the realm. */
  repo: string;
  address: GithubAddress;
  token(): Promise<string>;
  version: string;
}

type Raw = Awaited<ReturnType<Client['rest']['pulls']['get']>>['data'];

/** GitHub, or GitHub Enterprise: every write is read back, and nothing is made twice (DESIGN §10). */
export function githubForge(place: GithubPlace): Forge {
  const { owner, repo } = place.address;
  const at = { owner, repo };
  const api = clientOf(place);
  const get = async (number: number): Promise<Pull> =>
    api(async (client) => {
      const { data } = await client.rest.pulls.get({ ...at, pull_number: number });
      const [reviews, checks] = await Promise.all([
        reviewsOf(client, number),
        checksOf(client, data.head.sha),
      ]);
      return describe(data, reviews, checks);
    }, `read pull request #${number}`);
  const find = async (head: string, base: string): Promise<Pull | null> => {
    const list = await api(
      async (client) =>
        (await client.rest.pulls.list({ ...at, head: `${owner}:${head}`, base, state: 'all', per_page: 50 }))
          .data,
      'list pull requests',
    );
    // `head` is a filter that a server may not know: what it gives is checked.
    const own = list.filter((one) => one.head.ref === head && one.base.ref === base);
    const best =
      own.find((one) => one.state === 'open') ??
      own.find((one) => one.merged_at !== null) ??
      own.toSorted?.((a, b) => b.number - a.number)[0] ??
      own[0];
    return best === undefined ? null : get(best.number);
  };

  return {
    kind: 'github',
    get,
    find,
    open: async (wanted) => {
      const number = await openOnce(wanted);
      if (wanted.labels.length > 0)
        await api(
          (client) =>
            client.rest.issues.addLabels({ ...at, issue_number: number, labels: [...wanted.labels] }),
          'set labels',
        );
      if (wanted.reviewers.length > 0)
        await api(
          (client) =>
            client.rest.pulls.requestReviewers({
              ...at,
              pull_number: number,
              reviewers: [...wanted.reviewers],
            }),
          'ask for reviews',
        );
      return get(number);
    },
    update: async (number, { title, body }) => {
      const set = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
      await api(
        (client) => client.rest.pulls.update({ ...at, pull_number: number, ...set }),
        `update pull request #${number}`,
      );
      const now = await get(number);
      const kept =
        (title === undefined || now.title === title) && (body === undefined || sameText(now.body, body));
      if (!kept) throw notKept(place.repo, number);
      return now;
    },
    merge: (number, sha) => merge(number, sha),
    close: async (number, comment) => {
      const before = await get(number);
      if (before.state !== 'open') return before;
      if (comment !== undefined)
        await api(
          (client) => client.rest.issues.createComment({ ...at, issue_number: number, body: comment }),
          'comment',
        );
      await api(
        (client) => client.rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
        `close pull request #${number}`,
      );
      return get(number);
    },
    notices: async (prefix) =>
      (await issues('open')).flatMap(({ number, body }) => {
        const marker = markerIn(body ?? '', prefix);
        return marker === null ? [] : [{ number, marker }];
      }),
    notify: async ({ marker, title, body, labels }) => {
      const known = (await issues('all')).find((one) => one.body?.includes(marker));
      if (known?.state === 'closed') return null;
      if (known === undefined) {
        const { data } = await api(
          (client) => client.rest.issues.create({ ...at, title, body, labels: [...labels] }),
          'open an issue',
        );
        return data.number;
      }
      if (known.title === title && sameText(known.body ?? '', body)) return null;
      await api(
        (client) => client.rest.issues.update({ ...at, issue_number: known.number, title, body }),
        `update issue #${known.number}`,
      );
      return known.number;
    },
    settle: async (marker, comment) => {
      const known = (await issues('open')).find((one) => one.body?.includes(marker));
      if (known === undefined) return null;
      const issue = { ...at, issue_number: known.number };
      await api((client) => client.rest.issues.createComment({ ...issue, body: comment }), 'comment');
      await api((client) => client.rest.issues.update({ ...issue, state: 'closed' }), 'close an issue');
      return known.number;
    },
  };

  /** A request whose answer got lost may have been heard: a 422 is looked into, not believed. */
  async function openOnce(wanted: NewPull): Promise<number> {
    const { head, base, title, body, draft } = wanted;
    try {
      const { data } = await api(
        (client) => client.rest.pulls.create({ ...at, head, base, title, body, draft }),
        'open a pull request',
      );
      return data.number;
    } catch (error) {
      const known = error instanceof RealmError && error.data.status === 422 ? await find(head, base) : null;
      if (known?.state === 'open') return known.number;
      throw error;
    }
  }

  async function merge(number: number, sha: string): Promise<Merged> {
    const before = await get(number);
    if (before.state === 'merged') return { state: 'merged', sha: before.mergeSha };
    if (before.sha !== sha) throw headMoved(place.repo, number);
    try {
      await api(
        (client) => client.rest.pulls.merge({ ...at, pull_number: number, sha, merge_method: 'merge' }),
        `merge pull request #${number}`,
      );
    } catch (error) {
      // Refused, or done and not heard of: what it is now decides.
      const now = await get(number);
      if (now.state === 'merged') return { state: 'merged', sha: now.mergeSha };
      if (now.sha !== sha) throw headMoved(place.repo, number);
      throw error;
    }
    const after = await get(number);
    if (after.state === 'merged') return { state: 'merged', sha: after.mergeSha };
    return { state: 'queued', sha: null };
  }

  function issues(state: 'open' | 'all') {
    return api(async (client) => {
      const list = await client.paginate(client.rest.issues.listForRepo, {
        ...at,
        state,
        labels: 'git-realm',
        per_page: 100,
      });
      return list.filter((one) => one.pull_request === undefined);
    }, 'list issues');
  }

  async function reviewsOf(client: Client, number: number): Promise<PullReview[]> {
    const { data } = await client.rest.pulls.listReviews({ ...at, pull_number: number, per_page: 100 });
    return data.flatMap(({ user, state, commit_id, submitted_at }) => {
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
    const runs = await client.rest.checks
      .listForRef({ ...at, ref: sha, per_page: 100 })
      .then(({ data }) => data.check_runs, absent);
    const statuses = await client.rest.repos
      .getCombinedStatusForRef({ ...at, ref: sha, per_page: 100 })
      .then(({ data }) => data.statuses, absent);
    return [
      ...(runs ?? []).map(({ name, status, conclusion }): PullCheck => {
        const good = ['success', 'neutral', 'skipped'].includes(conclusion ?? '');
        return { name, sha, state: status !== 'completed' ? 'pending' : good ? 'success' : 'failure' };
      }),
      ...(statuses ?? []).map(
        ({ context, state }): PullCheck => ({
          name: context,
          sha,
          state: state === 'success' ? 'success' : state === 'pending' ? 'pending' : 'failure',
        }),
      ),
    ];
  }
}

function absent(error: { status?: number }): null {
  if (error.status === 403 || error.status === 404) return null;
  throw error;
}

function describe(data: Raw, reviews: PullReview[], checks: PullCheck[]): Pull {
  const merged = data.merged || data.merged_at !== null;
  return {
    number: data.number,
    url: data.html_url,
    title: data.title,
    body: data.body ?? '',
    state: merged ? 'merged' : data.state === 'open' ? 'open' : 'closed',
    draft: data.draft ?? false,
    head: data.head.ref,
    base: data.base.ref,
    sha: data.head.sha,
    mergeSha: merged ? data.merge_commit_sha : null,
    reviews,
    checks,
    mergeable: mergeableOf(data, reviews, checks),
  };
}

/** `mergeable_state`, in words: the forge's own rules decide, ours only explain. */
function mergeableOf(
  data: Raw,
  reviews: readonly PullReview[],
  checks: readonly PullCheck[],
): Pull['mergeable'] {
  if (data.state !== 'open') return { answer: 'no', why: data.state };
  if (data.draft === true) return { answer: 'wait', why: 'it is a draft' };
  if (data.mergeable === false || data.mergeable_state === 'dirty')
    return { answer: 'no', why: `it conflicts with '${data.base.ref}'` };
  const latest = new Map(reviews.map((one) => [one.author, one.state]));
  const against = [...latest].find(([, state]) => state === 'changes_requested');
  if (against !== undefined) return { answer: 'wait', why: `${against[0]} asks for changes` };
  const bad = checks.find((one) => one.state === 'failure');
  const pending = checks.find((one) => one.state === 'pending');
  if (data.mergeable_state === 'blocked') {
    const why = bad ? `check '${bad.name}' failed` : pending ? `check '${pending.name}' is pending` : '';
    return { answer: 'wait', why: why || 'a required review or check is missing' };
  }
  if (data.mergeable_state === 'behind') return { answer: 'wait', why: `it is behind '${data.base.ref}'` };
  if (pending !== undefined) return { answer: 'wait', why: `check '${pending.name}' is pending` };
  return data.mergeable === null ? { answer: 'unknown', why: '' } : { answer: 'yes', why: '' };
}

/** Forges turn line ends and cut what ends a text. */
const sameText = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

const headMoved = (repo: string, number: number): RealmError =>
  new RealmError('head-moved', `${repo}#${number} is not what it was when it was looked at`, {
    exitCode: 1,
    hint: 'git realm pr, look at what changed, then git realm pr merge',
  });

const notKept = (repo: string, number: number): RealmError =>
  new RealmError('not-kept', `${repo}#${number} is not as it was just written: somebody else writes to it`, {
    hint: 'git realm pr',
  });
