import type { GitConfig } from '../git/config.ts';
import { scpHost } from '../names.ts';
import { publishingRemote } from './tip.ts';

/** Which remote of a clone is the repository that the realm has registered. */
export type Registered =
  /** `remote` is it, or nothing says that it is not. */
  | { remote: string | null }
  /** `remote` is another repository on the same host: a fork. */
  | { remote: string | null; fork: string };

/**
 * The remote with the registered URL, whatever it is called; else the one that publishes, unless its URL names another
 * repository on the same host. Two forms of access to one repository (ssh and https) are the same. A path and a URL cannot be
 * compared, and nothing is concluded.
 */
export function registeredRemote(config: GitConfig, url: string | undefined): Registered {
  const usual = publishingRemote(config);
  if (url === undefined || usual === null || config.get('realm.remote') !== undefined)
    return { remote: usual };
  const urlOf = (remote: string) => config.get(`remote.${remote}.url`) ?? '';
  const wanted = placeOf(url);
  const isSame = (remote: string) => {
    const own = placeOf(urlOf(remote));
    return own.host === wanted.host && own.path === wanted.path;
  };
  if (isSame(usual)) return { remote: usual };
  const match = remotesIn(config).find(isSame);
  if (match !== undefined) return { remote: match };
  return placeOf(urlOf(usual)).host === wanted.host
    ? { remote: usual, fork: urlOf(usual) }
    : { remote: usual };
}

/** The same configuration with another value for one key. */
export function withValue(config: GitConfig, key: string, value: string): GitConfig {
  return {
    ...config,
    get: (name) => (name === key ? value : config.get(name)),
    all: (name) => (name === key ? [value] : config.all(name)),
    bool: (name, fallback) => config.bool(name, fallback),
    keys: () => new Set([...config.keys(), key]),
  };
}

const remotesIn = (config: GitConfig): string[] =>
  [...config.keys()].flatMap((key) => /^remote\.(.+)\.url$/.exec(key)?.[1] ?? []);

/** Host (`''`: this machine) and path of a URL, less what only says how to get there. */
function placeOf(url: string): { host: string; path: string } {
  const bare = (path: string) => path.replace(/^\/+|\/+$|\.git\/*$/g, '').replace(/\.git$/, '');
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::\d+)?(\/.*)?$/i.exec(url);
  if (match !== null) {
    const [, scheme = '', host = '', path = ''] = match;
    return { host: scheme.toLowerCase() === 'file' ? '' : host.toLowerCase(), path: bare(path) };
  }
  const host = scpHost(url);
  if (host === undefined) return { host: '', path: bare(url) };
  return { host: host.replace(/^.*@/, '').toLowerCase(), path: bare(url.slice(url.indexOf(':') + 1)) };
}
