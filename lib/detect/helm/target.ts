import type { JsonObject } from '../../json.ts';
import { type Named, pinOf, repositoryOf } from '../repository.ts';
import { sourceOf } from '../terraform/source.ts';

/** Which chart is meant: by the name it has in a repository of charts, or by its folder in a repository of git. */
export interface Target {
  /** What a use says of it. */
  use: JsonObject;
  /** Where the folder is; absent for a chart that has a name. */
  repositories?: readonly Named[];
}

/** The chart that a helmfile names; a text says why it is not known. */
export function targetOf(chart: string, folder: string, version: string | null): Target | string {
  if (chart.includes('{{')) return 'which chart it is is only known at run time';
  const ref = version === null ? {} : pinOf(version);
  const git = /^git\+(https?|ssh|file):\/\/(.+?)@([^?]*)(\?.*)?$/.exec(chart);
  const source =
    git === null ? chart : `git::${git[1]}://${git[2]}//${(git[3] ?? '').replace(/\/+$/, '')}${git[4] ?? ''}`;
  if (/^\.\.?(?:\/|$)/.test(source) || source.startsWith('git::')) {
    const found = sourceOf(source, folder);
    if (found === null) return `'${chart}' leads to no repository`;
    const own = found.ref === null ? ref : pinOf(found.ref);
    return { use: { paths: [found.path], ...own }, repositories: found.repositories };
  }
  const name = chart
    .replace(/^oci:\/\//, '')
    .replace(/\/+$/, '')
    .replace(/^.*\//, '')
    .replace(/[:@].*$/, '')
    .replace(/-v?\d[\w.+-]*\.tgz$/, '');
  return { use: { chart: name, ...ref } };
}

/** The chart in a source of Argo CD: by name from a repository of charts, or a folder in one of git. */
export function argoTarget(source: JsonObject): Target | string | null {
  const { chart, repoURL, path, targetRevision } = source;
  const ref = typeof targetRevision === 'string' ? pinOf(targetRevision) : {};
  if (typeof chart === 'string')
    return chart.includes('{{')
      ? 'which chart it is is only known at run time'
      : { use: { chart: chart.slice(chart.lastIndexOf('/') + 1), ...ref } };
  // A source that only others refer to.
  if (typeof source.ref === 'string' && path === undefined) return null;
  if (typeof path !== 'string' || typeof repoURL !== 'string') return 'it names neither a chart nor a folder';
  if (path.includes('{{') || repoURL.includes('{{')) return 'which folder it is is only known at run time';
  const named = repositoryOf(repoURL);
  if (named === null) return `'${repoURL}' leads to no repository`;
  return { use: { paths: [path.replace(/^\.?\/+|\/+$/g, '')], ...ref }, repositories: [named] };
}
