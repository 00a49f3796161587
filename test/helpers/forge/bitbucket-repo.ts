import type { Bitbucket } from './bitbucket.ts';
import { bareRefs, memoryRefs, type Refs } from './github-refs.ts';
import type { KeptComment } from './github-repo.ts';
import type { Answer, Body } from './served.ts';

/** A pull request as the server keeps it. */
export interface KeptPull {
  id: number;
  author: string;
  title: string;
  description: string;
  state: 'OPEN' | 'MERGED' | 'DECLINED';
  draft: boolean;
  head: string;
  base: string;
  sha: string;
  mergedAs: string | null;
  reviewers: string[];
  comments: KeptComment[];
  /** Looks that are left until a merge that was asked for is done; `null`: none was. */
  merging: number | null;
}

export interface Rules {
  builds: number;
  approvals: number;
  /** Who may read them. */
  readers: string[];
  /** Only this way of merging is allowed. */
  strategy: string | null;
  /** Looks that a merge takes. */
  slow: number;
}

export interface BucketRepo {
  path: string;
  refs: Refs;
  pulls: KeptPull[];
  approvedBy: string[];
  /** By commit; of a key there is one. */
  statuses: Map<string, { key: string; name: string; state: string; description: string }[]>;
  rules: Rules;
  /** User names; `null`: everybody with a token. */
  readers: string[] | null;
  writers: string[] | null;
}

export interface RepoOptions {
  bare?: string;
  writers?: string[];
}

export const repoOf = (path: string, options: RepoOptions = {}): BucketRepo => ({
  path,
  refs: options.bare === undefined ? memoryRefs() : bareRefs(options.bare),
  pulls: [],
  approvedBy: [],
  statuses: new Map(),
  rules: { builds: 0, approvals: 0, readers: ['eric'], strategy: null, slow: 0 },
  readers: null,
  writers: options.writers ?? null,
});

const no = (status: number, message: string): Answer => [status, { type: 'error', error: { message } }];
const may = (list: string[] | null, name: string): boolean => list === null || list.includes(name);
const userJson = (name: string) => ({ type: 'user', uuid: `{${name}}`, nickname: name, display_name: name });
const page = <T>(values: T[]): Answer => [200, { values, pagelen: 100, size: values.length, page: 1 }];
const short = (sha: string): string => sha.slice(0, 12);

/** One request to the REST interface. */
export function answer(bucket: Bitbucket, name: string, method: string, url: URL, body: Body): Answer {
  if (/^\/workspaces\/[^/]+\/members$/.test(url.pathname))
    return page(
      [...new Set(bucket.tokens.values())].map((user) => ({
        type: 'workspace_membership',
        user: userJson(user),
      })),
    );
  if (url.pathname === '/user') return [200, userJson(name)];
  const [, path = '', rest = ''] = /^\/repositories\/([^/]+\/[^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const repo = bucket.repos.get(path);
  if (repo === undefined || !may(repo.readers, name))
    return no(404, 'You may not have access to this repository or it no longer exists');
  if (method !== 'GET' && !may(repo.writers, name))
    return no(403, 'Your credentials lack one or more scopes');
  const sha = /[0-9a-f]{40}/.exec(rest)?.[0] ?? '';
  const route = `${method} ${rest.replace(/[0-9a-f]{40}/, 'SHA').replace(/\/\d+(?=\/|$)/g, '/N')}`;
  switch (route) {
    case 'GET pullrequests':
      return found(repo, url);
    case 'POST pullrequests':
      return open(repo, name, body);
    case 'GET branch-restrictions':
      return may(repo.rules.readers, name) ? page(rulesJson(repo)) : no(403, 'Access denied');
    case 'GET commit/SHA/statuses':
      return page((repo.statuses.get(sha) ?? []).map((status) => ({ type: 'build', ...status })));
    case 'POST commit/SHA/statuses/build': {
      const {
        key = '',
        name: title = '',
        state = '',
        description = '',
        url: page,
      } = body as Record<string, string>;
      if (page === undefined) return no(400, 'url: required key not provided');
      const made = { key, name: title, state, description };
      const others = (repo.statuses.get(sha) ?? []).filter((status) => status.key !== key);
      repo.statuses.set(sha, [...others, made]);
      return [201, { type: 'build', ...made }];
    }
  }
  const commit = /^commit\/([0-9a-f]+)$/.exec(rest)?.[1];
  if (method === 'GET' && commit !== undefined) return wholeOf(repo, commit);
  if (rest.startsWith('refs/branches/')) {
    const branch = decodeURIComponent(rest.slice('refs/branches/'.length));
    const hash = repo.refs.get(branch);
    return hash === undefined
      ? no(404, `Branch "${branch}" not found`)
      : [200, { name: branch, target: { hash } }];
  }
  const pull = repo.pulls.find(({ id }) => id === Number(/^pullrequests\/(\d+)/.exec(rest)?.[1]));
  return pull === undefined ? no(404, 'Not found') : ofPull(repo, name, route, pull, body, url);
}

function ofPull(repo: BucketRepo, name: string, route: string, pull: KeptPull, body: Body, url: URL): Answer {
  moveOn(repo, pull);
  switch (route) {
    case 'GET pullrequests/N':
      return [200, pullJson(repo, pull)];
    case 'PUT pullrequests/N':
      if (typeof body.title === 'string') pull.title = body.title;
      if (typeof body.description === 'string') pull.description = body.description;
      if (typeof body.draft === 'boolean') pull.draft = body.draft;
      // What is not sent is taken away.
      pull.reviewers = ((body.reviewers ?? []) as { uuid: string }[]).map(({ uuid }) => uuid.slice(1, -1));
      return [200, pullJson(repo, pull)];
    case 'POST pullrequests/N/comments':
      pull.comments.push({ id: pull.comments.length + 1, author: name, body: rawOf(body) });
      return [201, pull.comments.slice(-1).map(commentJson)[0]];
    case 'GET pullrequests/N/comments': {
      const at = 100 * (Number(url.searchParams.get('page') ?? 1) - 1);
      return page(pull.comments.slice(at, at + 100).map(commentJson));
    }
    case 'PUT pullrequests/N/comments/N': {
      const comment = pull.comments.find(({ id }) => url.pathname.endsWith(`/${id}`));
      if (comment === undefined) return no(404, 'Not found');
      if (comment.author !== name) return no(403, 'Only its author may edit a comment');
      comment.body = rawOf(body);
      return [200, commentJson(comment)];
    }
    case 'POST pullrequests/N/decline':
      pull.state = 'DECLINED';
      return [200, pullJson(repo, pull)];
    case 'POST pullrequests/N/merge':
      return merge(repo, pull, body);
  }
  return no(404, 'Not found');
}

const rawOf = (body: Body): string => (body.content as { raw: string }).raw;

const commentJson = ({ id, author, body }: KeptComment) => ({
  ...{ type: 'pullrequest_comment', id, deleted: false },
  ...{ content: { type: 'rendered', raw: body }, user: userJson(author) },
});

function found(repo: BucketRepo, url: URL): Answer {
  const q = url.searchParams.get('q') ?? '';
  const [, head, base] = /source\.branch\.name = "(.*)" AND destination\.branch\.name = "(.*)"/.exec(q) ?? [];
  const states = url.searchParams.getAll('state');
  const list = repo.pulls.filter(
    (pull) => pull.head === head && pull.base === base && states.includes(pull.state),
  );
  return page(list.map((pull) => pullJson(repo, pull)));
}

interface Asked {
  branch: { name: string };
}

function open(repo: BucketRepo, author: string, body: Body): Answer {
  const head = (body.source as Asked).branch.name;
  const base = (body.destination as Asked).branch.name;
  const sha = repo.refs.get(head);
  if (sha === undefined) return no(400, `source: branch not found: ${head}`);
  if (repo.refs.get(base) === undefined) return no(400, `destination: branch not found: ${base}`);
  const text = {
    title: String(body.title),
    description: String(body.description ?? ''),
    draft: body.draft === true,
  };
  const same = repo.pulls.find((pull) => pull.state === 'OPEN' && pull.head === head && pull.base === base);
  if (same !== undefined) return [201, pullJson(repo, Object.assign(same, text))];
  const made: KeptPull = {
    id: repo.pulls.length + 1,
    author,
    ...text,
    state: 'OPEN',
    head,
    base,
    sha,
    mergedAs: null,
    reviewers: [],
    comments: [],
    merging: null,
  };
  repo.pulls.push(made);
  return [201, pullJson(repo, made)];
}

function merge(repo: BucketRepo, pull: KeptPull, body: Body): Answer {
  const { rules } = repo;
  if (pull.state !== 'OPEN' || pull.draft) return no(400, 'This pull request is already closed, or a draft');
  if (!repo.refs.merges(pull.base, pull.sha))
    return no(400, 'You can’t merge until you resolve all merge conflicts');
  const statuses = repo.statuses.get(pull.sha) ?? [];
  const passed = statuses.filter(({ state }) => state === 'SUCCESSFUL').length;
  if (rules.builds > 0 && (passed < rules.builds || passed < statuses.length))
    return no(400, `${rules.builds} successful builds are required`);
  if (repo.approvedBy.length < rules.approvals) return no(400, `${rules.approvals} approvals are required`);
  if (rules.strategy !== null && body.merge_strategy !== rules.strategy)
    return no(400, `merge_strategy: ${body.merge_strategy} is not allowed`);
  pull.merging = rules.slow;
  if (rules.slow > 0) return [202];
  moveOn(repo, pull);
  return [200, pullJson(repo, pull)];
}

function moveOn(repo: BucketRepo, pull: KeptPull): void {
  if (pull.state !== 'OPEN') return;
  pull.sha = repo.refs.get(pull.head) ?? pull.sha;
  if (pull.merging === null) return;
  if (pull.merging > 0) {
    pull.merging -= 1;
    return;
  }
  pull.mergedAs = repo.refs.merge(pull.base, pull.sha, `Merged in ${pull.head}`);
  pull.state = 'MERGED';
}

/** Of a commit that a pull request or a branch is at. */
function wholeOf(repo: BucketRepo, start: string): Answer {
  const known = repo.pulls.flatMap(({ sha, mergedAs }) => [sha, mergedAs ?? '']);
  const hash = known.find((sha) => sha.startsWith(start));
  return hash === undefined ? no(404, 'Commit not found') : [200, { type: 'commit', hash }];
}

function rulesJson({ rules }: BucketRepo) {
  return [
    ...(rules.builds > 0
      ? [{ kind: 'require_passing_builds_to_merge', pattern: 'main', value: rules.builds }]
      : []),
    ...(rules.approvals > 0
      ? [{ kind: 'require_approvals_to_merge', pattern: 'ma*', value: rules.approvals }]
      : []),
    { kind: 'force', pattern: '*', value: null },
  ];
}

function pullJson(repo: BucketRepo, pull: KeptPull) {
  const { strategy } = repo.rules;
  return {
    type: 'pullrequest',
    id: pull.id,
    title: pull.title,
    description: pull.description,
    state: pull.state,
    draft: pull.draft,
    author: userJson(pull.author),
    links: { html: { href: `https://bitbucket.org/${repo.path}/pull-requests/${pull.id}` } },
    merge_commit: pull.mergedAs === null ? null : { hash: short(pull.mergedAs), type: 'commit' },
    source: {
      branch: { name: pull.head },
      commit: { hash: short(pull.sha), type: 'commit' },
      repository: { full_name: repo.path },
    },
    destination: {
      branch: {
        name: pull.base,
        ...(strategy === null ? {} : { merge_strategies: [strategy], default_merge_strategy: strategy }),
      },
      commit: { hash: short(repo.refs.get(pull.base) ?? ''), type: 'commit' },
      repository: { full_name: repo.path },
    },
    reviewers: pull.reviewers.map(userJson),
    participants: repo.approvedBy.map((user) => ({
      type: 'participant',
      user: userJson(user),
      role: 'REVIEWER',
      approved: true,
      state: 'approved',
    })),
  };
}
