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
import { RealmError } from '../errors.ts';
import { type Connection, type ConnectOptions, connectionOf, type Made, PACE } from './connection.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { inWords, PATIENCE } from './in-words.ts';

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

/** Questions that are asked again after a failure, and anything that the server asks to come back with. */
const TRIES = 4;

/** A client for one GitLab: writes one at a time, `Retry-After` waited for, replies guarded. */
export const connectGitlab = (options: ConnectOptions): Connection<GitlabClient> =>
  connectionOf(
    options,
    () => make(options),
    (error, tried) => {
      const said = inWords(error, { ...tried, login: `glab auth login --hostname ${options.host}` });
      const isReply = said instanceof RealmError && ['forge-origin', 'forge-reply'].includes(said.code);
      if (!isReply) return said;
      const hint = `check your proxy, and that realm.${options.host}.forgeApi is the base URL of the API`;
      return new RealmError(said.code, said.message, { hint });
    },
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

/**
 * How the client sends a request: through the guard, and with patience. What fails has the form that `inWords` reads. A
 * question is asked again where the server fails; a write only where it says that it did nothing (429).
 */
function sender({ api, version, host, note, second = 1000 }: ConnectOptions) {
  const guarded = guardedFetch(api);
  return async (endpoint: string, options: object = {}) => {
    const { method = 'GET', prefixUrl = '', searchParams, headers, body, signal } = options as Asked;
    const url = new URL(endpoint, prefixUrl.endsWith('/') ? prefixUrl : `${prefixUrl}/`);
    url.search = searchParams ?? '';
    const init = {
      method,
      headers: { ...headers, accept: 'application/json', 'user-agent': `git-realm/${version}` },
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal === undefined ? {} : { signal }),
    };
    for (let tries = 1; ; tries += 1) {
      const again = tries < TRIES && method === 'GET';
      const reply = await guarded(url.href, init).catch((error: Error) => {
        if (error.cause instanceof RealmError) throw error;
        return lost(error);
      });
      if (reply instanceof Error) {
        if (!again) throw reply;
        note?.(`${host} failed: retrying`);
        await pause(tries * tries * second);
        continue;
      }
      const { status } = reply;
      const said = Object.fromEntries(reply.headers);
      if (reply.ok) {
        const data = status === 204 ? null : await reply.json();
        return { status, headers: said, body: data as Record<string, unknown> };
      }
      const after = Number(said['retry-after'] ?? Number.NaN);
      if (status === 429 && tries < TRIES && after <= PATIENCE) {
        note?.(`${host} asks to wait ${after} s`);
        await pause(after * second);
      } else if (status >= 500 && again) {
        note?.(`${host} failed: retrying`);
        await pause(tries * tries * second);
      } else
        throw refused(isMerge(method, endpoint) && status === 401 ? 403 : status, said, await reply.json());
    }
  };
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** GitLab answers 401 to a merge by somebody who may not: whether the token is good shows in the next question. */
const isMerge = (method: string, endpoint: string): boolean =>
  method === 'PUT' && endpoint.endsWith('/merge');

/** The connection broke: whether the server heard it is not known. */
const lost = ({ name, message }: Error): Error =>
  Object.assign(new Error(name === 'TimeoutError' ? 'it does not answer' : message), { status: 500 });

function refused(status: number, headers: Record<string, string>, data: unknown): Error {
  const { message, error } = data as { message?: unknown; error?: unknown };
  const words = wordsIn(message ?? error).join(': ') || `status ${status}`;
  return Object.assign(new Error(words), { status, response: { headers, data: { message: words } } });
}

/** GitLab says what is wrong as text, as a list, or as lists by field. */
function wordsIn(said: unknown, depth = 0): string[] {
  if (typeof said === 'string') return [said];
  if (typeof said !== 'object' || said === null || depth > 2) return [];
  return Object.values(said).flatMap((inner) => wordsIn(inner, depth + 1));
}
