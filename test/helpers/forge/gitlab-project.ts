import { bareRefs, memoryRefs, type Refs } from './github-refs.ts';
import type { KeptComment } from './github-repo.ts';
import type { Gitlab } from './gitlab.ts';
import type { Answer, Body } from './served.ts';

/** A merge request as the server keeps it. */
export interface KeptRequest {
  iid: number;
  author: string;
  title: string;
  description: string;
  state: 'opened' | 'closed' | 'merged';
  head: string;
  /** The project that the head is in. */
  from: number;
  base: string;
  sha: string;
  mergedAs: string | null;
  labels: string[];
  reviewers: { username: string; state: string }[];
  notes: KeptComment[];
  /** Looks that are left until the train or the pipeline merges it; `null`: it waits for none. */
  queued: number | null;
  /** Looks that are left until its mergeability is known. */
  checking: number;
}

export interface KeptIssue {
  iid: number;
  author: string;
  title: string;
  description: string;
  state: 'opened' | 'closed';
  labels: string[];
  notes: KeptComment[];
}

export interface Job {
  name: string;
  status: string;
  description: string | null;
  allow_failure: boolean;
}

export interface LabProject {
  id: number;
  path: string;
  refs: Refs;
  requests: KeptRequest[];
  issues: KeptIssue[];
  approvedBy: string[];
  /** Jobs and statuses, the newest of each name, by commit. */
  jobs: Map<string, Job[]>;
  rules: Rules;
  /** User names; `null`: everybody with a token. */
  readers: string[] | null;
  writers: string[] | null;
}

export interface Rules {
  /** Pipelines must succeed. */
  pipeline: boolean;
  approvals: number;
  /** Merges go through a train that takes so many looks. */
  train: number | null;
  /** Threads must be resolved, and some are not; any other word is passed on. */
  status: string | null;
}

export interface ProjectOptions {
  bare?: string;
  rules?: Partial<Rules>;
  readers?: string[];
  writers?: string[];
}

export const projectOf = (id: number, path: string, options: ProjectOptions = {}): LabProject => ({
  id,
  path,
  refs: options.bare === undefined ? memoryRefs() : bareRefs(options.bare),
  requests: [],
  issues: [],
  approvedBy: [],
  jobs: new Map(),
  rules: { pipeline: false, approvals: 0, train: null, status: null, ...options.rules },
  readers: options.readers ?? null,
  writers: options.writers ?? null,
});

const no = (status: number, message: unknown): Answer => [status, { message }];
const may = (list: string[] | null, name: string): boolean => list === null || list.includes(name);
const idOf = (lab: Gitlab, name: string): number => [...new Set(lab.tokens.values())].indexOf(name) + 10;

/** One request to the REST interface. */
export function answer(lab: Gitlab, name: string, method: string, url: URL, body: Body): Answer {
  if (url.pathname === '/user') return [200, userJson(lab, name)];
  if (url.pathname === '/users') {
    const wanted = url.searchParams.get('username');
    return [
      200,
      [...new Set(lab.tokens.values())].filter((user) => user === wanted).map((user) => userJson(lab, user)),
    ];
  }
  const [, id = '', rest = ''] = /^\/projects\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const project = lab.projects.get(decodeURIComponent(id));
  if (project === undefined || !may(project.readers, name)) return no(404, '404 Project Not Found');
  const iid = Number(/^(?:merge_requests|issues|merge_trains\/merge_requests)\/(\d+)/.exec(rest)?.[1]);
  const route = `${method} ${rest.replace(/[0-9a-f]{40}/, 'SHA').replace(/\/\d+/g, '/N')}`;
  const isWriter = may(project.writers, name);
  if (
    method !== 'GET' &&
    !isWriter &&
    /^(POST merge_requests$|PUT merge_requests\/N$|POST statuses)/.test(route)
  )
    return no(403, '403 Forbidden');
  // So it answers to a merge by somebody who may not.
  if (route === 'PUT merge_requests/N/merge' && !isWriter) return no(401, '401 Unauthorized');
  if (rest.startsWith('issues')) return issues(lab, project, name, route, iid, url, body);
  if (route.includes('SHA')) return statuses(project, route, /[0-9a-f]{40}/.exec(rest)?.[0] ?? '', url, body);
  if (route === 'GET ')
    return [
      200,
      {
        id: project.id,
        path_with_namespace: project.path,
        squash_option: 'default_off',
        only_allow_merge_if_pipeline_succeeds: project.rules.pipeline,
        ...(project.rules.train === null ? {} : { merge_trains_enabled: true }),
      },
    ];
  if (route === 'GET merge_requests') {
    const query = url.searchParams;
    const found = project.requests.filter(
      (request) =>
        [null, request.head].includes(query.get('source_branch')) &&
        [null, request.base].includes(query.get('target_branch')),
    );
    return [
      200,
      paged(
        url,
        found.map((request) => requestJson(lab, project, request)),
      ),
    ];
  }
  if (route === 'POST merge_requests') return open(lab, project, name, body);
  const request = project.requests.find((kept) => kept.iid === iid);
  if (request === undefined) return no(404, '404 Not found');
  moveOn(project, request);
  switch (route) {
    case 'GET merge_requests/N': {
      const said = requestJson(lab, project, request);
      if (request.checking > 0) request.checking -= 1;
      return [200, said];
    }
    case 'GET merge_requests/N/approvals':
      return [200, { approved_by: project.approvedBy.map((who) => ({ user: { username: who } })) }];
    case 'GET merge_requests/N/reviewers':
      return [200, request.reviewers.map(({ username, state }) => ({ user: { username }, state }))];
    case 'PUT merge_requests/N':
      return edit(lab, project, request, body);
    case 'GET merge_requests/N/notes':
      return [
        200,
        paged(
          url,
          request.notes.map((note) => noteJson(lab, note)),
        ),
      ];
    case 'PUT merge_requests/N/notes/N': {
      const note = request.notes.find(({ id }) => rest.endsWith(`/${id}`));
      if (note === undefined) return no(404, '404 Not found');
      if (note.author !== name && !isWriter) return no(403, '403 Forbidden');
      note.body = commandsTaken(String(body.body));
      return [200, noteJson(lab, note)];
    }
    case 'POST merge_requests/N/notes':
      return [201, noteJson(lab, noteOn(request, name, body))];
    case 'PUT merge_requests/N/merge':
      return merge(lab, project, request, body);
    case 'POST merge_trains/merge_requests/N':
      if (body.sha !== request.sha) return no(409, 'SHA does not match HEAD of source branch');
      request.queued = project.rules.train;
      return [201, []];
  }
  return no(404, '404 Not found');
}

function open(lab: Gitlab, project: LabProject, author: string, body: Body): Answer {
  const head = String(body.source_branch);
  const sha = project.refs.get(head);
  if (sha === undefined) return no(422, { source_branch: ['does not exist'] });
  const same = project.requests.find(
    (request) => request.state === 'opened' && request.head === head && request.base === body.target_branch,
  );
  if (same !== undefined)
    return no(409, [`Another open merge request already exists for this source branch: !${same.iid}`]);
  const made: KeptRequest = {
    iid: project.requests.length + 1,
    author,
    title: String(body.title),
    description: String(body.description ?? ''),
    state: 'opened',
    head,
    from: project.id,
    base: String(body.target_branch),
    sha,
    mergedAs: null,
    labels: [],
    reviewers: [],
    notes: [],
    queued: null,
    checking: 1,
  };
  project.requests.push(made);
  return [201, requestJson(lab, project, made)];
}

function edit(lab: Gitlab, project: LabProject, request: KeptRequest, body: Body): Answer {
  if (typeof body.title === 'string') request.title = body.title;
  if (typeof body.description === 'string') request.description = commandsTaken(body.description);
  if (typeof body.add_labels === 'string')
    request.labels = [...new Set([...request.labels, ...body.add_labels.split(',')])];
  if (Array.isArray(body.reviewer_ids)) {
    const names = [...new Set(lab.tokens.values())].filter((name) =>
      (body.reviewer_ids as number[]).includes(idOf(lab, name)),
    );
    request.reviewers = names.map(
      (username) =>
        request.reviewers.find((old) => old.username === username) ?? { username, state: 'unreviewed' },
    );
  }
  if (body.state_event === 'close' && request.state === 'opened') request.state = 'closed';
  return [200, requestJson(lab, project, request)];
}

function noteOn({ notes }: Pick<KeptRequest, 'notes'>, author: string, body: Body): KeptComment {
  const made = { id: notes.length + 1, author, body: commandsTaken(String(body.body)) };
  notes.push(made);
  return made;
}

const noteJson = (lab: Gitlab, { id, author, body }: KeptComment) => ({
  id,
  body,
  author: userJson(lab, author),
  system: false,
});

/** A line that is a command is run, and is no text. */
const commandsTaken = (text: string): string => text.replace(/^\/[a-z].*\n?/gm, '');

function merge(lab: Gitlab, project: LabProject, request: KeptRequest, body: Body): Answer {
  if (body.sha !== undefined && body.sha !== current(project, request))
    return no(409, 'SHA does not match HEAD of source branch');
  request.checking = 0;
  const status = statusOf(project, request);
  if (status === 'conflict') return no(422, 'Branch cannot be merged');
  if (status !== 'mergeable') return no(405, '405 Method Not Allowed');
  finish(project, request);
  return [200, requestJson(lab, project, request)];
}

function finish(project: LabProject, request: KeptRequest): void {
  request.mergedAs = project.refs.merge(request.base, request.sha, `Merge branch '${request.head}'`);
  request.state = 'merged';
  request.queued = null;
}

function moveOn(project: LabProject, request: KeptRequest): void {
  if (request.state !== 'opened') return;
  request.sha = current(project, request);
  if (request.queued === null) return;
  request.queued -= 1;
  if (request.queued <= 0) finish(project, request);
}

const current = (project: LabProject, request: KeptRequest): string =>
  request.from === project.id ? (project.refs.get(request.head) ?? request.sha) : request.sha;

const isDraft = (request: KeptRequest): boolean => /^(draft:|\[draft\]|\(draft\))/i.test(request.title);

function statusOf(project: LabProject, request: KeptRequest): string {
  if (request.state !== 'opened') return 'not_open';
  if (request.checking > 0) return 'checking';
  if (project.rules.status !== null) return project.rules.status;
  if (isDraft(request)) return 'draft_status';
  if (!project.refs.merges(request.base, request.sha)) return 'conflict';
  if (request.reviewers.some(({ state }) => state === 'requested_changes')) return 'requested_changes';
  if (project.approvedBy.length < project.rules.approvals) return 'not_approved';
  if (!project.rules.pipeline) return 'mergeable';
  const jobs = (project.jobs.get(request.sha) ?? []).filter((job) => !job.allow_failure);
  if (jobs.some(({ status }) => ['pending', 'running', 'created'].includes(status)))
    return 'ci_still_running';
  return jobs.length > 0 && jobs.every(({ status }) => status === 'success') ? 'mergeable' : 'ci_must_pass';
}

function requestJson(lab: Gitlab, project: LabProject, request: KeptRequest) {
  const merged = request.state === 'merged';
  return {
    iid: request.iid,
    web_url: `https://lab.example/${project.path}/-/merge_requests/${request.iid}`,
    title: request.title,
    description: request.description,
    state: request.state,
    draft: isDraft(request),
    source_branch: request.head,
    target_branch: request.base,
    source_project_id: request.from,
    target_project_id: project.id,
    sha: current(project, request),
    merge_commit_sha: merged ? request.mergedAs : null,
    squash_commit_sha: null,
    merge_status: request.checking > 0 ? 'checking' : 'can_be_merged',
    detailed_merge_status: statusOf(project, request),
    merge_when_pipeline_succeeds: request.queued !== null,
    labels: request.labels,
    reviewers: request.reviewers.map(({ username }) => ({ id: idOf(lab, username), username })),
    author: { username: request.author },
  };
}

const userJson = (lab: Gitlab, username: string) => ({ id: idOf(lab, username), username });

/** A finished status is followed by a new one; one that is pending cannot be made pending again. */
function statuses(project: LabProject, route: string, sha: string, url: URL, body: Body): Answer {
  const jobs = project.jobs.get(sha) ?? [];
  if (route === 'GET repository/commits/SHA/statuses') {
    const name = url.searchParams.get('name');
    return [200, jobs.filter((job) => name === null || job.name === name)];
  }
  if (route !== 'POST statuses/SHA') return no(404, '404 Not found');
  const { name, state, description } = body as Record<string, string>;
  const old = jobs.find((job) => job.name === name);
  if (old?.status === 'pending' && state === 'pending')
    return no(
      400,
      'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")',
    );
  const made = {
    name: name ?? '',
    status: state ?? '',
    description: description ?? null,
    allow_failure: false,
  };
  project.jobs.set(sha, [...jobs.filter((job) => job !== old), made]);
  return [201, made];
}

function issues(
  lab: Gitlab,
  project: LabProject,
  name: string,
  route: string,
  iid: number,
  url: URL,
  body: Body,
): Answer {
  const json = ({ author, notes: _notes, ...issue }: KeptIssue) => ({
    ...issue,
    author: userJson(lab, author),
  });
  const isWriter = may(project.writers, name);
  if (route === 'GET issues') {
    const { searchParams: query } = url;
    const found = project.issues
      .filter((issue) => query.get('state') === null || issue.state === query.get('state'))
      .filter((issue) => [null, ...issue.labels].includes(query.get('labels')));
    return [200, paged(url, found.map(json).reverse())];
  }
  if (route === 'POST issues') {
    const labels = String(body.labels ?? '');
    const made: KeptIssue = {
      iid: project.issues.length + 1,
      author: name,
      title: String(body.title),
      description: commandsTaken(String(body.description ?? '')),
      state: 'opened',
      // Labels of whoever may not write are dropped without a word.
      labels: isWriter && labels !== '' ? labels.split(',') : [],
      notes: [],
    };
    project.issues.push(made);
    return [201, json(made)];
  }
  const issue = project.issues.find((kept) => kept.iid === iid);
  if (issue === undefined) return no(404, '404 Not found');
  if (!isWriter && issue.author !== name) return no(403, '403 Forbidden');
  if (route === 'POST issues/N/notes') {
    return [201, noteJson(lab, noteOn(issue, name, body))];
  }
  if (route !== 'PUT issues/N') return no(404, '404 Not found');
  if (typeof body.title === 'string') issue.title = body.title;
  if (typeof body.description === 'string') issue.description = commandsTaken(body.description);
  if (body.state_event === 'close') issue.state = 'closed';
  return [200, json(issue)];
}

function paged<T>(url: URL, list: T[]): T[] {
  const size = Number(url.searchParams.get('per_page') ?? 20);
  const page = Number(url.searchParams.get('page') ?? 1);
  return list.slice((page - 1) * size, page * size);
}
