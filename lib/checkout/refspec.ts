import type { GitConfig } from '../git/config.ts';

/**
 * The ref in which the fetch refspecs of a remote keep one of its refs, both by full name; `null`: they keep none. The first
 * refspec that matches decides, and a negative one excludes (git-fetch(1), `<refspec>`).
 */
export function trackedAs(config: GitConfig, remote: string, name: string): string | null {
  const specs = config.all(`remote.${remote}.fetch`);
  if (specs.some((spec) => spec.startsWith('^') && match(fullName(spec.slice(1)), name) !== null))
    return null;
  for (const spec of specs) {
    const [from = '', to = ''] = spec.replace(/^\+/, '').split(':');
    const star = spec.startsWith('^') || to === '' ? null : match(fullName(from), name);
    if (star !== null) return fullName(to).replace('*', () => star);
  }
  return null;
}

/** Does a refspec of this remote write to `refs/remotes/<remote>/`, where git keeps the remote's HEAD as well? */
export const hasTrackingFolder = (config: GitConfig, remote: string): boolean =>
  config
    .all(`remote.${remote}.fetch`)
    .some((spec) => fullName(spec.split(':')[1] ?? '').startsWith(`refs/remotes/${remote}/`));

/** What the star stands for, '' without one; `null`: it does not match. */
function match(pattern: string, name: string): string | null {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === name ? '' : null;
  const fits = name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
  return fits ? name.slice(before.length, name.length - after.length) : null;
}

/** A side of a refspec may be abbreviated (remote.c, `get_local_ref`). */
function fullName(name: string): string {
  if (name === '' || name === 'HEAD' || name.startsWith('refs/')) return name;
  return /^(heads|tags|remotes)\//.test(name) ? `refs/${name}` : `refs/heads/${name}`;
}
