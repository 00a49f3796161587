import { RealmError } from '../../errors.ts';
import { mayBeMade } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import { COMMENTS, type Comment, stickyOn } from '../sticky.ts';
import type { Forge } from '../types.ts';
import type { BitbucketPlace } from './index.ts';
import { type BucketCalls, bucketCallsTo, valuesOf } from './reads.ts';
import { BUCKET_COMMENT, type BucketComment } from './shapes.ts';

const LIST = '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments';

/** Our comment on a pull request of a repository on Bitbucket, where users are known by their ids: anybody may change a name. */
export function bucketCommentsOn(place: BitbucketPlace): Pick<Forge, 'stick'> {
  const calls = bucketCallsTo(place);
  const { ask, tell, at, name } = calls;
  return stickyOn({
    name,
    whoAmI: () => ownId(calls),
    mayBeMade,
    page: (number, page) =>
      ask(`list comments on #${number}`, async (client) => {
        const query = { pagelen: COMMENTS, page, sort: 'created_on' };
        const path = { ...at, pull_request_id: number };
        const { data } = await client.GET(LIST, { params: { path, query: query as never } });
        const found = valuesOf<BucketComment>(data, BUCKET_COMMENT);
        const comments = found.filter(({ deleted }) => deleted !== true).map(commentOf);
        return { comments, isLast: found.length < COMMENTS };
      }),
    create: (number, body) =>
      tell(`comment on #${number}`, async (client) => {
        const path = { ...at, pull_request_id: number };
        const { data } = await client.POST(LIST, { params: { path }, body: said(body) });
        return commentOf(shaped(data as unknown as BucketComment, BUCKET_COMMENT));
      }),
    update: (number, id, body) =>
      tell(`update a comment on #${number}`, async (client) => {
        const path = { ...at, pull_request_id: number, comment_id: id };
        const { data } = await client.PUT(`${LIST}/{comment_id}`, { params: { path }, body: said(body) });
        return commentOf(shaped(data as unknown as BucketComment, BUCKET_COMMENT));
      }),
  });
}

const said = (body: string) => ({ type: 'pullrequest_comment', content: { raw: body } }) as never;

/** `null`: a token of a repository or a project has no user. */
async function ownId({ ask }: BucketCalls): Promise<string | null> {
  try {
    return await ask('read your user', async (client) => {
      const { data } = await client.GET('/user', {});
      return shaped(data as unknown as { uuid: string }, { uuid: 'string' }).uuid.toLowerCase();
    });
  } catch (error) {
    if (error instanceof RealmError && ['forge-forbidden', 'forge-missing'].includes(error.code)) return null;
    throw error;
  }
}

const commentOf = ({ id, content, user }: BucketComment): Comment => ({
  id,
  body: content.raw ?? '',
  author: user?.uuid ?? null,
});
