import { spawn } from 'node:child_process';
import { RealmError } from '../errors.ts';
import { keptPassword } from '../git/credential.ts';
import { giteaHostsIn } from './address.ts';

/**
 * A token for a host, asked for in the user's own places: `GH_TOKEN` and `GITHUB_TOKEN` (`GH_ENTERPRISE_TOKEN` for other
 * hosts), `gh auth token`, git's credential helper. A job of Gitea's has a `GITHUB_TOKEN` that is not for GitHub. Kept in memory only, never written, never printed. Throws `no-token`.
 */
export async function tokenFor(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const names =
    host === 'github.com'
      ? ['GH_TOKEN', 'GITHUB_TOKEN']
      : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'GITHUB_TOKEN'];
  const { GITHUB_TOKEN: _job, ...others } = env;
  const own = giteaHostsIn({ GITHUB_SERVER_URL: env.GITHUB_SERVER_URL, GITHUB_API_URL: env.GITHUB_API_URL });
  const known = own.length > 0 ? others : env;
  const given = names.map((name) => known[name]).find((value) => value !== undefined && value !== '');
  const token = given ?? (await fromGh(host, env)) ?? (await keptPassword(host, env));
  if (token !== null && token !== '' && !/\s/.test(token)) return token;
  throw new RealmError('no-token', `no token for ${host}`, {
    hint: `gh auth login --hostname ${host}, or set ${names[0]}`,
  });
}

/**
 * The same for a GitLab: `GITLAB_TOKEN`, which is for `GITLAB_HOST` only where that is set, then what the `glab` command keeps,
 * then git's credential helper. Throws `no-token`.
 */
export async function gitlabTokenFor(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const own = env.GITLAB_HOST?.replace(/^https:\/\//i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const given = own === undefined || own === '' || own === host ? env.GITLAB_TOKEN : undefined;
  const token =
    given ||
    (await printed(env, 'glab', 'auth', 'token', '--hostname', host)) ||
    (await printed(env, 'glab', 'config', 'get', 'token', '--host', host)) ||
    (await keptPassword(host, env));
  if (token && !/\s/.test(token)) return token;
  throw new RealmError('no-token', `no token for ${host}`, {
    hint: `glab auth login --hostname ${host}, or set GITLAB_TOKEN`,
  });
}

const fromGh = (host: string, env: NodeJS.ProcessEnv): Promise<string | null> =>
  printed(env, 'gh', 'auth', 'token', '--hostname', host);

/** What a command prints; `null` where it fails or is not there. */
function printed(env: NodeJS.ProcessEnv, command: string, ...args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(out).toString('utf8').trim() : null));
  });
}
