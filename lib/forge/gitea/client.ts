import type { Api } from 'gitea-js';
import { type Connection, type ConnectOptions, connectionOf, type Made, PACE } from '../connection.ts';
import { inWordsOf, patientFetch } from '../patient-fetch.ts';

export type GiteaClient = Api<unknown>;

/** A client for one Gitea or Forgejo: writes one at a time, `Retry-After` waited for, replies guarded. */
export const connectGitea = (options: ConnectOptions): Connection<GiteaClient> =>
  connectionOf(
    options,
    () => make(options),
    (error, tried) => inWordsOf(error, { ...tried, login: `tea login add --url https://${options.host}` }),
  );

/** Loaded only here: no other command pays for it. */
async function make(options: ConnectOptions): Promise<Made<GiteaClient>> {
  const [{ giteaApi }, { default: Bottleneck }, token] = await Promise.all([
    import('gitea-js'),
    import('bottleneck/light.js'),
    options.token(),
  ]);
  const send = patientFetch(options, { mayBeEmpty: true });
  const client = giteaApi(options.api.replace(/\/api\/v1$/, ''), {
    token,
    customFetch: (url, init) => send(String(url), init),
  });
  const writes = new Bottleneck({ maxConcurrent: 1, minTime: options.pace ?? PACE });
  return { client, token, writes };
}
