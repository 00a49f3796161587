import type { Octokit } from '@octokit/rest';
import { counted } from '../count.ts';
import { RealmError } from '../errors.ts';
import { guardedFetch } from './guarded-fetch.ts';

export type Client = Octokit;

/** Longest wait for a rate limit, in seconds: beyond it the message says when to come back. */
const PATIENCE = 120;

/** Milliseconds between two writes to one forge, as GitHub's rules for integrators ask. */
export const PACE = 1000;

export interface ConnectOptions {
  host: string;
  /** Where the REST interface is. */
  api: string;
  token(): Promise<string>;
  version: string;
  /** Default `PACE`. */
  pace?: number | undefined;
  /** A word while it waits. */
  note?: ((line: string) => void) | undefined;
  /** Milliseconds that a second of `Retry-After` lasts: for tests. */
  second?: number | undefined;
}

/** One login at one forge, for all the repositories there that a command works on. */
export interface Connection {
  host: string;
  pace: number;
  /** Ask; what the forge refuses is said in words. `what` is what was tried, in which repo. */
  read<T>(what: string, repo: string, work: (client: Client) => Promise<T>): Promise<T>;
  /** Change something: one write at a time, `pace` apart. */
  write<T>(what: string, repo: string, work: (client: Client) => Promise<T>): Promise<T>;
}

/**
 * A client that paces itself as GitHub asks: writes to one host one at a time, `Retry-After` and rate limits waited for. A
 * token that is refused is not tried again for the next repository.
 */
export function connect(options: ConnectOptions): Connection {
  let made: Promise<Made> | undefined;
  let expired: RealmError | undefined;
  const tried =
    (isWrite: boolean): Connection['read'] =>
    async (what, repo, work) => {
      made ??= make(options);
      const { client, token, writes } = await made;
      const once = () => {
        if (expired !== undefined) throw expired;
        return work(client);
      };
      try {
        return await (isWrite ? writes.schedule(once) : once());
      } catch (error) {
        const said = inWords(error, { host: options.host, repo, what, token });
        if (said instanceof RealmError && said.code === 'forge-login') expired = said;
        throw said;
      }
    };
  return { host: options.host, pace: options.pace ?? PACE, read: tried(false), write: tried(true) };
}

interface Made {
  client: Client;
  token: string;
  writes: { schedule<T>(work: () => Promise<T>): Promise<T> };
}

/** Loaded only here: no other command pays for it. */
async function make(options: ConnectOptions): Promise<Made> {
  const [{ Octokit }, { throttling }, { retry }, { default: Bottleneck }, token] = await Promise.all([
    import('@octokit/rest'),
    import('@octokit/plugin-throttling'),
    import('@octokit/plugin-retry'),
    import('bottleneck/light.js'),
    options.token(),
  ]);
  const second = options.second ?? 1000;
  const wait = (after: number, request: { request?: { retryCount?: number } }): boolean => {
    const isWorthIt = after <= PATIENCE && (request.request?.retryCount ?? 0) < 3;
    if (isWorthIt) options.note?.(`${options.host} asks to wait ${after} s`);
    return isWorthIt;
  };
  const quiet = () => {};
  // The plugin's own queues space writes out, but let them overlap: ours does both.
  const writes = new Bottleneck({ maxConcurrent: 1, minTime: options.pace ?? PACE });
  const unpaced = new Bottleneck.Group({});
  const client = new (Octokit.plugin(throttling, retry))({
    auth: token,
    baseUrl: options.api,
    userAgent: `git-realm/${options.version}`,
    request: { fetch: guardedFetch(options.api) },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 451], retryAfterBaseValue: second },
    throttle: {
      id: options.host,
      write: unpaced,
      notifications: unpaced,
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
      fallbackSecondaryRateRetryAfter: 5,
      retryAfterBaseValue: second,
    },
  });
  client.hook.before('request', ({ request }) => {
    if ((request as { retryCount?: number }).retryCount) options.note?.(`${options.host} failed: retrying`);
  });
  return { client: client as unknown as Client, token, writes };
}

/** What guards throw without knowing what was tried. */
const UNTRUSTED = ['forge-origin', 'forge-moved', 'forge-reply'];

interface RequestError {
  name?: string;
  status?: number;
  message?: string;
  cause?: unknown;
  /** GraphQL's own. */
  errors?: { message?: string; type?: string }[];
  response?: {
    headers?: Record<string, string | undefined>;
    /** Whatever the server says: nothing is sure of its form. */
    data?: unknown;
  };
}

interface Tried {
  host: string;
  repo: string;
  what: string;
  token: string;
}

/** What to do about each status; a token is in no message, not even one that the server sends back. */
function inWords(error: unknown, { host, repo, what, token }: Tried): unknown {
  const { name, status, message = '', response, errors, cause } = error as RequestError;
  const tried = `cannot ${what} of ${repo} on ${host}`;
  const clean = (text: string) => text.replaceAll(token, '…').slice(0, 500);
  const known = cause instanceof RealmError ? cause : error;
  if (known instanceof RealmError) {
    if (!UNTRUSTED.includes(known.code)) return known;
    return new RealmError(known.code, `${tried}: ${clean(known.message)}`, { hint: known.hint ?? [] });
  }
  if (name === 'GraphqlResponseError')
    return new RealmError('merge-refused', `${tried}: ${clean(errors?.[0]?.message ?? message)}`, {
      hint: 'git realm pr status',
    });
  if (status === undefined) return error;
  if (response === undefined)
    return new RealmError('forge-unreachable', `${tried}: it cannot be reached: ${clean(message)}`, {
      hint: 'check the network, then run it again',
    });
  const said = clean(wordsOf(response.data, message));
  const [code, words, hint] = meaningOf(status, said, response.headers, host, repo);
  return new RealmError(code, `${tried}: ${words}: ${said}`, { hint, data: { status, said } });
}

/** A server's own words about what it refuses, as far as they have the form of GitHub's. */
function wordsOf(data: unknown, otherwise: string): string {
  if (typeof data !== 'object' || data === null) return otherwise;
  const { message = otherwise, errors } = data as { message?: unknown; errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).map((detail) => detail?.message ?? detail);
  return [message, ...details].filter((detail) => typeof detail === 'string').join(': ');
}

function meaningOf(
  status: number,
  said: string,
  headers: Record<string, string | undefined> | undefined,
  host: string,
  repo: string,
): [code: string, words: string, hint: string] {
  if (status === 429 || /rate limit/i.test(said))
    return ['rate-limited', 'the rate limit is reached', whenAgain(headers)];
  switch (status) {
    case 401:
      return ['forge-login', 'the token is no longer valid', `gh auth login --hostname ${host}`];
    case 403:
      return ['forge-forbidden', 'permission denied', `ask for write access to ${repo}`];
    case 404:
      return ['forge-missing', 'not found, or no access', `check the token's access to ${repo}`];
    case 405:
      return ['merge-refused', 'the rules of its branch do not allow it', 'git realm pr status'];
    case 409:
      return ['head-moved', 'it has changed in the meantime, or conflicts', 'git realm pr status'];
    case 422:
      return /draft pull requests are not supported/i.test(said)
        ? ['forge-invalid', 'it does not support drafts', 'run it again without --draft']
        : ['forge-invalid', 'it was rejected', 'git realm pr status'];
    default:
      return ['forge-failed', `status ${status}`, 'try again later'];
  }
}

function whenAgain(headers: Record<string, string | undefined> = {}): string {
  const after = Number(headers['retry-after']);
  const reset = Number(headers['x-ratelimit-reset']);
  if (Number.isFinite(after)) return `try again in ${counted(after, 'second')}`;
  return Number.isFinite(reset) ? `try again at ${new Date(reset * 1000).toISOString()}` : 'try again later';
}
