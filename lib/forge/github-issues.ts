import { markerIn } from './embedded.ts';
import { type GithubPlace, sameText } from './github.ts';
import type { Client } from './github-client.ts';
import { mayBeMade, ONCE } from './github-pulls.ts';
import { ISSUE, shaped } from './shapes.ts';
import type { Forge, Notice } from './types.ts';

/** What each issue of ours is labelled with, and found by. */
const LABEL = 'git-realm';

/** How far back issues without that label are looked through. */
const PAGE = 100;
const PAGES = 5;
/** And those with it: anybody can label issues of their own repository. */
const PAGES_OF_OURS = 20;

/** The issues by which consumers are told, each found again by the marker in its body. */
export function issuesOn({
  repo: name,
  address,
  connection,
}: GithubPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  const at = { owner: address.owner, repo: address.repo };
  const tell = <T>(what: string, work: (client: Client) => Promise<T>) => connection.write(what, name, work);
  const issues = (state: 'open' | 'all', labels?: string) =>
    connection.read('list issues', name, async (client) => {
      const asked = { ...at, state, ...(labels === undefined ? {} : { labels }), per_page: PAGE };
      let pages = 0;
      const list = await client.paginate(client.rest.issues.listForRepo, asked, ({ data }, done) => {
        pages += 1;
        if (pages === (labels === undefined ? PAGES : PAGES_OF_OURS)) done();
        return data;
      });
      return shaped(list, [ISSUE]).filter((one) => one.pull_request === undefined);
    });
  // GitHub drops the labels of whoever may not write there: then the newest issues are looked through.
  const matching = async (state: 'open' | 'all', text: string) => {
    const labelled = (await issues(state, LABEL)).filter((one) => markerIn(one.body ?? '', text) !== null);
    if (labelled.length > 0) return labelled;
    return (await issues(state)).filter((one) => markerIn(one.body ?? '', text) !== null);
  };
  const known = async (marker: string, state: 'open' | 'all') => (await matching(state, marker))[0];

  return {
    notices: async (prefix) =>
      (await matching('open', prefix)).flatMap(({ number, body }) => {
        const marker = markerIn(body ?? '', prefix);
        return marker === null ? [] : [{ number, marker }];
      }),
    notify: async (notice) => {
      const { marker, title, body } = notice;
      const found = await known(marker, 'all');
      if (found?.state === 'closed') return null;
      if (found === undefined) return openOnce(notice);
      if (found.title === title && sameText(found.body ?? '', body)) return null;
      await tell(`update issue #${found.number}`, ({ rest }) =>
        rest.issues.update({ ...at, issue_number: found.number, title, body }),
      );
      return found.number;
    },
    settle: async (marker, comment) => {
      const found = await known(marker, 'open');
      if (found === undefined) return null;
      const issue = { ...at, issue_number: found.number };
      // In this order a run that is cut short and repeated says nothing twice.
      await tell('close an issue', ({ rest }) => rest.issues.update({ ...issue, state: 'closed' }));
      await tell('comment', ({ rest }) => rest.issues.createComment({ ...issue, body: comment, ...ONCE }));
      return found.number;
    },
  };

  async function openOnce({ marker, title, body, labels }: Notice): Promise<number> {
    try {
      const asked = { ...at, title, body, labels: [...labels], ...ONCE };
      return await tell('open an issue', async ({ rest }) =>
        shaped((await rest.issues.create(asked)).data, ISSUE),
      ).then(({ number }) => number);
    } catch (error) {
      const made = mayBeMade(error) ? await known(marker, 'all') : undefined;
      if (made === undefined) throw error;
      return made.number;
    }
  }
}
