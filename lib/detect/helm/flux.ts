import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { pinOf, repositoryOf } from '../repository.ts';
import { Layers, type Sources } from './sources.ts';
import { type Target, targetOf } from './target.ts';
import type { FileDocument } from './yaml.ts';

/** Is a document a release of Flux (Flux, "Helm Releases")? */
export const isFluxRelease = (value: JsonValue): value is JsonObject =>
  isObject(value) &&
  /^helm\.toolkit\.fluxcd\.io\//.test(String(value.apiVersion)) &&
  value.kind === 'HelmRelease';

/** The chart of a release of Flux and the values that it gives. Values in the cluster are not read. */
export function fluxUses(sources: Sources, path: string, document: FileDocument, release: JsonObject): void {
  const spec = isObject(release.spec) ? release.spec : {};
  const template = isObject(spec.chart) && isObject(spec.chart.spec) ? spec.chart.spec : {};
  const layers = new Layers(sources, path, document);
  for (const [nth, given] of (Array.isArray(spec.valuesFrom) ? spec.valuesFrom : []).entries())
    layers.unread(
      `/spec/valuesFrom/${nth}`,
      isObject(given) ? `${given.kind} '${given.name}'` : 'valuesFrom',
      'its values are in the cluster',
    );
  if (template.valuesFiles !== undefined)
    layers.unread('/spec/chart/spec/valuesFiles', 'valuesFiles', "these files are in the chart's repository");
  if (isObject(spec.values)) layers.inline(spec.values, '/spec/values');
  const { chart, version } = template;
  const ref = typeof version === 'string' ? ` ${version}` : '';
  const name = isObject(release.metadata) ? String(release.metadata.name ?? '') : '';
  const place = template.chart === undefined ? '/spec' : '/spec/chart/spec/chart';
  sources.gives(chartOf(sources, spec, template), {
    subject: `release '${name}'${typeof chart === 'string' ? ` (${chart}${ref})` : ''}`,
    ...{ path, line: document.line(place), layers: layers.found, open: layers.open },
  });
}

/** Which chart it is; a text says why it is not known. */
function chartOf(
  sources: Sources,
  spec: JsonObject,
  { chart, version, sourceRef }: JsonObject,
): Target | string {
  if (isObject(spec.chartRef))
    return `its chart is what ${spec.chartRef.kind} '${spec.chartRef.name}' has, which is not read`;
  if (typeof chart !== 'string') return 'it names no chart';
  if (chart.includes('${')) return 'which chart it is is only known at run time';
  const from = isObject(sourceRef) ? sourceRef : {};
  const pin = typeof version === 'string' ? version : null;
  if (from.kind !== 'GitRepository' && from.kind !== 'Bucket') return targetOf(chart, '', pin);
  const url = from.kind === 'GitRepository' ? urlOf(sources, String(from.name)) : null;
  const named = url === null ? null : repositoryOf(url.url);
  if (named === null) return `where ${from.kind} '${from.name}' is was not read`;
  const folder = posix.normalize(chart).replace(/^\/+|\/+$/g, '');
  return { use: { paths: [folder], ...(url?.ref == null ? {} : pinOf(url.ref)) }, repositories: [named] };
}

/** A repository of git as a manifest among the files says it. */
function urlOf({ files }: Sources, name: string): { url: string; ref: string | null } | null {
  for (const documents of files.values())
    for (const { value } of documents) {
      if (!isObject(value) || value.kind !== 'GitRepository' || !isObject(value.metadata)) continue;
      if (value.metadata.name !== name || !isObject(value.spec) || typeof value.spec.url !== 'string')
        continue;
      const ref = isObject(value.spec.ref) ? value.spec.ref : {};
      const at = [ref.commit, ref.tag, ref.branch].find((word) => typeof word === 'string');
      return { url: value.spec.url, ref: typeof at === 'string' ? at : null };
    }
  return null;
}
