import type {
  Commits,
  IssueNotes,
  Issues,
  MergeRequestApprovals,
  MergeRequestNotes,
  MergeRequests,
  MergeTrains,
  Projects,
  Users,
} from '@gitbeaker/rest';
import { type Connection, type ConnectOptions, connectionOf, type Made, PACE } from '../connection.ts';
import { inWordsOf, patientFetch } from '../patient-fetch.ts';

/** The parts of GitLab's interface that are used. */
export interface GitlabClient {
  requests: MergeRequests;
  approvals: MergeRequestApprovals;
  requestNotes: MergeRequestNotes;
  trains: MergeTrains;
  issues: Issues;
  issueNotes: IssueNotes;
  commits: Commits;
  projects: Projects;
  users: Users;
}

/** A client for one GitLab: writes one at a time, `Retry-After` waited for, replies guarded. */
export const connectGitlab = (options: ConnectOptions): Connection<GitlabClient> =>
  connectionOf(
    options,
    () => make(options),
    (error, tried) => inWordsOf(error, { ...tried, login: `glab auth login --hostname ${options.host}` }),
  );

/** Loaded only here: no other command pays for it. */
async function make(options: ConnectOptions): Promise<Made<GitlabClient>> {
  const [rest, { createRequesterFn }, { default: Bottleneck }, token] = await Promise.all([
    import('@gitbeaker/rest'),
    import('@gitbeaker/requester-utils'),
    import('bottleneck/light.js'),
    options.token(),
  ]);
  const writes = new Bottleneck({ maxConcurrent: 1, minTime: options.pace ?? PACE });
  const send = sender(options);
  const given = {
    host: options.api.replace(/\/api\/v4$/, ''),
    oauthToken: token,
    requesterFn: createRequesterFn((_, request) => Promise.resolve(request), send),
  };
  const client: GitlabClient = {
    requests: new rest.MergeRequests(given),
    approvals: new rest.MergeRequestApprovals(given),
    requestNotes: new rest.MergeRequestNotes(given),
    trains: new rest.MergeTrains(given),
    issues: new rest.Issues(given),
    issueNotes: new rest.IssueNotes(given),
    commits: new rest.Commits(given),
    projects: new rest.Projects(given),
    users: new rest.Users(given),
  };
  return { client, token, writes };
}

interface Asked {
  method?: string;
  prefixUrl?: string;
  searchParams?: string;
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/** How the client sends a request. */
function sender(options: ConnectOptions) {
  const send = patientFetch(options, { meant: ofMerge });
  return async (endpoint: string, asked: object = {}) => {
    const { method = 'GET', prefixUrl = '', searchParams, headers, body, signal } = asked as Asked;
    const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`);
    url.search = searchParams ?? '';
    const reply = await send(url.href, {
      method,
      ...(headers === undefined ? {} : { headers }),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    const data = reply.status === 204 ? null : await reply.json();
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      body: data as Record<string, unknown>,
    };
  };
}

/** GitLab answers 401 to a merge by somebody who may not: whether the token is good shows in the next question. */
const ofMerge = (status: number, method: string, path: string): number =>
  status === 401 && method === 'PUT' && path.endsWith('/merge') ? 403 : status;
