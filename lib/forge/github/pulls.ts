import { RealmError } from '../../errors.ts';
import { notKept } from '../refusals.ts';
import { sameText } from '../same-text.ts';
import { PULL, shaped } from '../shapes.ts';
import type { Forge, NewPull, PullText } from '../types.ts';
import type { GithubPlace } from './index.ts';
import { type Calls, callsTo, findPull, rawPull, readPull, readWhole } from './pull-reads.ts';

/** The pull requests of one repository. */
export function pullsOn(
  place: GithubPlace,
): Pick<Forge, 'find' | 'text' | 'get' | 'open' | 'update' | 'close'> {
  const calls = callsTo(place);
  return {
    find: (head, base) => findPull(calls, head, base),
    text: (number) => readPull(calls, number),
    get: (number) => readWhole(calls, number),
    open: async (wanted) => {
      const number = await openOnce(calls, wanted);
      await mark(calls, number, wanted);
      return readPull(calls, number);
    },
    update: (number, change) => update(calls, number, change),
    close: (number, comment) => close(calls, number, comment),
  };
}

async function update(
  calls: Calls,
  number: number,
  { title, body, draft, labels = [], reviewers = [] }: Parameters<Forge['update']>[1],
): Promise<PullText> {
  const set = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
  if (Object.keys(set).length > 0)
    await calls.tell(`update pull request #${number}`, ({ rest }) =>
      rest.pulls.update({ ...calls.at, pull_number: number, ...set }),
    );
  await mark(calls, number, { labels, reviewers });
  if (draft !== undefined) await setDraft(calls, number, draft);
  const now = await readPull(calls, number);
  const kept =
    (title === undefined || now.title === title) &&
    (body === undefined || sameText(now.body, body)) &&
    (draft === undefined || now.draft === draft);
  if (!kept) throw notKept(calls.name, number);
  return now;
}

async function close(calls: Calls, number: number, comment: string | undefined): Promise<PullText> {
  const { tell, at } = calls;
  const before = await readPull(calls, number);
  if (before.state !== 'open') return before;
  await tell(`close pull request #${number}`, ({ rest }) =>
    rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
  );
  if (comment !== undefined)
    await tell('comment', ({ rest }) =>
      rest.issues.createComment({ ...at, issue_number: number, body: comment, ...ONCE }),
    );
  const now = await readPull(calls, number);
  if (now.state === 'open') throw notKept(calls.name, number);
  return now;
}

async function mark(
  { tell, at }: Calls,
  number: number,
  { labels, reviewers }: Pick<NewPull, 'labels' | 'reviewers'>,
): Promise<void> {
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
async function setDraft(calls: Calls, number: number, draft: boolean): Promise<void> {
  const { draft: before = false, node_id: id } = await rawPull(calls, number);
  if (before === draft) return;
  const [what, mutation] = draft ? ['a draft', DRAFT] : ['ready for review', READY];
  await calls.tell(`mark #${number} as ${what}`, (client) => client.graphql(mutation, { id }));
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(calls: Calls, { head, base, title, body, draft }: NewPull): Promise<number> {
  const { tell, at, from } = calls;
  try {
    const named = from === at ? head : `${from.owner}:${head}`;
    const asked = { ...at, head: named, base, title, body, draft, ...ONCE };
    const made = await tell('open a pull request', async ({ rest }) =>
      shaped((await rest.pulls.create(asked)).data, PULL),
    );
    return made.number;
  } catch (error) {
    const known = mayBeMade(error) ? await findPull(calls, head, base) : null;
    if (known?.state === 'open') return known.number;
    throw error;
  }
}

const READY = `mutation ($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

const DRAFT = `mutation ($id: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } }
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
