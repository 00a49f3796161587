import { mayBeMade } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import { type Comment, stickyOn } from '../sticky.ts';
import type { Forge } from '../types.ts';
import type { GiteaPlace } from './index.ts';
import { ownLogin } from './issues.ts';
import { teaCallsTo } from './reads.ts';
import { TEA_COMMENT, type TeaComment } from './shapes.ts';

/** Our comment on a pull request of a repository on a Gitea or a Forgejo, where a pull request's comments are an issue's. */
export function teaCommentsOn(place: GiteaPlace): Pick<Forge, 'stick'> {
  const calls = teaCallsTo(place);
  const { ask, tell, at, name } = calls;
  return stickyOn({
    name,
    whoAmI: () => ownLogin(calls),
    mayBeMade,
    // It gives all of them at once.
    page: (number) =>
      ask(`list comments on #${number}`, async ({ repos }) => {
        const { data } = await repos.issueGetComments(...at, number);
        const comments = shaped(data as unknown as TeaComment[], [TEA_COMMENT]).map(commentOf);
        return { comments, isLast: true };
      }),
    create: (number, body) =>
      tell(`comment on #${number}`, async ({ repos }) => {
        const { data } = await repos.issueCreateComment(...at, number, { body });
        return commentOf(shaped(data as unknown as TeaComment, TEA_COMMENT));
      }),
    update: (number, id, body) =>
      tell(`update a comment on #${number}`, async ({ repos }) => {
        const { data } = await repos.issueEditComment(...at, id, { body });
        return commentOf(shaped(data as unknown as TeaComment, TEA_COMMENT));
      }),
  });
}

const commentOf = ({ id, body, user }: TeaComment): Comment => ({
  id,
  body: body ?? '',
  author: user?.login ?? null,
});
