import type { Octokit } from '@octokit/rest';
import { RealmError } from '../errors.ts';
import type { GithubPlace } from './github.ts';

export type Client = Octokit;

/** Longest wait for a rate limit, in seconds: beyond it the user is told when to come back. */
const PATIENCE = 120;

/** Runs requests, and turns what the forge refuses into words. */
export type Api = <T>(work: (client: Client) => Promise<T>, what: string) => Promise<T>;

/** A client that paces itself as GitHub asks: writes one at a time, `Retry-After` and rate limits waited for. */
export function clientOf(place: GithubPlace): Api {
  let made: Promise<{ client: Client; token: string }> | undefined;
  return async (work, what) => {
    made ??= make(place);
    const { client, token } = await made;
    try {
      return await work(client);
    } catch (error) {
      throw inWords(error, place, what, token);
    }
  };
}

/** Loaded only here: no other command pays for it. */
async function make(place: GithubPlace): Promise<{ client: Client; token: string }> {
  const [{ Octokit }, { throttling }, { retry }, token] = await Promise.all([
    import('@octokit/rest'),
    import('@octokit/plugin-throttling'),
    import('@octokit/plugin-retry'),
    place.token(),
  ]);
  const wait = (after: number, options: { request?: { retryCount?: number } }): boolean =>
    after <= PATIENCE && (options.request?.retryCount ?? 0) < 3;
  const quiet = () => {};
  const client = new (Octokit.plugin(throttling, retry))({
    auth: token,
    baseUrl: place.address.api,
    userAgent: `git-realm/${place.version}`,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 451] },
    throttle: {
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
      fallbackSecondaryRateRetryAfter: 5,
    },
  });
  return { client: client as unknown as Client, token };
}

interface RequestError {
  status?: number;
  message?: string;
  response?: {
    headers?: Record<string, string | undefined>;
    data?: { message?: string; errors?: { message?: string }[] };
  };
}

/** What to do about each status; a token is in no message, not even one that the server sends back. */
function inWords(error: unknown, place: GithubPlace, what: string, token: string): unknown {
  if (error instanceof RealmError) return error;
  const { status, message = '', response } = error as RequestError;
  if (status === undefined) return error;
  const { host, owner, repo } = place.address;
  const details = (response?.data?.errors ?? []).flatMap((one) => one.message ?? []);
  const said = [response?.data?.message ?? message, ...details]
    .join(': ')
    .replaceAll(token, '…')
    .slice(0, 500);
  const name = `${owner}/${repo}`;
  const limited = status === 429 || /rate limit/i.test(said);
  const [code, words, hint]: [string, string, string] = limited
    ? ['rate-limited', 'the rate limit is reached', whenAgain(response?.headers)]
    : status === 401
      ? ['forge-login', 'the token is not valid any more', `gh auth login --hostname ${host}`]
      : status === 403
        ? ['forge-forbidden', 'you may not do that', `ask for write access to ${name}`]
        : status === 404
          ? ['forge-missing', 'it is not there, or not for you', `check the token's access to ${name}`]
          : status === 405
            ? ['merge-refused', 'the rules of its branch do not let it', 'git realm pr status']
            : status === 409
              ? ['head-moved', 'it moved meanwhile, or conflicts', 'git realm pr status']
              : status === 422
                ? ['forge-invalid', 'it is not accepted', 'git realm pr status']
                : ['forge-failed', `status ${status}`, 'try again later'];
  return new RealmError(code, `cannot ${what} of ${place.repo} on ${host}: ${words}: ${said}`, {
    hint,
    data: { status },
  });
}

function whenAgain(headers: Record<string, string | undefined> = {}): string {
  const after = Number(headers['retry-after']);
  const reset = Number(headers['x-ratelimit-reset']);
  if (Number.isFinite(after)) return `try again in ${after} seconds`;
  return Number.isFinite(reset) ? `try again at ${new Date(reset * 1000).toISOString()}` : 'try again later';
}
