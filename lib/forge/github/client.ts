import type { Octokit } from '@octokit/rest';
import {
  type Connection as ConnectionOf,
  type ConnectOptions,
  connectionOf,
  type Made,
  PACE,
} from '../connection.ts';
import { guardedFetch } from '../guarded-fetch.ts';
import { inWords, PATIENCE } from '../in-words.ts';

export type Client = Octokit;
export type Connection = ConnectionOf<Client>;

/**
 * A client that paces itself as GitHub asks: writes to one host one at a time, `Retry-After` and rate limits waited for. A
 * token that is refused is not tried again for the next repository.
 */
export const connect = (options: ConnectOptions): Connection =>
  connectionOf(
    options,
    () => make(options),
    (error, tried) => inWords(error, { ...tried, login: `gh auth login --hostname ${options.host}` }),
  );

/** Loaded only here: no other command pays for it. */
async function make(options: ConnectOptions): Promise<Made<Client>> {
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
