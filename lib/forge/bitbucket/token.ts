import { RealmError } from '../../errors.ts';
import { keptLogin } from '../../git/credential.ts';

/**
 * What logs in to Bitbucket Cloud: `BITBUCKET_TOKEN`, an access token, or with `BITBUCKET_EMAIL` an API token, as
 * `email:token`; then git's credential helper. Kept in memory only, never written, never printed. Throws `no-token`.
 */
export async function bitbucketTokenFor(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { BITBUCKET_TOKEN: given, BITBUCKET_EMAIL: email } = env;
  const token = given ? withEmail(given, email) : await kept(host, env);
  if (token && !/\s/.test(token)) return token;
  throw new RealmError('no-token', `no token for ${host}`, {
    hint: 'set BITBUCKET_TOKEN to an access token, or BITBUCKET_EMAIL and BITBUCKET_TOKEN to an API token',
  });
}

const withEmail = (token: string, email: string | undefined): string =>
  email?.includes('@') ? `${email}:${token}` : token;

async function kept(host: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const login = await keptLogin(host, env);
  return login === null ? null : withEmail(login.password, env.BITBUCKET_EMAIL || login.username);
}
