import { RealmError } from '../../errors.ts';
import { type Issue, noticesOn, PAGES, PAGES_OF_OURS } from '../notices.ts';
import { mayBeMade } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import type { Forge } from '../types.ts';
import type { GiteaPlace } from './index.ts';
import { labelIds } from './labels.ts';
import { PAGE, paged, type TeaCalls, teaCallsTo } from './reads.ts';
import { TEA_ISSUE, type TeaIssue } from './shapes.ts';

/** A page is half as long here as the bounds of `notices.ts` mean. */
const HALVES = 2;

/** The issues of a repository on a Gitea or a Forgejo by which consumers are notified. */
export function teaIssuesOn(place: GiteaPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  const calls = teaCallsTo(place);
  const { tell, at } = calls;
  return noticesOn({
    whoAmI: () => ownLogin(calls),
    mayBeMade,
    list: (state, label) => list(calls, state, label),
    create: async ({ title, body, labels }) => {
      const ids = await labelIds(calls, labels, true);
      return tell('open an issue', async ({ repos }) => {
        const { data } = await repos.issueCreateIssue(...at, { title, body, labels: ids });
        return shaped(data as unknown as TeaIssue, TEA_ISSUE).number;
      });
    },
    update: async (number, text) =>
      void (await tell(`update issue #${number}`, ({ repos }) => repos.issueEditIssue(...at, number, text))),
    close: async (number) =>
      void (await tell('close an issue', ({ repos }) =>
        repos.issueEditIssue(...at, number, { state: 'closed' }),
      )),
    comment: async (number, body) =>
      void (await tell('comment', ({ repos }) => repos.issueCreateComment(...at, number, { body }))),
  });
}

/** Whose token this is, in lower case; `null`: a token of a job has no user, and one of few rights may not ask. */
export async function ownLogin({ ask }: TeaCalls): Promise<string | null> {
  try {
    return await ask('read your user name', async ({ user }) => {
      const { data } = await user.userGetCurrent();
      return shaped(data as unknown as { login: string }, { login: 'string' }).login.toLowerCase();
    });
  } catch (error) {
    if (error instanceof RealmError && ['forge-forbidden', 'forge-missing'].includes(error.code)) return null;
    throw error;
  }
}

/** A label that the repository does not have filters nothing: what a filter gives is checked. */
async function list(
  { ask, at }: TeaCalls,
  state: 'open' | 'all',
  label: string | undefined,
): Promise<Issue[]> {
  const wanted = {
    state,
    type: 'issues',
    limit: PAGE,
    ...(label === undefined ? {} : { labels: label }),
  } as const;
  const found = await ask('list issues', ({ repos }) =>
    paged((label === undefined ? PAGES : PAGES_OF_OURS) * HALVES, async (page) => {
      const { data, headers } = await repos.issueListIssues(...at, { ...wanted, page });
      return { data: shaped(data as unknown as TeaIssue[], [TEA_ISSUE]), headers };
    }),
  );
  return found
    .filter(({ pull_request }) => pull_request == null)
    .filter(({ labels }) => label === undefined || labels?.some(({ name }) => name === label))
    .map(({ number, title, body, state: now, user }) => ({
      number,
      title,
      body: body ?? '',
      isOpen: now !== 'closed',
      author: user?.login ?? null,
    }));
}
