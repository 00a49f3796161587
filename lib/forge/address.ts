import type { GitConfig } from '../git/config.ts';

/** A repository on GitHub, or on a GitHub Enterprise server. */
export interface GithubAddress {
  host: string;
  owner: string;
  repo: string;
  /** Where its REST interface is. */
  api: string;
}

/** A project on GitLab. */
export interface GitlabAddress {
  host: string;
  /** Its group, and the groups in that: `group/subgroup`. */
  owner: string;
  repo: string;
  /** Where its REST interface is. */
  api: string;
}

/** A repository on a Gitea or a Forgejo. */
export interface GiteaAddress {
  host: string;
  owner: string;
  repo: string;
  /** Where its REST interface is. */
  api: string;
}

/** A repository on Bitbucket Cloud. */
export interface BitbucketAddress {
  host: string;
  /** Its workspace. */
  owner: string;
  repo: string;
  /** Where its REST interface is. */
  api: string;
}

/** A repository on a forge that takes a token. */
export type ForgeAddress =
  | ({ kind: 'github' } & GithubAddress)
  | ({ kind: 'gitlab' } & GitlabAddress)
  | ({ kind: 'gitea' } & GiteaAddress)
  | ({ kind: 'bitbucket' } & BitbucketAddress);

/**
 * The GitHub repository behind a remote's URL; `null`: another kind of remote. Besides github.com only hosts that the user
 * names (`realm.githubHost`, with the base URL of the interface behind `=` where it is not `/api/v3`) are taken for one: a
 * token is sent to no host that nobody vouched for.
 */
export function githubAddress(url: string, hosts: readonly string[]): GithubAddress | null {
  const named = repositoryIn(url);
  if (named === null || named.owner.includes('/')) return null;
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

/**
 * The GitLab project behind a remote's URL; `null`: another kind of remote. Besides gitlab.com only hosts that the user names
 * (with the base URL of the interface behind `=` where it is not `/api/v4`) are taken for one.
 */
export function gitlabAddress(url: string, hosts: readonly string[]): GitlabAddress | null {
  const named = repositoryIn(url);
  if (named === null) return null;
  const { owner, repo } = named;
  const isDotCom = /^(?:altssh\.|www\.)?gitlab\.com(?::\d+)?$/.test(named.host);
  const host = isDotCom ? 'gitlab.com' : named.host;
  for (const entry of hosts) {
    const [name = '', api] = entry.split('=', 2);
    if (name.toLowerCase() !== host && name.toLowerCase() !== host.replace(/:\d+$/, '')) continue;
    const base = (api ?? `https://${name}/api/v4`).replace(/\/+$/, '');
    if (!isSafe(base) || !URL.canParse(base) || !base.endsWith('/api/v4')) return null;
    return { host: name.toLowerCase(), owner, repo, api: base };
  }
  return isDotCom ? { host, owner, repo, api: 'https://gitlab.com/api/v4' } : null;
}

/**
 * The repository on a Gitea or a Forgejo behind a remote's URL; `null`: another kind of remote. Besides codeberg.org and gitea.com
 * only hosts that the user names (with the base URL of the interface behind `=` where it is not `/api/v1`) are taken for one. What
 * that URL has before `/api/v1` may come before the owner in the remote's.
 */
export function giteaAddress(url: string, hosts: readonly string[]): GiteaAddress | null {
  const named = repositoryIn(url);
  if (named === null) return null;
  const known = /^(?:www\.|ssh\.)?(codeberg\.org|gitea\.com)(?::\d+)?$/.exec(named.host)?.[1];
  const host = known ?? named.host;
  const at = (name: string, api: string): GiteaAddress | null => {
    const base = api.replace(/\/+$/, '');
    if (!isSafe(base) || !URL.canParse(base) || !base.endsWith('/api/v1')) return null;
    const folder = new URL(base).pathname.slice(1, -'api/v1'.length);
    const owner = named.owner.startsWith(folder) ? named.owner.slice(folder.length) : named.owner;
    return owner.includes('/') ? null : { host: name.toLowerCase(), owner, repo: named.repo, api: base };
  };
  for (const entry of hosts) {
    const [name = '', api] = entry.split('=', 2);
    if (name.toLowerCase() !== host && name.toLowerCase() !== host.replace(/:\d+$/, '')) continue;
    return at(name, api ?? `https://${name}/api/v1`);
  }
  return known === undefined ? null : at(known, `https://${known}/api/v1`);
}

/**
 * The repository on Bitbucket Cloud behind a remote's URL; `null`: another kind of remote. `api`: where its interface is, if the user
 * names another place, such as a proxy. A Bitbucket of one's own, which has another interface, is not one.
 */
export function bitbucketAddress(
  url: string,
  api = 'https://api.bitbucket.org/2.0',
): BitbucketAddress | null {
  const named = repositoryIn(url);
  if (named === null || named.owner.includes('/')) return null;
  if (!/^(?:www\.|altssh\.)?bitbucket\.org(?::\d+)?$/.test(named.host)) return null;
  const base = api.replace(/\/+$/, '');
  if (!isSafe(base) || !URL.canParse(base) || !base.endsWith('/2.0')) return null;
  return { ...named, host: 'bitbucket.org', api: base };
}

/** Host, owner and name in a URL of the form that forges have; `null`: another form. The owner may be groups in groups. */
export function repositoryIn(url: string): { host: string; owner: string; repo: string } | null {
  const match =
    /^(?:https?|ssh|git\+ssh|git):\/\/(?:[^/@]*@)?([^/]+)\/(.+)\/([^/]+?)(?:\.git)?\/?$/i.exec(url) ??
    /^(?:[^/@:]+@)?([^/:]+):\/?([^/].*)\/([^/]+?)(?:\.git)?\/?$/.exec(url);
  const [, authority = '', owner = '', repo = ''] = match ?? [];
  const isPart = (part: string) => /^[\w.-]+$/.test(part) && part !== '.' && part !== '..';
  if (!isPart(repo) || !owner.split('/').every(isPart)) return null;
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
    ...(api && name !== undefined && !isOfGitea(api) ? [`${name}=${api}`] : []),
    ...(own && own.toLowerCase() !== 'github.com' ? [own] : []),
  ];
}

/** The same for GitLab: the pair that its runners set, and `GITLAB_HOST` of the `glab` command. */
function gitlabHostsIn(env: NodeJS.ProcessEnv): string[] {
  const { CI_SERVER_HOST: name, CI_API_V4_URL: api, GITLAB_HOST: own } = env;
  const host = own?.replace(/^https:\/\//i, '').replace(/\/+$/, '');
  return [
    ...(name && api ? [`${name}=${api}`] : []),
    ...(host && host.toLowerCase() !== 'gitlab.com' ? [host] : []),
  ];
}

/** The hosts that the user's configuration calls a Gitea or a Forgejo. */
export const ownGiteaHosts = (config: GitConfig): string[] =>
  [...saidToBe('gitea', config), ...saidToBe('forgejo', config)].map((host) => host.toLowerCase());

/** The runners of Gitea and Forgejo set the variables of GitHub's. */
const isOfGitea = (api: string): boolean => /\/api\/v1\/?$/.test(api);

/** The same for Gitea and Forgejo: what their runners set, and `GITEA_SERVER_URL` of the `tea` command. */
export function giteaHostsIn(env: NodeJS.ProcessEnv): string[] {
  const { GITHUB_SERVER_URL: server, GITHUB_API_URL: api } = env;
  return [
    ...(api && isOfGitea(api) ? [server] : []),
    ...[env.GITEA_SERVER_URL, env.FORGEJO_SERVER_URL],
  ].flatMap((said) => {
    const url = said !== undefined && URL.canParse(said) ? new URL(said) : null;
    return url === null ? [] : [`${url.host}=${url.origin}${url.pathname.replace(/\/+$/, '')}/api/v1`];
  });
}

/** The repository of a remote by the configuration around it: the URL that git uses decides, then the one written. */
export function addressOf(url: string, config: GitConfig, env: NodeJS.ProcessEnv): ForgeAddress | null {
  const hubs = [...config.all('realm.githubHost'), ...saidToBe('github', config), ...hostsIn(env)];
  const labs = [...named('gitlab', config), ...gitlabHostsIn(env)];
  const teas = [...named('gitea', config), ...named('forgejo', config), ...giteaHostsIn(env)];
  const embedded = saidToBe('embedded', config);
  for (const candidate of [effectiveUrl(url, config), url]) {
    const hub = githubAddress(candidate, hubs);
    if (hub !== null) return { kind: 'github', ...hub };
    const lab = gitlabAddress(candidate, labs);
    if (lab !== null && !embedded.includes(lab.host)) return { kind: 'gitlab', ...lab };
    const tea = giteaAddress(candidate, teas);
    if (tea !== null && !embedded.includes(tea.host)) return { kind: 'gitea', ...tea };
    const bucket = bitbucketAddress(candidate, config.get('realm.bitbucket.org.forgeApi'));
    if (bucket !== null && !embedded.includes(bucket.host)) return { kind: 'bitbucket', ...bucket };
  }
  return null;
}

const named = (forge: Said, config: GitConfig): string[] =>
  saidToBe(forge, config).map((host) => {
    const api = config.get(`realm.${host}.forgeApi`);
    return api === undefined ? host : `${host}=${api}`;
  });

type Said = ForgeAddress['kind'] | 'forgejo' | 'embedded';

/** Hosts that the user calls by a forge's name: `realm.<host>.forge = github`, or `realm.forge.<host>`. */
const saidToBe = (forge: Said, config: GitConfig): string[] =>
  [...config.keys()].flatMap((key) => {
    const host = /^realm\.(.+)\.forge$/.exec(key)?.[1] ?? /^realm\.forge\.(.+)$/.exec(key)?.[1];
    return host !== undefined && config.get(key) === forge ? [host] : [];
  });

/** A token goes over TLS, or to this machine. */
const isSafe = (url: string): boolean =>
  /^https:\/\//i.test(url) || /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/i.test(url);
