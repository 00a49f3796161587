import { markerIn } from './embedded/index.ts';
import { sameText } from './same-text.ts';
import type { Forge, Notice } from './types.ts';

/** What each issue of ours is labelled with, and found by. */
const LABEL = 'git-realm';

/** How far back issues without that label are looked through, in pages of a hundred. */
export const PAGES = 5;
/** And those with it: anybody can label issues of their own repository. */
export const PAGES_OF_OURS = 20;

/** Open issues of one marker that are closed at a time. */
const SETTLED = 10;

/** An issue as a forge lists it. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  isOpen: boolean;
  author: string | null;
}

/** The issues of one repository, and who we are there. */
export interface IssueDoor {
  /** The user whose token this is, in lower case; `null` where the forge does not say. */
  whoAmI(): Promise<string | null>;
  /** The newest first, with that label or all. */
  list(state: 'open' | 'all', label?: string): Promise<Issue[]>;
  /** Its number. Sent once: before it is repeated, we look whether it was made. */
  create(notice: Notice): Promise<number>;
  /** May a request that failed so have been heard? */
  mayBeMade(error: unknown): boolean;
  update(number: number, text: Pick<Notice, 'title' | 'body'>): Promise<void>;
  close(number: number): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

/** The issues by which consumers are notified, each found again by the marker in its body. */
export function noticesOn(door: IssueDoor): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  let me: Promise<string | null> | undefined;
  const issues: IssueDoor = {
    ...door,
    whoAmI: () => {
      me ??= door.whoAmI();
      return me;
    },
  };
  return {
    notices: async (prefix, from) =>
      (await matching(issues, 'open', prefix, from)).flatMap(({ number, body }) => {
        const marker = markerIn(body, prefix);
        return marker === null ? [] : [{ number, marker }];
      }),
    notify: (notice) => notify(issues, notice),
    settle: (marker, comment, from) => settle(issues, marker, comment, from),
  };
}

async function notify(issues: IssueDoor, notice: Notice): Promise<number | null> {
  const { marker, title, body } = notice;
  const found = await ownIssue(issues, marker);
  if (found?.isOpen === false) return null;
  if (found === undefined) return openOnce(issues, notice);
  if (found.title === title && sameText(found.body, body)) return null;
  await issues.update(found.number, { title, body });
  return found.number;
}

async function settle(
  issues: IssueDoor,
  marker: string,
  comment: string,
  from: 'us' | undefined,
): Promise<number | null> {
  // Any other issue with the marker is closed as well, because any of them may be the right issue.
  const found = (await matching(issues, 'open', marker, from)).slice(0, SETTLED);
  for (const { number } of found) {
    // In this order a run that is cut short and repeated says nothing twice.
    await issues.close(number);
    await issues.comment(number, comment);
  }
  return found[0]?.number ?? null;
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(issues: IssueDoor, notice: Notice): Promise<number> {
  try {
    return await issues.create(notice);
  } catch (error) {
    const made = issues.mayBeMade(error) ? await ownIssue(issues, notice.marker) : undefined;
    if (made === undefined) throw error;
    return made.number;
  }
}

const ownIssue = async (issues: IssueDoor, marker: string): Promise<Issue | undefined> =>
  (await matching(issues, 'all', marker, 'us'))[0];

/** Forges drop the labels of anyone who may not write there: then the newest issues are looked through. */
async function matching(
  issues: IssueDoor,
  state: 'open' | 'all',
  text: string,
  from: 'us' | undefined,
): Promise<Issue[]> {
  const labelled = await chosen(issues, await issues.list(state, LABEL), text, from);
  if (from === 'us' && labelled.length > 0) return labelled;
  const known = new Set(labelled.map(({ number }) => number));
  const others = (await issues.list(state)).filter(({ number }) => !known.has(number));
  return [...labelled, ...(await chosen(issues, others, text, from))];
}

/** Anybody can open an issue with our marker in it, to keep us from telling: only what this user wrote is ours. */
async function chosen(
  issues: IssueDoor,
  list: readonly Issue[],
  text: string,
  from: 'us' | undefined,
): Promise<Issue[]> {
  const marked = list.filter((issue) => markerIn(issue.body, text) !== null);
  if (from === undefined || marked.length === 0) return marked;
  const login = await issues.whoAmI();
  return marked.filter((issue) => login !== null && issue.author?.toLowerCase() === login);
}
