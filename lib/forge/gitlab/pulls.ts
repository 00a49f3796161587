import { RealmError } from '../../errors.ts';
import { mayBeMade, notKept } from '../refusals.ts';
import { sameText } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { Forge, NewPull, PullText } from '../types.ts';
import type { GitlabPlace } from './index.ts';
import {
  callsToProject,
  findRequest,
  type LabCalls,
  rawRequest,
  readRequest,
  readWholeRequest,
} from './reads.ts';
import { MERGE_REQUEST, type MergeRequest, USER } from './shapes.ts';
import { inert, plainTitle, titleFor } from './text.ts';

/** The merge requests of one project. */
export function requestsOn(
  place: GitlabPlace,
): Pick<Forge, 'find' | 'text' | 'get' | 'open' | 'update' | 'close'> {
  const calls = callsToProject(place);
  return {
    find: (head, base) => findRequest(calls, head, base),
    text: (number) => readRequest(calls, number),
    get: (number) => readWholeRequest(calls, number),
    open: async (wanted) => {
      const number = await openOnce(calls, wanted);
      const { labels, reviewers } = wanted;
      if (labels.length > 0 || reviewers.length > 0) await update(calls, number, { labels, reviewers });
      return readRequest(calls, number);
    },
    update: (number, change) => update(calls, number, change),
    close: (number, comment) => close(calls, number, comment),
  };
}

async function update(
  calls: LabCalls,
  number: number,
  { title, body, draft, labels = [], reviewers = [] }: Parameters<Forge['update']>[1],
): Promise<PullText> {
  const before = await rawRequest(calls, number);
  const wanted = titleFor(title ?? before.title, draft ?? before.draft === true);
  const asked = (before.reviewers ?? []).map(({ id }) => id);
  const added = await Promise.all(reviewers.map((name) => idOf(calls, name)));
  const ids = [...new Set([...asked, ...added])];
  const set = {
    ...(wanted === before.title || (title === undefined && draft === undefined) ? {} : { title: wanted }),
    ...(body === undefined ? {} : { description: inert(body) }),
    ...(labels.length === 0 ? {} : { addLabels: labels.join(',') }),
    ...(ids.length === asked.length ? {} : { reviewerIds: ids }),
  };
  if (Object.keys(set).length > 0)
    await calls.tell(`update merge request !${number}`, ({ requests }) =>
      requests.edit(calls.project, number, set),
    );
  const now = await readRequest(calls, number);
  const kept =
    (title === undefined || now.title === plainTitle(title)) &&
    (body === undefined || sameText(now.body, body)) &&
    (draft === undefined || now.draft === draft);
  if (!kept) throw notKept(calls.name, number);
  return now;
}

async function idOf({ ask, name: repo }: LabCalls, username: string): Promise<number> {
  const found = await ask(`find the user ${username}`, async ({ users }) =>
    shaped(
      (await users.all({ username, perPage: 20, page: 1 })) as unknown as { id: number; username: string }[],
      [USER],
    ),
  );
  const user = found.find((candidate) => candidate.username.toLowerCase() === username.toLowerCase());
  if (user !== undefined) return user.id;
  throw new RealmError(
    'forge-invalid',
    `cannot request a review of ${repo}: no user '${username}' was found`,
    {
      hint: 'check the name given to --reviewer',
    },
  );
}

async function close(calls: LabCalls, number: number, comment: string | undefined): Promise<PullText> {
  const { tell, project } = calls;
  const before = await readRequest(calls, number);
  if (before.state !== 'open') return before;
  await tell(`close merge request !${number}`, ({ requests }) =>
    requests.edit(project, number, { stateEvent: 'close' }),
  );
  if (comment !== undefined)
    await tell('comment', ({ requestNotes }) => requestNotes.create(project, number, inert(comment)));
  const now = await readRequest(calls, number);
  if (now.state === 'open') throw notKept(calls.name, number);
  return now;
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(calls: LabCalls, { head, base, title, body, draft }: NewPull): Promise<number> {
  try {
    const made = await calls.tell('open a merge request', async ({ requests }) => {
      const asked = { description: inert(body) };
      const data = await requests.create(calls.project, head, base, titleFor(title, draft), asked);
      return shaped(data as unknown as MergeRequest, MERGE_REQUEST);
    });
    return made.iid;
  } catch (error) {
    const known = mayBeMade(error) ? await findRequest(calls, head, base) : null;
    if (known?.state === 'open') return known.number;
    throw error;
  }
}
