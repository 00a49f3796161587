import type { GitConfig } from '../git/config.ts';

/** A repository on GitHub, or on a GitHub Enterprise server. */
export interface GithubAddress {
  host: string;
  owner: string;
  repo: string;
  /** Where its REST interface is. */
  api: string;
}

/**
 * The GitHub repository behind a remote's URL; `null`: another kind of remote. Besides github.com only hosts that the user
 * names (`realm.githubHost`, with the base URL of the interface behind `=` where it is not `/api/v3`) are taken for one: a
 * token is sent to no host that nobody vouched for.
 */
export function githubAddress(url: string, hosts: readonly string[]): GithubAddress | null {
  const named = repositoryIn(url);
  if (named === null) return null;
  const { host, owner, repo } = named;
  const isDotCom = /^(?:ssh\.|www\.)?github\.com(?::\d+)?$/.test(host);
  for (const entry of hosts) {
    const [name = '', api] = entry.split('=', 2);
    const own = isDotCom ? 'github.com' : host;
    if (name.toLowerCase() !== own && name.toLowerCase() !== own.replace(/:\d+$/, '')) continue;
    const base = api ?? `https://${name}/api/v3`;
    if (!isSafe(base) || !URL.canParse(base)) return null;
    return { host: name.toLowerCase(), owner, repo, api: base.replace(/\/+$/, '') };
  }
  if (isDotCom) return { host: 'github.com', owner, repo, api: 'https://api.github.com' };
  // GitHub Enterprise Cloud with data residency: a name below a domain of GitHub's own.
  const ghe = /^([\w-]+\.ghe\.com)(?::\d+)?$/.exec(host)?.[1];
  return ghe === undefined ? null : { host: ghe, owner, repo, api: `https://api.${ghe}` };
}

/** Host, owner and name in a URL of the form that forges have; `null`: another form. */
export function repositoryIn(url: string): { host: string; owner: string; repo: string } | null {
  const match =
    /^(?:https?|ssh|git\+ssh|git):\/\/(?:[^/@]*@)?([^/]+)\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/i.exec(url) ??
    /^(?:[^/@:]+@)?([^/:]+):\/?([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url);
  const [, authority = '', owner = '', repo = ''] = match ?? [];
  if (!/^[\w.-]+$/.test(owner) || !/^[\w.-]+$/.test(repo) || repo === '.' || repo === '..') return null;
  return { host: authority.toLowerCase(), owner, repo };
}

/** The URL that git uses for this one: the longest `url.<base>.insteadOf` that it begins with is replaced. */
export function effectiveUrl(url: string, config: Pick<GitConfig, 'all' | 'keys'>): string {
  let best = { prefix: '', base: '' };
  for (const key of config.keys()) {
    const base = /^url\.(.*)\.insteadof$/.exec(key)?.[1];
    if (base === undefined) continue;
    for (const prefix of config.all(key))
      if (url.startsWith(prefix) && prefix.length > best.prefix.length) best = { prefix, base };
  }
  return best.base + url.slice(best.prefix.length);
}

/**
 * What the user's environment says of hosts, in the form of `realm.githubHost`: the pair of variables that GitHub's runners
 * set (`GITHUB_SERVER_URL`, `GITHUB_API_URL`; the latter alone refers to github.com), and `GH_HOST` of the `gh` command.
 */
export function hostsIn(env: NodeJS.ProcessEnv): string[] {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_API_URL: api, GH_HOST: own } = env;
  const name = /^https?:\/\/([^/]+)\/?$/.exec(server)?.[1];
  return [
    ...(api && name !== undefined ? [`${name}=${api}`] : []),
    ...(own && own.toLowerCase() !== 'github.com' ? [own] : []),
  ];
}

/** The GitHub repository of a remote by the configuration around it: the URL that git uses decides, then the one written. */
export function addressOf(url: string, config: GitConfig, env: NodeJS.ProcessEnv): GithubAddress | null {
  const hosts = [...config.all('realm.githubHost'), ...saidGithub(config), ...hostsIn(env)];
  return githubAddress(effectiveUrl(url, config), hosts) ?? githubAddress(url, hosts);
}

/** Hosts that the user calls GitHub: `realm.<host>.forge = github`, or `realm.forge.<host>`. */
const saidGithub = (config: GitConfig): string[] =>
  [...config.keys()].flatMap((key) => {
    const host = /^realm\.(.+)\.forge$/.exec(key)?.[1] ?? /^realm\.forge\.(.+)$/.exec(key)?.[1];
    return host !== undefined && config.get(key) === 'github' ? [host] : [];
  });

/** A token goes over TLS, or to this machine. */
const isSafe = (url: string): boolean =>
  /^https:\/\//i.test(url) || /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/i.test(url);
