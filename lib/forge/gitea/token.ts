import { homedir } from 'node:os';
import { join } from 'node:path';
import { RealmError } from '../../errors.ts';
import { keptPassword } from '../../git/credential.ts';
import { readPlainFile } from '../../plain-file.ts';
import { giteaHostsIn } from '../address.ts';

/**
 * A token for a Gitea or a Forgejo: `FORGEJO_TOKEN` or `GITEA_TOKEN`, which is for the host of `FORGEJO_SERVER_URL` or
 * `GITEA_SERVER_URL` where that is set, otherwise for the hosts that the user's configuration names (`own`), and for the public ones
 * only where it names none; on their own runners `GITHUB_TOKEN`, for their own host; then the configuration of the `tea` command,
 * then git's credential helper. Kept in memory only, never written, never printed. Throws `no-token`.
 */
export async function giteaTokenFor(
  host: string,
  env: NodeJS.ProcessEnv,
  own: readonly string[],
): Promise<string> {
  const token = given(host, env, own) || (await keptByTea(host, env)) || (await keptPassword(host, env));
  if (token && !/\s/.test(token)) return token;
  throw new RealmError('no-token', `no token for ${host}`, {
    hint: `tea login add --url https://${host}, or set GITEA_TOKEN`,
  });
}

function given(host: string, env: NodeJS.ProcessEnv, own: readonly string[]): string | undefined {
  const isFor = (server: string | undefined): boolean => {
    if (server) return URL.canParse(server) && new URL(server).host === host;
    return own.length === 0 || own.includes(host);
  };
  const pairs = [
    [env.FORGEJO_TOKEN, env.FORGEJO_SERVER_URL],
    [env.GITEA_TOKEN, env.GITEA_SERVER_URL],
    [env.GITEA_SERVER_TOKEN, env.GITEA_SERVER_URL],
  ] as const;
  const found = pairs.find(([token, server]) => token && isFor(server))?.[0];
  if (found !== undefined) return found;
  const { GITHUB_SERVER_URL, GITHUB_API_URL, GITHUB_TOKEN } = env;
  const [runner] = giteaHostsIn({ GITHUB_SERVER_URL, GITHUB_API_URL });
  return runner?.split('=', 1)[0] === host ? GITHUB_TOKEN : undefined;
}

/** What `tea login add` wrote for this host; `null` where there is nothing that can be read. */
async function keptByTea(host: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const home = env.HOME ?? homedir();
  const config = env.XDG_CONFIG_HOME || join(home, '.config');
  for (const folder of [config, join(home, 'Library', 'Application Support')]) {
    const token = await tokenIn(join(folder, 'tea', 'config.yml'), host);
    if (token !== null) return token;
  }
  return null;
}

async function tokenIn(file: string, host: string): Promise<string | null> {
  try {
    const text = readPlainFile(file, 256 * 1024);
    if (text === null) return null;
    const { parse } = await import('yaml');
    const { logins } = (parse(text, { maxAliasCount: 0 }) ?? {}) as { logins?: unknown };
    for (const login of Array.isArray(logins) ? logins : []) {
      const { url, token } = (login ?? {}) as { url?: unknown; token?: unknown };
      if (typeof url !== 'string' || typeof token !== 'string' || !URL.canParse(url)) continue;
      if (new URL(url).host === host && token !== '') return token;
    }
    return null;
  } catch {
    return null;
  }
}
