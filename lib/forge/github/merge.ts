import { RealmError } from '../../errors.ts';
import { headMoved, notMerged, wasClosed } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import type { Forge, Merged, Pull, PullText } from '../types.ts';
import type { GithubPlace, MergeMethod } from './index.ts';

type Pulls = Pick<Forge, 'get' | 'text'>;

/** What merging works with. */
interface Merger {
  place: GithubPlace;
  pulls: Pulls;
  /** What we put into the queue: only of these is it asked. */
  enqueued: Set<number>;
}

/** Merging on GitHub: pinned to a commit, by the method that the repository allows, through its merge queue where it has one. */
export function mergerOn(place: GithubPlace, pulls: Pulls): Pick<Forge, 'get' | 'merge'> {
  const merger: Merger = { place, pulls, enqueued: new Set() };
  return {
    get: (number) => explained(merger, number),
    merge: (number, sha) => merge(merger, number, sha),
  };
}

/** A pull request with the reason why it waits, which the queue and its required reviews may know better. */
async function explained({ place, pulls, enqueued }: Merger, number: number): Promise<Pull> {
  const pull = await pulls.get(number);
  const asks = pull.state === 'open' && (enqueued.has(number) || isUnexplained(pull));
  const standing = asks ? await standingOf(place, number).catch(unasked) : null;
  if (standing === null) return pull;
  // Merged or closed between the two questions.
  if (standing.state !== 'OPEN') return pulls.get(number);
  if (standing.queued) {
    const position = standing.position === null ? '' : `, at position ${standing.position}`;
    return {
      ...pull,
      mergeable: { answer: 'wait', on: 'queue', why: `it is in the merge queue${position}` },
    };
  }
  if (!isUnexplained(pull)) return pull;
  const { review } = standing;
  const why = review ? 'a required review is missing' : 'a required check has not started';
  return { ...pull, mergeable: { answer: 'wait', on: review ? 'people' : 'checks', why } };
}

async function merge(merger: Merger, number: number, sha: string): Promise<Merged> {
  const { place, pulls } = merger;
  const before = await pulls.text(number);
  if (before.state === 'merged') return mergedAs(before);
  if (before.state === 'closed') throw wasClosed(place.repo, number);
  if (before.sha !== sha) throw headMoved(place.repo, number);
  const refused = await tryMerge(place, number, sha, place.method ?? 'merge');
  const error =
    refused !== null && /not allowed on this repository/i.test(saidBy(refused))
      ? await byAnotherMethod(place, number, sha, refused)
      : refused;
  if (error !== null && /merge queue/i.test(saidBy(error))) return enqueue(merger, number, sha);
  // Refused, or done and not heard of: what it is now decides.
  const now = await pulls.text(number);
  if (now.state === 'merged') return mergedAs(now);
  if (now.sha !== sha) throw headMoved(place.repo, number);
  if (error !== null) throw error;
  throw notMerged('GitHub', place.repo, number);
}

const repositoryOf = ({ address }: GithubPlace) => ({ owner: address.owner, repo: address.repo });

/** `null`: the forge says that it is done. */
async function tryMerge(
  place: GithubPlace,
  number: number,
  sha: string,
  method: MergeMethod,
): Promise<RealmError | null> {
  try {
    await place.connection.write(`merge pull request #${number}`, place.repo, ({ rest }) =>
      rest.pulls.merge({ ...repositoryOf(place), pull_number: number, sha, merge_method: method }),
    );
    return null;
  } catch (error) {
    if (error instanceof RealmError) return error;
    throw error;
  }
}

async function byAnotherMethod(
  place: GithubPlace,
  number: number,
  sha: string,
  refused: RealmError,
): Promise<RealmError | null> {
  const { data } = await place.connection.read('read its settings', place.repo, ({ rest }) =>
    rest.repos.get(repositoryOf(place)),
  );
  const allowed: [MergeMethod, boolean | undefined][] = [
    ['merge', data.allow_merge_commit],
    ['squash', data.allow_squash_merge],
    ['rebase', data.allow_rebase_merge],
  ];
  const other = allowed.find(([method, may]) => may === true && method !== (place.method ?? 'merge'));
  return other === undefined ? refused : tryMerge(place, number, sha, other[0]);
}

/** One that is in it already stays where it is. */
async function enqueue({ place, pulls, enqueued }: Merger, number: number, sha: string): Promise<Merged> {
  const standing = await standingOf(place, number);
  enqueued.add(number);
  if (!standing.queued)
    await place.connection.write(`put #${number} into the merge queue`, place.repo, (client) =>
      client.graphql(ENQUEUE, { id: standing.id, sha, ...QUIET }),
    );
  const now = await standingOf(place, number);
  if (now.state === 'MERGED') return mergedAs(await pulls.text(number));
  if (!now.queued) throw leftQueue(place.repo, number);
  return { state: 'queued', sha: null };
}

async function standingOf(place: GithubPlace, number: number): Promise<Standing> {
  const { owner, repo } = repositoryOf(place);
  const answer = await place.connection.read(`query the merge queue of #${number}`, place.repo, (client) =>
    client.graphql<Answer>(STANDING, { owner, repo, number }).then((data) => shaped(data, ANSWER)),
  );
  const found = answer.repository?.pullRequest;
  if (found == null)
    throw new RealmError('forge-missing', `${place.repo}#${number} was not found, or you have no access`, {
      hint: `check the token's access to ${owner}/${repo}`,
    });
  return {
    id: found.id,
    state: found.state,
    queued: found.isInMergeQueue,
    position: found.mergeQueueEntry?.position ?? null,
    review: found.reviewDecision === 'REVIEW_REQUIRED' || found.reviewDecision === 'CHANGES_REQUESTED',
  };
}

interface Standing {
  id: string;
  state: string;
  queued: boolean;
  position: number | null;
  /** Is it a review that is missing? */
  review: boolean;
}

interface Answer {
  repository: {
    pullRequest: {
      id: string;
      state: string;
      isInMergeQueue: boolean;
      mergeQueueEntry: { position: number } | null;
      reviewDecision: string | null;
    } | null;
  } | null;
}

const ANSWER = {
  'repository?': {
    'pullRequest?': {
      id: 'string',
      state: 'string',
      isInMergeQueue: 'boolean',
      'mergeQueueEntry?': { position: 'number' },
      'reviewDecision?': 'string',
    },
  },
} as const;

/** The queue, and whether a review or a check is missing, are in no other interface. */
const STANDING = `query ($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) { id state isInMergeQueue mergeQueueEntry { position } reviewDecision }
  }
}`;

const ENQUEUE = `mutation ($id: ID!, $sha: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $sha }) { mergeQueueEntry { position } }
}`;

const QUIET = { request: { retries: 0 } };

const isUnexplained = ({ mergeable }: { mergeable: { why: string | null } }): boolean =>
  mergeable.why === 'a required review or check is missing';

/** A server without that interface, or a token that may not use it, explains less. */
function unasked(error: unknown): null {
  if (error instanceof RealmError && error.code !== 'forge-login') return null;
  throw error;
}

const saidBy = (error: RealmError): string =>
  error.data.status === 405 && typeof error.data.said === 'string' ? error.data.said : '';

const mergedAs = (pull: PullText): Merged => ({ state: 'merged', sha: pull.mergeSha });

const leftQueue = (repo: string, number: number): RealmError =>
  new RealmError('left-queue', `the merge queue removed ${repo}#${number}`, {
    exitCode: 1,
    hint: 'see its checks, then git realm pr merge',
  });
