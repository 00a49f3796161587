import { mayBeMade, notKept } from '../refusals.ts';
import { sameText } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { Forge, NewPull, PullText } from '../types.ts';
import type { GiteaPlace } from './index.ts';
import { labelIds } from './labels.ts';
import {
  findTeaPull,
  rawTeaPull,
  readTeaPull,
  readWholeTeaPull,
  type TeaCalls,
  teaCallsTo,
} from './reads.ts';
import { TEA_PULL, type TeaPull } from './shapes.ts';
import { plainTitle, titleFor } from './text.ts';

/** The pull requests of one repository on a Gitea or a Forgejo. */
export function teaPullsOn(
  place: GiteaPlace,
): Pick<Forge, 'find' | 'text' | 'get' | 'open' | 'update' | 'close'> {
  const calls = teaCallsTo(place);
  return {
    find: (head, base) => findTeaPull(calls, head, base),
    text: (number) => readTeaPull(calls, number),
    get: (number) => readWholeTeaPull(calls, number),
    open: async (wanted) => {
      const number = await openOnce(calls, wanted);
      await mark(calls, number, wanted);
      const made = await readTeaPull(calls, number);
      if (wanted.draft && !made.draft) throw notKept(calls.name, number);
      return made;
    },
    update: (number, change) => update(calls, number, change),
    close: (number, comment) => close(calls, number, comment),
  };
}

async function update(
  calls: TeaCalls,
  number: number,
  { title, body, draft, labels = [], reviewers = [] }: Parameters<Forge['update']>[1],
): Promise<PullText> {
  const before = await rawTeaPull(calls, number);
  const isDraft = before.draft ?? before.title !== plainTitle(before.title);
  const wanted = titleFor(title ?? before.title, draft ?? isDraft);
  const set = {
    ...(wanted === before.title || (title === undefined && draft === undefined) ? {} : { title: wanted }),
    ...(body === undefined ? {} : { body }),
  };
  if (Object.keys(set).length > 0)
    await calls.tell(`update pull request #${number}`, ({ repos }) =>
      repos.repoEditPullRequest(...calls.at, number, set),
    );
  await mark(calls, number, { labels, reviewers });
  const now = await readTeaPull(calls, number);
  const kept =
    (title === undefined || now.title === plainTitle(title)) &&
    (body === undefined || sameText(now.body, body)) &&
    (draft === undefined || now.draft === draft);
  if (!kept) throw notKept(calls.name, number);
  return now;
}

async function mark(
  calls: TeaCalls,
  number: number,
  { labels, reviewers }: Pick<NewPull, 'labels' | 'reviewers'>,
): Promise<void> {
  const { tell, at } = calls;
  const ids = await labelIds(calls, labels);
  if (ids.length > 0)
    await tell('set labels', ({ repos }) => repos.issueAddLabel(...at, number, { labels: ids }));
  if (reviewers.length > 0)
    await tell('request reviews', ({ repos }) =>
      repos.repoCreatePullReviewRequests(...at, number, { reviewers: [...reviewers] }),
    );
}

async function close(calls: TeaCalls, number: number, comment: string | undefined): Promise<PullText> {
  const { tell, at } = calls;
  const before = await readTeaPull(calls, number);
  if (before.state !== 'open') return before;
  await tell(`close pull request #${number}`, ({ repos }) =>
    repos.repoEditPullRequest(...at, number, { state: 'closed' }),
  );
  if (comment !== undefined)
    await tell('comment', ({ repos }) => repos.issueCreateComment(...at, number, { body: comment }));
  const now = await readTeaPull(calls, number);
  if (now.state === 'open') throw notKept(calls.name, number);
  return now;
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(calls: TeaCalls, { head, base, title, body, draft }: NewPull): Promise<number> {
  const { tell, at, from } = calls;
  const named = from === at ? head : `${from[0]}:${head}`;
  try {
    return await tell('open a pull request', async ({ repos }) => {
      const asked = { head: named, base, title: titleFor(title, draft), body };
      const { data } = await repos.repoCreatePullRequest(...at, asked);
      return shaped(data as unknown as TeaPull, TEA_PULL).number;
    });
  } catch (error) {
    const known = mayBeMade(error) ? await findTeaPull(calls, head, base) : null;
    if (known?.state === 'open') return known.number;
    throw error;
  }
}
