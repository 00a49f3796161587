import { RealmError } from '../errors.ts';
import { markerIn } from './embedded/index.ts';
import { notKept } from './refusals.ts';
import { sameText } from './same-text.ts';
import type { Forge, Sticky } from './types.ts';

/** Comments on a page, where a forge gives them in pages. */
export const COMMENTS = 100;

/** Pages that are looked through for our comment: without an end, strangers could keep us reading. */
const PAGES = 20;

/** Comments of ours with one marker that are kept up to date: two runs at the same time may have made two. */
const KEPT = 10;

/** A comment as a forge lists it. */
export interface Comment {
  id: number;
  body: string;
  author: string | null;
}

/** The comments on the pull requests of one repository, and who we are there. */
export interface CommentDoor {
  /** The repo's name in the realm, for messages. */
  name: string;
  /** The user whose token this is, in lower case, as `author` names one; `null` where the forge does not say. */
  whoAmI(): Promise<string | null>;
  /** The oldest first. */
  page(number: number, page: number): Promise<{ comments: Comment[]; isLast: boolean }>;
  /** As the forge has it then. Sent once: before it is repeated, we look whether it was made. */
  create(number: number, body: string): Promise<Comment>;
  update(number: number, id: number, body: string): Promise<Comment>;
  /** May a request that failed so have been heard? */
  mayBeMade(error: unknown): boolean;
}

/** Our one comment on a pull request. Anybody can copy its marker: only what this user wrote is ours. */
export const stickyOn = (door: CommentDoor): Pick<Forge, 'stick'> => ({
  stick: async (number, sticky, only) => {
    const login = await door.whoAmI();
    if (login === null) throw unknownUser(door.name, number);
    const ours = await ownComments(door, number, sticky, login);
    if (ours.length === 0) {
      if (only === 'existing') return 'absent';
      kept(door.name, number, sticky, await createOnce(door, number, sticky, login));
      return 'created';
    }
    const old = ours.slice(0, KEPT).filter(({ body }) => !sameText(body, sticky.body));
    for (const { id } of old) kept(door.name, number, sticky, await door.update(number, id, sticky.body));
    return old.length === 0 ? 'unchanged' : 'updated';
  },
});

async function ownComments(
  door: CommentDoor,
  number: number,
  { marker }: Sticky,
  login: string,
): Promise<Comment[]> {
  const ours: Comment[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const { comments, isLast } = await door.page(number, page);
    ours.push(
      ...comments.filter(
        ({ body, author }) => author?.toLowerCase() === login && markerIn(body, marker) === marker,
      ),
    );
    if (isLast) return ours;
  }
  if (ours.length > 0) return ours;
  throw new RealmError(
    'too-many-comments',
    `${door.name}#${number} has more than ${PAGES * COMMENTS} comments, and none of the first is ours`,
    { hint: 'read the findings in the output of git realm check' },
  );
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function createOnce(
  door: CommentDoor,
  number: number,
  sticky: Sticky,
  login: string,
): Promise<Comment> {
  try {
    return await door.create(number, sticky.body);
  } catch (error) {
    const [made] = door.mayBeMade(error) ? await ownComments(door, number, sticky, login) : [];
    if (made === undefined) throw error;
    return made;
  }
}

function kept(name: string, number: number, { body }: Sticky, now: Comment): void {
  if (!sameText(now.body, body)) throw notKept(name, number);
}

const unknownUser = (name: string, number: number): RealmError =>
  new RealmError(
    'forge-unknown-user',
    `nothing is written to ${name}#${number}: the forge does not say whose token this is, so no comment can be known as ours`,
    { hint: 'use a token that may read its own user' },
  );
