import type {
  Branch,
  CombinedStatus,
  CommitStatus,
  Issue,
  Label,
  PullRequest,
  PullReview,
  Repository,
  User,
} from 'gitea-js';
import type { Gitea } from './gitea.ts';
import { bareRefs, memoryRefs, type Refs } from './github-refs.ts';
import type { KeptComment } from './github-repo.ts';
import type { Answer, Body } from './served.ts';

/** An issue or a pull request as the server keeps it: they share their numbers. */
export interface KeptItem {
  number: number;
  author: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  labels: string[];
  comments: KeptComment[];
  /** `null`: an issue. */
  pull: KeptPull | null;
}

interface KeptPull {
  head: string;
  /** `owner/name` of the repository that the head is in. */
  from: string;
  /** Those of a fork. */
  forkRefs: Refs | null;
  base: string;
  sha: string;
  mergedAs: string | null;
  reviewers: string[];
  /** Looks that are left until its mergeability is known. */
  checking: number;
}

export interface Rules {
  /** Contexts that must succeed; `null`: none has to. */
  checks: string[] | null;
  approvals: number;
  /** Only this style of merging is allowed. */
  style: 'merge' | 'squash' | null;
}

export interface TeaRepo {
  id: number;
  path: string;
  /** The repository that this is a fork of. */
  forkOf: string | null;
  refs: Refs;
  items: KeptItem[];
  labels: string[];
  reviews: { user: string; state: string }[];
  /** The newest of each context, by commit. */
  statuses: Map<string, { context: string; status: string; description: string }[]>;
  rules: Rules;
  /** User names; `null`: everybody with a token. */
  readers: string[] | null;
  writers: string[] | null;
}

export interface RepoOptions {
  bare?: string;
  readers?: string[];
  writers?: string[];
}

export const repoOf = (id: number, path: string, options: RepoOptions = {}): TeaRepo => ({
  id,
  path,
  forkOf: null,
  refs: options.bare === undefined ? memoryRefs() : bareRefs(options.bare),
  items: [],
  labels: [],
  reviews: [],
  statuses: new Map(),
  rules: { checks: null, approvals: 0, style: null },
  readers: options.readers ?? null,
  writers: options.writers ?? null,
});

const no = (status: number, message: string): Answer => [
  status,
  { message, url: 'http://tea/api/swagger', errors: [] },
];
const may = (list: string[] | null, name: string): boolean => list === null || list.includes(name);
const userJson = (login: string): User => ({ id: login.length, login });

/** One request to the REST interface. */
export function answer(tea: Gitea, name: string, method: string, url: URL, body: Body): Answer {
  if (url.pathname === '/user') return [200, userJson(name)];
  const [, path = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const repo = tea.repos.get(path);
  if (repo === undefined || !may(repo.readers, name)) return no(404, "The target couldn't be found.");
  const number = Number(/^(?:pulls|issues)\/(\d+)/.exec(rest)?.[1]);
  const sha = /[0-9a-f]{40}/.exec(rest)?.[0] ?? '';
  const route = `${method} ${rest.replace(/[0-9a-f]{40}/, 'SHA').replace(/\/\d+/, '/N')}`;
  const isWriter = may(repo.writers, name);
  const isOfWriters = /^(?:POST labels$|POST statuses|POST issues\/N\/labels$)/;
  if (!isWriter && isOfWriters.test(route))
    return no(403, 'user should have a permission to write to a repo');
  const item = repo.items.find((kept) => kept.number === number);
  switch (route) {
    case 'GET ':
      return [200, settingsJson(repo)];
    case 'GET pulls': {
      // What it filters by is the state alone, whatever else is asked for.
      const state = url.searchParams.get('state') ?? 'open';
      const found = repo.items.filter((kept) => kept.pull !== null && [kept.state, 'all'].includes(state));
      return paged(
        url,
        found.reverse().map((kept) => pullJson(repo, kept)),
      );
    }
    case 'POST pulls':
      return open(tea, repo, name, body);
    case 'GET forks':
      return paged(url, [...tea.repos.values()].filter(({ forkOf }) => forkOf === repo.path).map(forkJson));
    case 'POST forks': {
      const path = `${name}/${repo.path.split('/')[1]}`;
      if (tea.repos.has(path)) return no(409, 'The repository with the same name already exists.');
      const made = tea.add(path);
      made.forkOf = repo.path;
      return [202, forkJson(made)];
    }
    case 'GET labels':
      return paged(
        url,
        repo.labels.map((label) => labelJson(repo, label)),
      );
    case 'POST labels': {
      const label = String(body.name);
      repo.labels.push(label);
      return [201, labelJson(repo, label)];
    }
    case 'GET issues': {
      const { searchParams: query } = url;
      const label = query.get('labels');
      const found = repo.items
        .filter((kept) => kept.pull === null && [kept.state, 'all'].includes(query.get('state') ?? 'open'))
        // A label that does not exist filters nothing.
        .filter((kept) => label === null || !repo.labels.includes(label) || kept.labels.includes(label));
      return paged(
        url,
        found.reverse().map((kept) => issueJson(repo, kept)),
      );
    }
    case 'POST issues': {
      const made = addItem(repo, name, body, null);
      // Labels of a user who may not write are dropped without a word.
      if (isWriter) made.labels = named(repo, body.labels);
      return [201, issueJson(repo, made)];
    }
    case 'GET commits/SHA/status': {
      const all = repo.statuses.get(sha) ?? [];
      const [, statuses] = paged(url, all.map(statusJson)) as [number, CommitStatus[]];
      return [200, { sha, state: 'success', statuses, total_count: all.length } satisfies CombinedStatus];
    }
    case 'POST statuses/SHA': {
      const { context = '', state = '', description = '' } = body as Record<string, string>;
      const made = { context, status: state, description };
      const others = (repo.statuses.get(sha) ?? []).filter((status) => status.context !== context);
      repo.statuses.set(sha, [...others, made]);
      return [201, statusJson(made)];
    }
  }
  if (route.startsWith('GET branches/')) {
    const branch = decodeURIComponent(rest.slice('branches/'.length));
    return [200, branchJson(repo, branch, isWriter)];
  }
  if (route === 'PATCH issues/comments/N') {
    const comment = repo.items.flatMap(({ comments }) => comments).find(({ id }) => rest.endsWith(`/${id}`));
    if (comment === undefined) return no(404, "The target couldn't be found.");
    if (!isWriter && comment.author !== name) return no(403, 'Forbidden');
    comment.body = String(body.body);
    return [200, commentJson(comment)];
  }
  if (item === undefined) return no(404, "The target couldn't be found.");
  if (!isWriter && item.author !== name && route.startsWith('PATCH ')) return no(403, 'Forbidden');
  switch (route) {
    case 'PATCH issues/N':
    case 'PATCH pulls/N':
      edit(item, body);
      return [201, route.includes('pulls') ? pullJson(repo, item) : issueJson(repo, item)];
    case 'POST issues/N/comments':
      item.comments.push({
        id: 100 * item.number + item.comments.length,
        author: name,
        body: String(body.body),
      });
      return [201, item.comments.slice(-1).map(commentJson)[0]];
    case 'GET issues/N/comments':
      return [200, item.comments.map(commentJson)];
    case 'POST issues/N/labels':
      item.labels = [...new Set([...item.labels, ...named(repo, body.labels)])];
      return [200, item.labels.map((label) => labelJson(repo, label))];
  }
  return item.pull === null
    ? no(404, "The target couldn't be found.")
    : ofPull(tea, repo, name, route, item, item.pull, body);
}

function ofPull(
  tea: Gitea,
  repo: TeaRepo,
  name: string,
  route: string,
  item: KeptItem,
  pull: KeptPull,
  body: Body,
): Answer {
  if (item.state === 'open') pull.sha = current(repo, pull);
  switch (route) {
    case 'GET pulls/N': {
      const said = pullJson(repo, item);
      if (pull.checking > 0) pull.checking -= 1;
      return [200, said];
    }
    case 'GET pulls/N/reviews':
      return [200, repo.reviews.map(({ user, state }) => reviewJson(user, state))];
    case 'POST pulls/N/requested_reviewers': {
      const asked = body.reviewers as string[];
      const stranger = asked.find((user) => ![...tea.tokens.values()].includes(user));
      if (stranger !== undefined) return no(404, `user doesn't exist [uid: 0, name: ${stranger}]`);
      pull.reviewers = [...new Set([...pull.reviewers, ...asked])];
      return [201, asked.map((user) => reviewJson(user, 'REQUEST_REVIEW'))];
    }
    case 'POST pulls/N/merge':
      return merge(repo, name, item, pull, body);
  }
  return no(404, "The target couldn't be found.");
}

const commentJson = ({ id, author, body }: KeptComment) => ({ id, body, user: userJson(author) });

function addItem(repo: TeaRepo, author: string, body: Body, pull: KeptPull | null): KeptItem {
  const made: KeptItem = {
    number: repo.items.length + 1,
    author,
    title: String(body.title),
    body: String(body.body ?? ''),
    state: 'open',
    labels: [],
    comments: [],
    pull,
  };
  repo.items.push(made);
  return made;
}

function open(tea: Gitea, repo: TeaRepo, author: string, body: Body): Answer {
  const [head = '', owner] = String(body.head).split(':').reverse();
  const from = owner === undefined ? repo : tea.repos.get(`${owner}/${repo.path.split('/')[1]}`);
  const sha = from?.refs.get(head);
  if (from === undefined || sha === undefined) return no(404, `branch does not exist [name: ${head}]`);
  if (repo.refs.get(String(body.base)) === undefined) return no(404, 'BaseNotExist');
  const same = repo.items.find(
    ({ state, pull }) => state === 'open' && pull?.head === head && pull.from === from.path,
  );
  if (same !== undefined)
    return no(
      409,
      `pull request already exists for these targets [id: ${same.number}, head_branch: ${head}]`,
    );
  const pull: KeptPull = {
    head,
    from: from.path,
    forkRefs: from === repo ? null : from.refs,
    base: String(body.base),
    sha,
    mergedAs: null,
    reviewers: [],
    checking: 1,
  };
  return [201, pullJson(repo, addItem(repo, author, body, pull))];
}

function edit(item: KeptItem, body: Body): void {
  if (typeof body.title === 'string') item.title = body.title;
  if (typeof body.body === 'string') item.body = body.body;
  if (body.state === 'closed') item.state = 'closed';
}

function merge(repo: TeaRepo, name: string, item: KeptItem, pull: KeptPull, body: Body): Answer {
  if (!may(repo.writers, name)) return no(405, 'User not allowed to merge PR');
  if (pull.mergedAs !== null || item.state === 'closed') return no(405, 'The PR is already closed');
  if (isDraft(item)) return no(405, 'Work in progress PRs cannot be merged');
  if (!isMergeable(repo, item, pull)) {
    pull.checking = Math.max(0, pull.checking - 1);
    return no(405, 'Please try again later');
  }
  if (approvals(repo) < repo.rules.approvals) return no(405, 'Does not have enough approvals');
  const statuses = repo.statuses.get(pull.sha) ?? [];
  const isGreen = (pattern: string) => {
    const asked = statuses.filter(({ context }) =>
      pattern.endsWith('*') ? context.startsWith(pattern.slice(0, -1)) : context === pattern,
    );
    return asked.length > 0 && asked.every(({ status }) => status === 'success');
  };
  if (!(repo.rules.checks ?? []).every(isGreen)) return no(405, 'Not all required status checks successful');
  if (repo.rules.style !== null && body.Do !== repo.rules.style)
    return no(405, `${body.Do} is not allowed an allowed merge style for this repository`);
  if (body.head_commit_id !== undefined && body.head_commit_id !== pull.sha)
    return no(409, 'head out of date');
  pull.mergedAs = repo.refs.merge(pull.base, pull.sha, `Merge pull request '${item.title}'`);
  item.state = 'closed';
  return [200];
}

const current = (repo: TeaRepo, pull: KeptPull): string =>
  (pull.from === repo.path ? repo.refs : pull.forkRefs)?.get(pull.head) ?? pull.sha;

const isDraft = ({ title }: KeptItem): boolean => /^(?:wip:|\[wip\])/i.test(title);

const isMergeable = (repo: TeaRepo, item: KeptItem, pull: KeptPull): boolean =>
  pull.checking === 0 && !isDraft(item) && repo.refs.merges(pull.base, pull.sha);

const approvals = ({ reviews }: TeaRepo): number =>
  reviews.filter(({ state }) => state === 'APPROVED').length;

const named = (repo: TeaRepo, ids: unknown): string[] =>
  ((ids ?? []) as number[]).map((id) => repo.labels[id - 1] ?? '');

const labelJson = (repo: TeaRepo, name: string): Label => ({
  id: repo.labels.indexOf(name) + 1,
  name,
  color: 'ededed',
});

const statusJson = (status: { context: string; status: string; description: string }): CommitStatus => ({
  ...status,
  target_url: '',
});

const reviewJson = (login: string, state: string): PullReview => ({
  user: userJson(login),
  state,
  official: true,
  dismissed: false,
  stale: false,
  commit_id: '',
});

function settingsJson({ path, rules: { style } }: TeaRepo): Repository {
  return {
    full_name: path,
    allow_merge_commits: style !== 'squash',
    allow_squash_merge: style !== 'merge',
    allow_rebase: style === null,
    default_merge_style: style ?? 'merge',
  };
}

function forkJson({ path }: TeaRepo): Repository {
  const [owner = '', name = ''] = path.split('/');
  return { name, full_name: path, fork: true, owner: userJson(owner) };
}

const branchJson = ({ rules }: TeaRepo, name: string, isWriter: boolean): Branch => ({
  name,
  protected: rules.checks !== null || rules.approvals > 0,
  enable_status_check: rules.checks !== null,
  status_check_contexts: rules.checks ?? [],
  required_approvals: rules.approvals,
  user_can_merge: isWriter,
});

function pullJson(repo: TeaRepo, item: KeptItem) {
  const { pull } = item;
  if (pull === null) throw new Error(`#${item.number} is an issue`);
  const merged = pull.mergedAs !== null;
  const isThere = pull.from !== repo.path || repo.refs.get(pull.head) !== undefined;
  return {
    number: item.number,
    html_url: `https://tea.example/${repo.path}/pulls/${item.number}`,
    title: item.title,
    body: item.body,
    state: item.state,
    draft: isDraft(item),
    labels: item.labels.map((label) => labelJson(repo, label)),
    requested_reviewers: pull.reviewers.map(userJson),
    mergeable: item.state === 'open' && isMergeable(repo, item, pull),
    merged,
    merge_commit_sha: pull.mergedAs as string,
    head: {
      label: pull.head,
      ref: isThere ? pull.head : `refs/pull/${item.number}/head`,
      sha: current(repo, pull),
      repo_id: repo.id,
      repo: { full_name: pull.from },
    },
    base: {
      label: pull.base,
      ref: pull.base,
      sha: repo.refs.get(pull.base) ?? '',
      repo: { full_name: repo.path },
    },
    user: userJson(item.author),
  } satisfies PullRequest;
}

const issueJson = (repo: TeaRepo, item: KeptItem): Issue => ({
  number: item.number,
  title: item.title,
  body: item.body,
  state: item.state,
  labels: item.labels.map((label) => labelJson(repo, label)),
  user: userJson(item.author),
});

/** Fifty at most, whatever is asked for. */
function paged<T>(url: URL, list: T[]): Answer {
  const size = Math.min(50, Number(url.searchParams.get('limit') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  return [200, list.slice((page - 1) * size, page * size), { 'x-total-count': String(list.length) }];
}
