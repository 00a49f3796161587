import { RealmError } from '../../errors.ts';
import { mayBeMade, notKept } from '../refusals.ts';
import { sameText } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { Forge, NewPull, PullText } from '../types.ts';
import type { BitbucketPlace } from './index.ts';
import {
  type BucketCalls,
  bucketCallsTo,
  findBucketPull,
  rawBucketPull,
  readBucketPull,
  readWholeBucketPull,
  valuesOf,
} from './reads.ts';
import { BUCKET_MEMBER, BUCKET_PULL, type BucketMember, type BucketPull } from './shapes.ts';

const ONE = '/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}';

/** The pull requests of one repository on Bitbucket. */
export function bucketPullsOn(
  place: BitbucketPlace,
): Pick<Forge, 'find' | 'text' | 'get' | 'open' | 'update' | 'close'> {
  const calls = bucketCallsTo(place);
  return {
    find: (head, base) => findBucketPull(calls, head, base),
    text: (number) => readBucketPull(calls, number),
    get: (number) => readWholeBucketPull(calls, number),
    open: (wanted) => open(calls, wanted),
    update: (number, change) => update(calls, number, change),
    close: (number, comment) => close(calls, number, comment),
  };
}

/** It takes a second request for a branch as an edit of the first: it is looked for before. */
async function open(calls: BucketCalls, wanted: NewPull): Promise<PullText> {
  refuseLabels(calls, wanted.labels);
  const known = await findBucketPull(calls, wanted.head, wanted.base);
  const number = known?.state === 'open' ? known.number : await openOnce(calls, wanted);
  const { reviewers } = wanted;
  if (reviewers.length > 0) return update(calls, number, { reviewers });
  return readBucketPull(calls, number);
}

/** A request whose answer got lost may have been heard: it is looked for before anything is said. */
async function openOnce(calls: BucketCalls, { head, base, title, body, draft }: NewPull): Promise<number> {
  try {
    return await calls.tell('open a pull request', async (client) => {
      const asked = {
        type: 'pullrequest',
        title,
        description: body,
        draft,
        source: { branch: { name: head } },
        destination: { branch: { name: base } },
      };
      const { data } = await client.POST('/repositories/{workspace}/{repo_slug}/pullrequests', {
        params: { path: calls.at },
        body: asked as never,
      });
      return shaped(data as unknown as BucketPull, BUCKET_PULL).id;
    });
  } catch (error) {
    const known = mayBeMade(error) ? await findBucketPull(calls, head, base) : null;
    if (known?.state === 'open') return known.number;
    throw error;
  }
}

async function update(
  calls: BucketCalls,
  number: number,
  { title, body, draft, labels = [], reviewers = [] }: Parameters<Forge['update']>[1],
): Promise<PullText> {
  refuseLabels(calls, labels);
  const before = await rawBucketPull(calls, number);
  const asked = (before.reviewers ?? []).map(({ uuid }) => uuid);
  const added = reviewers.length === 0 ? [] : await uuidsOf(calls, reviewers);
  const uuids = [...new Set([...asked, ...added])];
  const set = {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { description: body }),
    ...(draft === undefined || (before.draft ?? false) === draft ? {} : { draft }),
    ...(uuids.length === asked.length ? {} : { added: true }),
  };
  if (Object.keys(set).length > 0) {
    const { added: _added, ...text } = set;
    // What is not sent may be taken away.
    const whole = {
      type: 'pullrequest',
      title: before.title,
      description: before.description ?? '',
      ...text,
      reviewers: uuids.map((uuid) => ({ uuid })),
    };
    await calls.tell(`update pull request #${number}`, (client) =>
      client.PUT(ONE, {
        params: { path: { ...calls.at, pull_request_id: number } },
        body: whole as never,
      }),
    );
  }
  const now = await readBucketPull(calls, number);
  const kept =
    (title === undefined || now.title === title) &&
    (body === undefined || sameText(now.body, body)) &&
    (draft === undefined || now.draft === draft);
  if (!kept) throw notKept(calls.name, number);
  return now;
}

function refuseLabels({ name }: BucketCalls, labels: readonly string[]): void {
  if (labels.length === 0) return;
  throw new RealmError(
    'forge-invalid',
    `the pull requests of ${name} cannot be labelled: Bitbucket has no labels`,
    {
      hint: 'run it again without --label',
    },
  );
}

/** Users are asked for by what names them: a nickname or a name that one member of the workspace has. */
async function uuidsOf({ ask, at, name }: BucketCalls, wanted: readonly string[]): Promise<string[]> {
  const members = await ask('list the members of its workspace', async (client) => {
    const { data } = await client.GET('/workspaces/{workspace}/members', {
      params: { path: { workspace: at.workspace }, query: { pagelen: 100 } as never },
    });
    return valuesOf<BucketMember>(data, BUCKET_MEMBER);
  });
  return wanted.map((word) => {
    const found = members.filter(({ user }) =>
      [user.nickname, user.display_name].some((said) => said?.toLowerCase() === word.toLowerCase()),
    );
    const [member] = found;
    if (member !== undefined && found.length === 1) return member.user.uuid;
    const why = found.length === 0 ? `no member '${word}' was found` : `'${word}' names several members`;
    throw new RealmError('forge-invalid', `cannot request a review of ${name}: ${why}`, {
      hint: 'check the name given to --reviewer',
    });
  });
}

async function close(calls: BucketCalls, number: number, comment: string | undefined): Promise<PullText> {
  const before = await readBucketPull(calls, number);
  if (before.state !== 'open') return before;
  const path = { ...calls.at, pull_request_id: number };
  await calls.tell(`decline pull request #${number}`, (client) =>
    client.POST(`${ONE}/decline`, { params: { path } }),
  );
  if (comment !== undefined)
    await calls.tell('comment', (client) =>
      client.POST(`${ONE}/comments`, {
        params: { path },
        body: { type: 'pullrequest_comment', content: { raw: comment } } as never,
      }),
    );
  const now = await readBucketPull(calls, number);
  if (now.state === 'open') throw notKept(calls.name, number);
  return now;
}
