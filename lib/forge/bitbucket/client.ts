import type { createBitbucketCloudClient } from '@coderabbitai/bitbucket/cloud';
import { type Connection, type ConnectOptions, connectionOf, type Made, PACE } from '../connection.ts';
import { inWordsOf, patientFetch } from '../patient-fetch.ts';

export type BitbucketClient = ReturnType<typeof createBitbucketCloudClient>;

/** A client for Bitbucket Cloud: writes one at a time, `Retry-After` waited for, replies guarded. `token`: with an email before `:`, an API token. */
export const connectBitbucket = (options: ConnectOptions): Connection<BitbucketClient> =>
  connectionOf(
    options,
    () => make(options),
    (error, tried) => inWordsOf(error, { ...tried, login: 'set BITBUCKET_TOKEN to a new token' }),
  );

/** Loaded only here: no other command pays for it. */
async function make(options: ConnectOptions): Promise<Made<BitbucketClient>> {
  const [{ createBitbucketCloudClient }, { default: Bottleneck }, token] = await Promise.all([
    import('@coderabbitai/bitbucket/cloud'),
    import('bottleneck/light.js'),
    options.token(),
  ]);
  const secret = Buffer.from(token).toString('base64');
  const send = patientFetch(options, { meant });
  // A merge that takes longer is answered with nothing.
  const merge = patientFetch(options, { meant, mayBeEmpty: true });
  const client = createBitbucketCloudClient({
    baseUrl: options.api,
    headers: { authorization: token.includes(':') ? `Basic ${secret}` : `Bearer ${token}` },
    fetch: async ({ url, method, headers, body }: Request) => {
      const text = body === null ? '' : await new Response(body).text();
      const init = { method, headers, ...(text === '' ? {} : { body: text }) };
      return (url.endsWith('/merge') ? merge : send)(url, init);
    },
  });
  const writes = new Bottleneck({ maxConcurrent: 1, minTime: options.pace ?? PACE });
  return { client, token: [token, secret, token.slice(token.indexOf(':') + 1)], writes };
}

/** Bitbucket answers 400 to whatever it does not take, and to a merge that its rules do not allow. */
const meant = (status: number, _method: string, path: string): number =>
  status !== 400 ? status : path.endsWith('/merge') ? 405 : 422;
