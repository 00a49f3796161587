import { RealmError } from '../../errors.ts';
import { type Issue, noticesOn, PAGES, PAGES_OF_OURS } from '../notices.ts';
import { mayBeMade } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import type { Forge } from '../types.ts';
import type { GitlabPlace } from './index.ts';
import { callsToProject, type LabCalls } from './reads.ts';
import { LAB_ISSUE, type LabIssue, USER } from './shapes.ts';
import { asWritten, inert } from './text.ts';

const PAGE = 100;

/** The issues of a project on GitLab by which consumers are notified. */
export function labIssuesOn(place: GitlabPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  const calls = callsToProject(place);
  const { tell, project } = calls;
  return noticesOn({
    whoAmI: () => ownName(calls),
    mayBeMade,
    list: (state, label) => list(calls, state, label),
    create: ({ title, body, labels }) =>
      tell('open an issue', async ({ issues }) => {
        const made = await issues.create(project, title, {
          description: inert(body),
          labels: labels.join(','),
        });
        return shaped(made as unknown as LabIssue, LAB_ISSUE).iid;
      }),
    update: async (number, { title, body }) =>
      void (await tell(`update issue #${number}`, ({ issues }) =>
        issues.edit(project, number, { title, description: inert(body) }),
      )),
    close: async (number) =>
      void (await tell('close an issue', ({ issues }) =>
        issues.edit(project, number, { stateEvent: 'close' }),
      )),
    comment: async (number, body) =>
      void (await tell('comment', ({ issueNotes }) => issueNotes.create(project, number, inert(body)))),
  });
}

/** The user name whose token this is, in lower case; `null`: a token of a job has no user. */
export async function ownName({ ask }: LabCalls): Promise<string | null> {
  try {
    return await ask('read your user name', async ({ users }) =>
      shaped((await users.showCurrentUser()) as unknown as { username: string }, USER).username.toLowerCase(),
    );
  } catch (error) {
    if (error instanceof RealmError && ['forge-forbidden', 'forge-missing'].includes(error.code)) return null;
    throw error;
  }
}

async function list(
  { ask, project }: LabCalls,
  state: 'open' | 'all',
  label: string | undefined,
): Promise<Issue[]> {
  const found: LabIssue[] = [];
  const pages = label === undefined ? PAGES : PAGES_OF_OURS;
  const wanted = {
    projectId: project,
    ...(state === 'open' ? { state: 'opened' as const } : {}),
    ...(label === undefined ? {} : { labels: label }),
    perPage: PAGE,
  };
  for (let page = 1; page <= pages; page += 1) {
    const some = await ask('list issues', async ({ issues }) =>
      shaped((await issues.all({ ...wanted, page })) as unknown as LabIssue[], [LAB_ISSUE]),
    );
    found.push(...some);
    if (some.length < PAGE) break;
  }
  return found.map(({ iid, title, description, state: now, author }) => ({
    number: iid,
    title,
    body: asWritten(description ?? ''),
    isOpen: now !== 'closed',
    author: author?.username ?? null,
  }));
}
