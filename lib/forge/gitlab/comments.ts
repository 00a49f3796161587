import { mayBeMade } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import { COMMENTS, type Comment, stickyOn } from '../sticky.ts';
import type { Forge } from '../types.ts';
import type { GitlabPlace } from './index.ts';
import { ownName } from './issues.ts';
import { callsToProject } from './reads.ts';
import { NOTE, type Note } from './shapes.ts';
import { asWritten, inert } from './text.ts';

/** Our comment on a merge request of a project on GitLab. */
export function labCommentsOn(place: GitlabPlace): Pick<Forge, 'stick'> {
  const calls = callsToProject(place);
  const { ask, tell, project, name } = calls;
  return stickyOn({
    name,
    whoAmI: () => ownName(calls),
    mayBeMade,
    page: (number, page) =>
      ask(`list comments on !${number}`, async ({ requestNotes }) => {
        const asked = { sort: 'asc', orderBy: 'created_at', perPage: COMMENTS, page } as const;
        const list = (await requestNotes.all(project, number, asked)) as unknown as Note[];
        const comments = shaped(list, [NOTE]).map(commentOf);
        return { comments, isLast: comments.length < COMMENTS };
      }),
    create: (number, body) =>
      tell(`comment on !${number}`, async ({ requestNotes }) => {
        const made = (await requestNotes.create(project, number, inert(body))) as unknown as Note;
        return commentOf(shaped(made, NOTE));
      }),
    update: (number, id, body) =>
      tell(`update a comment on !${number}`, async ({ requestNotes }) => {
        const now = (await requestNotes.edit(project, number, id, { body: inert(body) })) as unknown as Note;
        return commentOf(shaped(now, NOTE));
      }),
  });
}

const commentOf = ({ id, body, author }: Note): Comment => ({
  id,
  body: asWritten(body),
  author: author?.username ?? null,
});
