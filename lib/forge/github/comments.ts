import { COMMENT, shaped } from '../shapes.ts';
import { COMMENTS, type Comment, stickyOn } from '../sticky.ts';
import type { Forge } from '../types.ts';
import type { GithubPlace } from './index.ts';
import { ownLogin } from './issues.ts';
import { callsTo } from './pull-reads.ts';
import { mayBeMade, ONCE } from './pulls.ts';

/** Our comment on a pull request of a repository on GitHub, where a pull request's comments are an issue's. */
export function commentsOn(place: GithubPlace): Pick<Forge, 'stick'> {
  const { ask, tell, at, name } = callsTo(place);
  return stickyOn({
    name,
    whoAmI: () => ownLogin(place.repo, place.connection),
    mayBeMade,
    page: async (number, page) => {
      const asked = { ...at, issue_number: number, per_page: COMMENTS, page };
      const found = await ask(`list comments on #${number}`, ({ rest }) => rest.issues.listComments(asked));
      const comments = shaped(found.data, [COMMENT]).map(commentOf);
      return { comments, isLast: comments.length < COMMENTS };
    },
    create: (number, body) =>
      tell(`comment on #${number}`, async ({ rest }) => {
        const made = await rest.issues.createComment({ ...at, issue_number: number, body, ...ONCE });
        return commentOf(shaped(made.data, COMMENT));
      }),
    update: (number, id, body) =>
      tell(`update a comment on #${number}`, async ({ rest }) =>
        commentOf(shaped((await rest.issues.updateComment({ ...at, comment_id: id, body })).data, COMMENT)),
      ),
  });
}

const commentOf = ({
  id,
  body,
  user,
}: {
  id: number;
  body?: string | undefined;
  user: { login: string } | null;
}): Comment => ({ id, body: body ?? '', author: user?.login ?? null });
