import { RealmError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A repository as code names it. */
export interface Named {
  /** Where it is written. */
  host?: string | undefined;
  /** `acme/ci`, `group/sub/name`; `.` is the repository that the code itself is in. */
  path: string;
}

/** Which repository something means, for the option `repository` of a reader of uses. */
export type Belongs = 'yes' | 'no' | 'perhaps';

/**
 * What the option `repository` says: URLs, `owner/name`, `.` for the consumer's own, and a star before `/name` where only the name is
 * known. Throws `detector-option`.
 */
export function belongsTo(detector: string, option: JsonValue | undefined): (named: Named) => Belongs {
  if (option === undefined) return () => 'yes';
  const list = Array.isArray(option) ? option : [option];
  const known = list.map((item) => (typeof item === 'string' ? repositoryOf(item) : null));
  if (known.some((repository) => repository === null))
    throw new RealmError('detector-option', `option 'repository' of ${detector} must be a repository`, {
      exitCode: 129,
      hint: '--with repository=acme/ci',
    });
  return (named) => {
    const answers = known.map((repository) =>
      repository === null ? 'no' : sameRepository(repository, named),
    );
    return answers.includes('yes') ? 'yes' : answers.includes('perhaps') ? 'perhaps' : 'no';
  };
}

function sameRepository(own: Named, named: Named): Belongs {
  const [mine, theirs] = [own.path.toLowerCase(), named.path.toLowerCase()];
  // A folder beside the consumer's repository, which may be a checkout of the provider's.
  if (theirs.startsWith('../') && mine !== theirs)
    return theirs.slice(3) === mine.slice(mine.lastIndexOf('/') + 1) ? 'perhaps' : 'no';
  if (mine.startsWith('*/') && theirs !== '.')
    return theirs.slice(theirs.lastIndexOf('/') + 1) === mine.slice(2) ? 'perhaps' : 'no';
  const hosts = own.host === undefined || named.host === undefined || own.host === named.host;
  return hosts && mine === theirs ? 'yes' : 'no';
}

/** Host and path in a URL of git, or in `owner/name`; `null`: neither. A folder of this machine has no host. */
export function repositoryOf(text: string): Named | null {
  if (text === '.' || /^\.\.\/[\w.-]+$/.test(text)) return { path: text };
  const trimmed = text
    .replace(/^git::/, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]*)(?::\d+)?\/(.+)$/i.exec(trimmed);
  const scp = /^(?:[^/@:]+@)([^/:]+):\/?(.+)$/.exec(trimmed);
  const [, host, path] = url ?? scp ?? [];
  if (path !== undefined) return { host: host === '' ? undefined : host?.toLowerCase(), path };
  if (/^\//.test(trimmed)) return { path: trimmed.split('/').slice(-2).join('/') };
  const short = /^(?:([\w-]+(?:\.[\w-]+)+)\/)?([\w.*-]+(?:\/[\w.-]+)+)$/.exec(trimmed);
  return short === null ? null : { host: short[1]?.toLowerCase(), path: short[2] ?? '' };
}

/** Which version a ref names. A tag and a branch look alike, except that versions are tags. */
export const pinOf = (ref: string): JsonObject => ({
  ref,
  pin: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)
    ? 'commit'
    : /^v?\d+(?:\.\d+)*(?:[-+].*)?$|^~latest$/.test(ref)
      ? 'tag'
      : 'branch or tag',
});
