import { RealmError } from '../../errors.ts';
import { noticesOn, PAGES, PAGES_OF_OURS } from '../notices.ts';
import { ISSUE, shaped } from '../shapes.ts';
import type { Forge } from '../types.ts';
import type { Client } from './client.ts';
import type { GithubPlace } from './index.ts';
import { callsTo } from './pull-reads.ts';
import { mayBeMade, ONCE } from './pulls.ts';

/** The login whose token this is, in lower case; `null` where the forge does not say. A token of an app has no user. */
export async function ownLogin(name: string, connection: GithubPlace['connection']): Promise<string | null> {
  const ways: ((client: Client) => Promise<string>)[] = [
    async ({ rest }) => shaped((await rest.users.getAuthenticated()).data, { login: 'string' }).login,
    async ({ graphql }) =>
      shaped(await graphql<{ viewer: { login: string } }>('{ viewer { login } }'), {
        viewer: { login: 'string' },
      }).viewer.login,
  ];
  for (const way of ways)
    try {
      return (await connection.read('read your user name', name, way)).toLowerCase();
    } catch (error) {
      const codes = ['forge-forbidden', 'forge-missing', 'forge-invalid', 'forge-reply'];
      if (!(error instanceof RealmError) || !codes.includes(error.code)) throw error;
    }
  return null;
}

/** The issues of a repository on GitHub by which consumers are notified. */
export function issuesOn(place: GithubPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  const { ask, tell, at } = callsTo(place);
  return noticesOn({
    whoAmI: () => ownLogin(place.repo, place.connection),
    mayBeMade,
    list: (state, label) =>
      ask('list issues', async (client) => {
        const asked = { ...at, state, ...(label === undefined ? {} : { labels: label }), per_page: 100 };
        let pages = 0;
        const list = await client.paginate(client.rest.issues.listForRepo, asked, ({ data }, done) => {
          pages += 1;
          if (pages === (label === undefined ? PAGES : PAGES_OF_OURS)) done();
          return data;
        });
        return shaped(list, [ISSUE])
          .filter((issue) => issue.pull_request === undefined)
          .map(({ number, title, body, state, user }) => ({
            number,
            title,
            body: body ?? '',
            isOpen: state !== 'closed',
            author: user?.login ?? null,
          }));
      }),
    create: ({ title, body, labels }) => {
      const asked = { ...at, title, body, labels: [...labels], ...ONCE };
      return tell(
        'open an issue',
        async ({ rest }) => shaped((await rest.issues.create(asked)).data, ISSUE).number,
      );
    },
    update: async (number, text) =>
      void (await tell(`update issue #${number}`, ({ rest }) =>
        rest.issues.update({ ...at, issue_number: number, ...text }),
      )),
    close: async (number) =>
      void (await tell('close an issue', ({ rest }) =>
        rest.issues.update({ ...at, issue_number: number, state: 'closed' }),
      )),
    comment: async (number, body) =>
      void (await tell('comment', ({ rest }) =>
        rest.issues.createComment({ ...at, issue_number: number, body, ...ONCE }),
      )),
  });
}
