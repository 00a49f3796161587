import { RealmError } from '../errors.ts';
import { markerIn } from './embedded.ts';
import type { GithubPlace } from './github.ts';
import type { Client } from './github-client.ts';
import { type Calls, callsTo } from './github-pull-reads.ts';
import { mayBeMade, ONCE } from './github-pulls.ts';
import { sameText } from './same-text.ts';
import { ISSUE, shaped } from './shapes.ts';
import type { Forge, Notice } from './types.ts';

/** What each issue of ours is labelled with, and found by. */
const LABEL = 'git-realm';

/** How far back issues without that label are looked through. */
const PAGE = 100;
const PAGES = 5;
/** And those with it: anybody can label issues of their own repository. */
const PAGES_OF_OURS = 20;

/** Open issues of one marker that are closed at a time. */
const SETTLED = 10;

interface Issue {
  number: number;
  title: string;
  body?: string | null | undefined;
  state: string;
  user?: { login: string } | null;
}

/** The login whose token this is, in lower case; `null` where the forge does not say. A token of an app has no user. */
async function ownLogin(name: string, connection: GithubPlace['connection']): Promise<string | null> {
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

/** The issues of one repository, and who we are there. */
interface Issues extends Calls {
  /** The login whose token this is; asked for once. */
  whoAmI(): Promise<string | null>;
}

/** The issues by which consumers are notified, each found again by the marker in its body. */
export function issuesOn(place: GithubPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  let me: Promise<string | null> | undefined;
  const issues: Issues = {
    ...callsTo(place),
    whoAmI: () => {
      me ??= ownLogin(place.repo, place.connection);
      return me;
    },
  };
  return {
    notices: async (prefix, from) =>
      (await matching(issues, 'open', prefix, from)).flatMap(({ number, body }) => {
        const marker = markerIn(body ?? '', prefix);
        return marker === null ? [] : [{ number, marker }];
      }),
    notify: (notice) => notify(issues, notice),
    settle: (marker, comment, from) => settle(issues, marker, comment, from),
  };
}

async function notify(issues: Issues, notice: Notice): Promise<number | null> {
  const { marker, title, body } = notice;
  const found = await ownIssue(issues, marker);
  if (found?.state === 'closed') return null;
  if (found === undefined) return openOnce(issues, notice);
  if (found.title === title && sameText(found.body ?? '', body)) return null;
  await issues.tell(`update issue #${found.number}`, ({ rest }) =>
    rest.issues.update({ ...issues.at, issue_number: found.number, title, body }),
  );
  return found.number;
}

async function settle(
  issues: Issues,
  marker: string,
  comment: string,
  from: 'us' | undefined,
): Promise<number | null> {
  const { tell, at } = issues;
  // Any other issue with the marker is closed as well, because any of them may be the right issue.
  const found = (await matching(issues, 'open', marker, from)).slice(0, SETTLED);
  for (const { number } of found) {
    const issue = { ...at, issue_number: number };
    // In this order a run that is cut short and repeated says nothing twice.
    await tell('close an issue', ({ rest }) => rest.issues.update({ ...issue, state: 'closed' }));
    await tell('comment', ({ rest }) => rest.issues.createComment({ ...issue, body: comment, ...ONCE }));
  }
  return found[0]?.number ?? null;
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(issues: Issues, { marker, title, body, labels }: Notice): Promise<number> {
  try {
    const asked = { ...issues.at, title, body, labels: [...labels], ...ONCE };
    return await issues
      .tell('open an issue', async ({ rest }) => shaped((await rest.issues.create(asked)).data, ISSUE))
      .then(({ number }) => number);
  } catch (error) {
    const made = mayBeMade(error) ? await ownIssue(issues, marker) : undefined;
    if (made === undefined) throw error;
    return made.number;
  }
}

const ownIssue = async (issues: Issues, marker: string): Promise<Issue | undefined> =>
  (await matching(issues, 'all', marker, 'us'))[0];

/** GitHub drops the labels of anyone who may not write there: then the newest issues are looked through. */
async function matching(
  issues: Issues,
  state: 'open' | 'all',
  text: string,
  from: 'us' | undefined,
): Promise<Issue[]> {
  const labelled = await chosen(issues, await listIssues(issues, state, LABEL), text, from);
  if (from === 'us' && labelled.length > 0) return labelled;
  const known = new Set(labelled.map(({ number }) => number));
  const others = (await listIssues(issues, state)).filter(({ number }) => !known.has(number));
  return [...labelled, ...(await chosen(issues, others, text, from))];
}

/** Anybody can open an issue with our marker in it, to keep us from telling: only what this user wrote is ours. */
async function chosen(
  issues: Issues,
  list: readonly Issue[],
  text: string,
  from: 'us' | undefined,
): Promise<Issue[]> {
  const marked = list.filter((issue) => markerIn(issue.body ?? '', text) !== null);
  if (from === undefined || marked.length === 0) return marked;
  const login = await issues.whoAmI();
  return marked.filter((issue) => login !== null && issue.user?.login.toLowerCase() === login);
}

const listIssues = ({ ask, at }: Issues, state: 'open' | 'all', labels?: string): Promise<Issue[]> =>
  ask('list issues', async (client) => {
    const asked = { ...at, state, ...(labels === undefined ? {} : { labels }), per_page: PAGE };
    let pages = 0;
    const list = await client.paginate(client.rest.issues.listForRepo, asked, ({ data }, done) => {
      pages += 1;
      if (pages === (labels === undefined ? PAGES : PAGES_OF_OURS)) done();
      return data;
    });
    return shaped(list, [ISSUE]).filter((issue) => issue.pull_request === undefined);
  });
