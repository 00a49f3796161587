import type { Github } from './github.ts';
import { githubDescription } from './github-openapi.ts';
import { bareRefs, memoryRefs, type Refs } from './github-refs.ts';

/** A comment as a server keeps it. */
export interface KeptComment {
  id: number;
  author: string;
  body: string;
}

/** A pull request or issue as the server keeps it. */
export interface Kept {
  number: number;
  author: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  draft: boolean;
  head: string;
  /** The repository that the head is in. */
  from: string | null;
  base: string;
  sha: string;
  mergedAs: string | null;
  labels: string[];
  comments: KeptComment[];
  reviewers: string[];
  pull: boolean;
  /** Looks that are left until the merge queue merges it, or takes it out; `null`: it is in none. */
  queued: number | null;
  /** For which head and base mergeability is known: GitHub works it out after the first question. */
  known: string;
}

export interface Check {
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'neutral' | null;
}

/** What protects every branch of a repository. */
export interface Rules {
  checks: string[];
  /** They are required by a ruleset, and not by the older protection of branches. */
  inRuleset: boolean;
  reviews: number;
  /** Merges go through a queue that takes so many looks. */
  queue: number | null;
  /** The queue takes them out instead of merging them. */
  queueRefuses: boolean;
  methods: ('merge' | 'squash' | 'rebase')[];
}

export interface HubRepo {
  name: string;
  refs: Refs;
  items: Kept[];
  reviews: { login: string; state: string; sha: string }[];
  checks: Check[];
  /** The newest last, by commit. */
  statuses: Map<string, { context: string; state: string; description: string | null }[]>;
  rules: Rules;
  /** Logins; `null`: everybody with a token. */
  readers: string[] | null;
  writers: string[] | null;
}

export interface RepoOptions {
  /** The bare repository behind it; without one its branches are a map. */
  bare?: string;
  rules?: Partial<Rules>;
  readers?: string[];
  writers?: string[];
}

export function repoOf(_hub: Github, name: string, options: RepoOptions = {}): HubRepo {
  return {
    name,
    refs: options.bare === undefined ? memoryRefs() : bareRefs(options.bare),
    items: [],
    reviews: [],
    checks: [],
    statuses: new Map(),
    rules: {
      checks: [],
      inRuleset: false,
      reviews: 0,
      queue: null,
      queueRefuses: false,
      methods: ['merge', 'squash', 'rebase'],
      ...options.rules,
    },
    readers: options.readers ?? null,
    writers: options.writers ?? null,
  };
}

type Answer = [status: number, data: unknown, headers?: Record<string, string>];

const no = (status: number, message: string): Answer => [status, { message, documentation_url: 'https://x' }];
const invalid = (message: string): Answer => [
  422,
  {
    message: 'Validation Failed',
    documentation_url: 'https://x',
    errors: [{ resource: 'PullRequest', code: 'custom', message }],
  },
];

const may = (list: string[] | null, login: string): boolean => list === null || list.includes(login);

/** One request to the REST interface. */
export function answer(
  hub: Github,
  login: string,
  method: string,
  url: URL,
  body: Record<string, unknown>,
): Answer {
  if (url.pathname === '/user') return [200, { ...githubDescription().example('private-user'), login }];
  const [, owner = '', short = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const repo = hub.repos.get(`${owner}/${short}`);
  if (repo === undefined || !may(repo.readers, login)) return no(404, 'Not Found');
  const number = Number(/^(?:pulls|issues)\/(\d+)/.exec(rest)?.[1]);
  const item = repo.items.find((kept) => kept.number === number);
  const isWrite = method !== 'GET';
  const route = `${method} ${decodeURIComponent(rest)
    .replace(/[0-9a-f]{40}/, 'SHA')
    .replace(/\d+/, 'N')}`;
  // Anybody who reads may open an issue or a pull request from a fork; what others wrote is for those who write.
  const open =
    route === 'POST issues' ||
    route === 'POST forks' ||
    (route === 'POST pulls' && String(body.head).includes(':'));
  const comment = repo.items
    .flatMap(({ comments }) => comments)
    .find(({ id }) => rest === `issues/comments/${id}`);
  const isOwn = /^PATCH (issues|pulls)|comments/.test(route) && (comment ?? item)?.author === login;
  if (isWrite && !open && !isOwn && !may(repo.writers, login))
    return no(403, 'Must have write access to the repository.');
  if (Number.isInteger(number) && item === undefined) return no(404, 'Not Found');
  switch (route) {
    case 'GET ':
      return [200, repoJson(repo)];
    // A fork is there when its user asks for it: a test adds it beside the bare repository behind it.
    case 'POST forks': {
      const fork = hub.repos.get(`${login}/${short}`);
      return fork === undefined ? no(403, 'This repository cannot be forked.') : [202, repoJson(fork)];
    }
    case 'GET pulls':
      return paged(
        url,
        wantedPulls(repo, url).map((pull) => simplePull(hub, repo, pull)),
      );
    case 'POST pulls':
      return openPull(hub, repo, login, body);
    case 'POST issues': {
      const made = { ...blank(repo, body), author: login };
      // Labels of whoever may not write are dropped without a word.
      if (!may(repo.writers, login)) made.labels = [];
      repo.items.push(made);
      return [201, issueJson(repo, made)];
    }
    case 'GET issues':
      return paged(
        url,
        repo.items
          .filter((issue) => url.searchParams.get('state') === 'all' || issue.state === 'open')
          .filter((issue) => [null, ...issue.labels].includes(url.searchParams.get('labels')))
          .map((issue) => issueJson(repo, issue)),
      );
    case 'GET rules/branches/main':
      return [200, repo.rules.inRuleset && repo.rules.checks.length > 0 ? [requiredChecks(repo)] : []];
    case 'GET branches/main':
      return [200, branchJson(repo)];
    case 'GET commits/SHA/check-runs':
      return [200, { total_count: repo.checks.length, check_runs: repo.checks.map(checkJson) }];
    case 'GET commits/SHA/status':
      return [
        200,
        {
          ...githubDescription().example('combined-commit-status'),
          state: 'success',
          statuses: newestOf(repo, shaIn(rest)).map(statusJson),
          total_count: newestOf(repo, shaIn(rest)).length,
        },
      ];
    case 'POST statuses/SHA': {
      const { context, state, description } = body as Record<string, string>;
      const said = { context: context ?? '', state: state ?? '', description: description ?? null };
      const sha = shaIn(rest);
      repo.statuses.set(sha, [...(repo.statuses.get(sha) ?? []), said]);
      return [201, { ...githubDescription().example('status'), ...said }];
    }
  }
  if (route === 'PATCH issues/comments/N') {
    if (comment === undefined) return no(404, 'Not Found');
    comment.body = String(body.body);
    return [200, commentJson(comment)];
  }
  if (item === undefined) return no(404, 'Not Found');
  moveOn(hub, repo, item);
  switch (route) {
    case 'GET pulls/N': {
      const answered = pullJson(hub, repo, item);
      item.known = heads(repo, item);
      return [200, answered];
    }
    case 'GET pulls/N/reviews':
      return [200, repo.reviews.map(reviewJson)];
    case 'PATCH pulls/N':
    case 'PATCH issues/N':
      if (body.state === 'open' && item.mergedAs !== null) return invalid('a merged one stays closed');
      for (const key of ['title', 'body', 'state'] as const)
        if (typeof body[key] === 'string') Object.assign(item, { [key]: body[key] });
      return [200, route === 'PATCH pulls/N' ? pullJson(hub, repo, item) : issueJson(repo, item)];
    case 'POST issues/N/labels':
      item.labels.push(...(body.labels as string[]));
      return [200, item.labels.map(labelJson)];
    case 'GET issues/N/comments':
      return paged(url, item.comments.map(commentJson));
    case 'POST issues/N/comments': {
      const made = { id: idAfter(repo.items), author: login, body: String(body.body) };
      item.comments.push(made);
      return [201, commentJson(made)];
    }
    case 'POST pulls/N/requested_reviewers':
      item.reviewers.push(...(body.reviewers as string[]));
      return [201, simplePull(hub, repo, item)];
    case 'PUT pulls/N/merge':
      return mergePull(repo, item, body);
  }
  return no(404, 'Not Found');
}

/** An id that no comment has. */
const idAfter = (items: readonly Kept[]): number =>
  Math.max(0, ...items.flatMap(({ comments }) => comments.map(({ id }) => id))) + 1;

const commentJson = ({ id, author, body }: KeptComment): Json => ({
  ...githubDescription().example('issue-comment'),
  id,
  body,
  user: userJson(author),
});

function paged(url: URL, list: unknown[]): Answer {
  const size = Number(url.searchParams.get('per_page') ?? 30);
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const link: Record<string, string> =
    page * size < list.length ? { link: `<${next.href}>; rel="next"` } : {};
  return [200, list.slice((page - 1) * size, page * size), link];
}

function wantedPulls(repo: HubRepo, url: URL): Kept[] {
  const { searchParams: asked } = url;
  const state = asked.get('state') ?? 'open';
  const [owner, branch] = (asked.get('head') ?? '').split(':');
  return repo.items
    .filter((pull) => pull.pull && (state === 'all' || pull.state === state))
    .filter((pull) => branch === undefined || (pull.head === branch && pull.from?.split('/')[0] === owner))
    .filter((pull) => !asked.has('base') || pull.base === asked.get('base'))
    .toReversed();
}

function openPull(hub: Github, repo: HubRepo, login: string, body: Record<string, unknown>): Answer {
  const [first = '', second] = String(body.head).split(':');
  const [own] = repo.name.split('/');
  const owner = second === undefined ? own : first;
  const branch = second ?? first;
  const from = [...hub.repos.values()].find((other) => other.name === `${owner}/${repo.name.split('/')[1]}`);
  const sha = from?.refs.get(branch);
  const base = String(body.base);
  if (from === undefined || sha === undefined) return invalid('head is invalid');
  if (repo.refs.get(base) === undefined) return invalid('base is invalid');
  if (from === repo && branch === base) return invalid('head and base are the same');
  if (repo.refs.has(base, sha)) return invalid(`No commits between ${base} and ${branch}`);
  const same = (pull: Kept) => pull.head === branch && pull.from === from.name && pull.base === base;
  if (repo.items.some((pull) => pull.pull && pull.state === 'open' && same(pull)))
    return invalid(`A pull request already exists for ${owner}:${branch}.`);
  const made = { ...blank(repo, body), author: login, pull: true, head: branch, from: from.name, base, sha };
  repo.items.push(made);
  return [201, pullJson(hub, repo, made)];
}

function mergePull(repo: HubRepo, item: Kept, body: Record<string, unknown>): Answer {
  if (item.state !== 'open') return no(405, 'Pull Request is not mergeable');
  if (item.draft) return no(405, 'Pull Request is still a draft');
  if (typeof body.sha === 'string' && body.sha !== item.sha)
    return no(409, 'Head branch was modified. Review and try the merge again.');
  if (!repo.refs.merges(item.base, item.sha)) return no(405, 'Pull Request is not mergeable');
  if (stateOf(repo, item) === 'blocked') return no(405, 'At least 1 approving review or check is required.');
  if (repo.rules.queue !== null)
    return no(405, 'Repository rule violations found\n\nChanges must be made through the merge queue');
  const way = String(body.merge_method ?? 'merge') as Rules['methods'][number];
  if (!repo.rules.methods.includes(way))
    return no(405, `${way === 'merge' ? 'Merge commits' : way} are not allowed on this repository.`);
  land(repo, item);
  return [200, { merged: true, sha: item.mergedAs, message: 'Pull Request successfully merged' }];
}

function land(repo: HubRepo, item: Kept): void {
  item.mergedAs = repo.refs.merge(item.base, item.sha, `Merge pull request #${item.number}`);
  item.state = 'closed';
  item.queued = null;
}

/** Pushes move an open one; each look brings the queue on. */
export function moveOn(hub: Github, repo: HubRepo, item: Kept): void {
  if (!item.pull || item.state !== 'open') return;
  item.sha = hub.repos.get(item.from ?? '')?.refs.get(item.head) ?? item.sha;
  if (item.queued === null) return;
  item.queued -= 1;
  if (item.queued > 0) return;
  if (repo.rules.queueRefuses) item.queued = null;
  else land(repo, item);
}

const heads = (repo: HubRepo, item: Kept): string => `${item.sha} ${repo.refs.get(item.base)}`;

const shaIn = (path: string): string => /[0-9a-f]{40}/.exec(path)?.[0] ?? '';

/** The newest status of each context. */
export const newestOf = ({ statuses }: HubRepo, sha: string) => [
  ...new Map((statuses.get(sha) ?? []).map((status) => [status.context, status])).values(),
];

const requiredChecks = ({ name, rules }: HubRepo): Json => ({
  type: 'required_status_checks',
  ruleset_source_type: 'Repository',
  ruleset_source: name,
  ruleset_id: 7,
  parameters: {
    required_status_checks: rules.checks.map((context) => ({ context })),
    strict_required_status_checks_policy: false,
  },
});

function branchJson({ rules }: HubRepo): Json {
  const contexts = rules.inRuleset ? [] : rules.checks;
  const enforcement = contexts.length > 0 ? 'non_admins' : 'off';
  return {
    ...githubDescription().example('branch-get'),
    protection: {
      enabled: contexts.length > 0,
      required_status_checks: { enforcement_level: enforcement, contexts, checks: [] },
    },
  };
}

const statusJson = (status: ReturnType<typeof newestOf>[number]): Json => ({
  ...githubDescription().example<{ statuses: Json[] }>('combined-commit-status').statuses[0],
  ...status,
});

/** `mergeable_state`, from the rules. */
function stateOf(repo: HubRepo, item: Kept): string {
  if (item.draft) return 'draft';
  if (!repo.refs.merges(item.base, item.sha)) return 'dirty';
  const good = (name: string) =>
    repo.checks.some(
      (check) => check.name === name && ['success', 'neutral'].includes(check.conclusion ?? ''),
    ) || newestOf(repo, item.sha).some(({ context, state }) => context === name && state === 'success');
  if (!repo.rules.checks.every(good) || lacksReviews(repo)) return 'blocked';
  return repo.checks.every(({ name }) => good(name)) ? 'clean' : 'unstable';
}

export function lacksReviews({ reviews, rules }: HubRepo): boolean {
  const latest = [...new Map(reviews.map(({ login, state }) => [login, state])).values()];
  const approvals = latest.filter((review) => review === 'APPROVED').length;
  return approvals < rules.reviews || (rules.reviews > 0 && latest.includes('CHANGES_REQUESTED'));
}

const blank = (repo: HubRepo, body: Record<string, unknown>): Kept => ({
  number: repo.items.length + 1,
  author: 'eric',
  title: String(body.title ?? ''),
  body: String(body.body ?? ''),
  state: 'open',
  draft: body.draft === true,
  head: '',
  from: null,
  base: '',
  sha: '',
  mergedAs: null,
  labels: Array.isArray(body.labels) ? [...(body.labels as string[])] : [],
  comments: [],
  reviewers: [],
  pull: false,
  queued: null,
  known: '',
});

type Json = Record<string, unknown>;

const userJson = (login: string): Json => ({
  ...(githubDescription().example('pull-request').user as Json),
  login,
});

const labelJson = (name: string): Json => ({
  ...githubDescription().example<Json[]>('label-items')[0],
  name,
});

const reviewJson = ({ login, state, sha }: HubRepo['reviews'][number]): Json => ({
  ...githubDescription().example<Json[]>('pull-request-review-items')[0],
  user: userJson(login),
  state,
  commit_id: sha,
});

const checkJson = (check: Check): Json => ({
  ...((githubDescription().example('check-run-paginated') as { check_runs: Json[] }).check_runs[0] as Json),
  ...check,
});

const repoJson = (repo: HubRepo): Json => {
  const {
    source: _source,
    parent: _parent,
    ...rest
  } = githubDescription().example('full-repository-default-response');
  return {
    ...rest,
    language: null,
    full_name: repo.name,
    name: repo.name.split('/')[1],
    owner: userJson(repo.name.split('/')[0] ?? ''),
    allow_merge_commit: repo.rules.methods.includes('merge'),
    allow_squash_merge: repo.rules.methods.includes('squash'),
    allow_rebase_merge: repo.rules.methods.includes('rebase'),
  };
};

const common = (repo: HubRepo, item: Kept): Json => ({
  number: item.number,
  title: item.title,
  body: item.body === '' ? null : item.body,
  state: item.state,
  user: userJson(item.author),
  html_url: `https://github.example/${repo.name}/${item.pull ? 'pull' : 'issues'}/${item.number}`,
  labels: item.labels.map(labelJson),
});

function issueJson(repo: HubRepo, item: Kept): Json {
  const { pull_request: mark, ...rest } = githubDescription().example('issue');
  return { ...rest, ...common(repo, item), ...(item.pull ? { pull_request: mark } : {}) };
}

function pullCommon(hub: Github, repo: HubRepo, item: Kept, example: Json): Json {
  const side = (name: 'head' | 'base', ref: string, sha: string, at: string | null): Json => {
    const given = example[name] as Json;
    const owner = at?.split('/')[0] ?? 'ghost';
    const known = hub.repos.get(at ?? '');
    const home = known === undefined ? null : { ...(given.repo as Json), full_name: known.name };
    return { ...given, label: `${owner}:${ref}`, ref, sha, user: userJson(owner), repo: home };
  };
  return {
    ...example,
    ...common(repo, item),
    draft: item.draft,
    requested_reviewers: item.reviewers.map(userJson),
    requested_teams: [],
    auto_merge: null,
    head: side('head', item.head, item.sha, item.from),
    base: side('base', item.base, repo.refs.get(item.base) ?? '', repo.name),
    merged_at: item.mergedAs === null ? null : '2026-01-24T10:00:00Z',
    merge_commit_sha: item.mergedAs,
  };
}

const simplePull = (hub: Github, repo: HubRepo, item: Kept): Json =>
  pullCommon(hub, repo, item, githubDescription().example<Json[]>('pull-request-simple-items')[0] as Json);

function pullJson(hub: Github, repo: HubRepo, item: Kept): Json {
  const state = item.known === heads(repo, item) ? stateOf(repo, item) : 'unknown';
  return {
    ...pullCommon(hub, repo, item, githubDescription().example('pull-request')),
    node_id: `${repo.name}#${item.number}`,
    merged: item.mergedAs !== null,
    merged_by: null,
    mergeable: state === 'unknown' || item.state === 'closed' ? null : state !== 'dirty',
    mergeable_state: state,
  };
}
