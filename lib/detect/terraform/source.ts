import { posix } from 'node:path';
import { type Named, repositoryOf } from '../repository.ts';

/** Where the source of a module leads. */
export interface Source {
  /** The repositories that it may mean: a module of a registry has a repository of a name of its own. */
  repositories: readonly Named[];
  /** The folder in it. */
  path: string;
  /** What `?ref=` says. */
  ref: string | null;
}

/** Reads `source` of a module block in a folder of the caller's ("Module Sources"); `null`: it leads to no repository. */
export function sourceOf(source: string, folder: string): Source | null {
  if (/^\.\.?(?:\/|$)/.test(source)) return localSource(source, folder);
  const [address = '', query = ''] = source.split('?', 2);
  const ref = /(?:^|&)ref=([^&]+)/.exec(query)?.[1] ?? null;
  const [, before = '', inside = ''] =
    /^((?:[a-z0-9+]+::)?(?:[a-z0-9+.-]+:\/\/)?[^/].*?)(?:\/\/(.*))?$/i.exec(address) ?? [];
  const path = inside.replace(/\/+$/, '');
  const registry = /^(?:([\w-]+(?:\.[\w-]+)+)\/)?([\w-]+)\/([\w-]+)\/([\w-]+)$/.exec(before);
  const [, host, owner = '', name = '', provider = ''] = registry ?? [];
  if (registry !== null && !/^(?:github\.com|bitbucket\.org|gitlab\.com)$/i.test(host ?? ''))
    return {
      repositories: [
        { path: `${owner}/terraform-${provider}-${name}` },
        { path: `${owner}/${name}/${provider}`, ...(host === undefined ? {} : { host }) },
      ],
      ...{ path, ref },
    };
  const known = repositoryOf(before);
  return known === null ? null : { repositories: [known], path, ref };
}

/** A folder of the caller's repository, or of one that is checked out beside it. */
function localSource(source: string, folder: string): Source {
  const joined = posix.normalize(posix.join(folder, source)).replace(/\/+$/, '');
  const path = joined === '.' ? '' : joined;
  if (!path.startsWith('..')) return { repositories: [{ path: '.' }], path, ref: null };
  const [name = '', ...inside] = path.replace(/^(?:\.\.\/)+/, '').split('/');
  return { repositories: [{ path: `../${name}` }], path: inside.join('/'), ref: null };
}
