import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import { belongsTo } from '../repository.ts';
import {
  type DetectorOptions,
  type Extraction,
  MAX_DOCUMENT_BYTES,
  type SourceFile,
  type Unresolved,
} from '../types.ts';
import { fluxUses, isFluxRelease } from './flux.ts';
import { recordOf } from './given.ts';
import { applicationIn, argoUses, dependencyUses, helmfileUses, isHelmfile } from './releases.ts';
import { Sources } from './sources.ts';
import { documentsIn, type FileDocument, readFile } from './yaml.ts';

const isYaml = (path: string): boolean => /\.(?:ya?ml|json|gotmpl)$/i.test(path);
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/**
 * What the files give to charts, and the custom resources in them: one use each. A file of values that nothing else names is a use by
 * itself, to which more may be given elsewhere. Throws `detector-option`.
 */
export async function extractUses(
  files: readonly SourceFile[],
  options: DetectorOptions,
): Promise<Extraction> {
  const belongs = belongsTo('helm-uses', options.repository);
  const read = new Map<string, readonly FileDocument[]>();
  const refused: Unresolved[] = [];
  const templates: [SourceFile, number][] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!isYaml(file.path)) continue;
    const found = await readFile(file);
    if ('documents' in found) read.set(file.path, found.documents);
    else if (isTemplate(file)) templates.push([file, found.line]);
    else refused.push({ path: file.path, line: found.line, what: 'the file', why: found.why, gap: true });
  }
  const sources = new Sources(read, belongs, options.repository !== undefined);
  const charts = new Set([...read.keys()].filter((path) => /(?:^|\/)Chart\.yaml$/.test(path)).map(folderOf));
  for (const [path, documents] of read)
    for (const document of documents) await installs(sources, path, document);
  for (const [path, documents] of read) {
    if (!sources.consumed.has(path) && !charts.has(folderOf(path)))
      plain(sources, path, documents, read.size === 1);
    for (const document of documents) manifests(sources, path, document);
  }
  for (const [file] of templates) templated(sources, file);
  const { parts, unresolved } = sources;
  const value = { uses: parts.map((part) => part.value) };
  return { value, schema: {}, parts, unresolved: sortUnresolved([...refused, ...unresolved]) };
}

/** A template of a chart, which is a manifest once it is rendered. */
const isTemplate = ({ path }: SourceFile): boolean => /(?:^|\/)templates\//.test(path);

/** What installs charts: helmfiles, applications of Argo CD, and charts that depend on others. */
async function installs(sources: Sources, path: string, document: FileDocument): Promise<void> {
  const { value } = document;
  if (isHelmfile(path, value)) helmfileUses(sources, path, document);
  const at = applicationIn(value);
  if (at !== null && isObject(value)) await argoUses(sources, path, document, [value, at]);
  if (isFluxRelease(value)) fluxUses(sources, path, document, value);
  if (/(?:^|\/)(?:Chart|requirements)\.yaml$/.test(path)) dependencyUses(sources, path, document);
}

const isManifest = (value: JsonValue): value is JsonObject =>
  isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';

/** A file of values: `helm install --values`. */
function plain(sources: Sources, path: string, documents: readonly FileDocument[], isAlone: boolean): void {
  const isNamed = /values[^/]*\.(?:ya?ml|json)$/i.test(path);
  const [document, more] = documents;
  if (document === undefined || (!isNamed && !isAlone) || /\.schema\.json$/.test(path)) return;
  const { value, line } = document;
  if (isManifest(value) || isHelmfile(path, value)) return;
  const no = (why: string, at: number): void => {
    sources.unresolved.push({ path, line: at, what: 'the values', why, gap: true });
  };
  if (more !== undefined) no('it contains more than one document', more.line(''));
  else if (!isObject(value)) no(value === null ? 'it is empty' : 'it is not a mapping', line(''));
  else {
    const { values, lines, hidden } = recordOf(value, { path, line }, false);
    sources.add(path, line(''), {
      ...{ subject: path, values, lines, layer: true },
      ...(hidden.length > 0 ? { hidden } : {}),
    });
  }
}

/** Groups of Kubernetes itself, and of what reads manifests and keeps none. */
const builtIn = /^[^.]*$|(?:^|\.)(?:k8s|kubernetes)\.io$|^kustomize\.config/;

/** Resources of kinds that are not Kubernetes' own. */
function manifests(sources: Sources, path: string, { value, line }: FileDocument): void {
  const items: [JsonValue, string][] =
    isObject(value) && value.kind === 'List' && Array.isArray(value.items)
      ? value.items.map((item, at) => [item, `/items/${at}`])
      : [[value, '']];
  for (const [item, at] of items) {
    if (!isManifest(item)) continue;
    const [group = '', version = ''] = String(item.apiVersion).split('/');
    if (version === '' || builtIn.test(group)) continue;
    const name = isObject(item.metadata) ? item.metadata.name : undefined;
    const given = recordOf(item, { path, line: (pointer) => line(`${at}${pointer}`) }, true);
    sources.add(path, line(at), {
      subject: `${item.kind} '${typeof name === 'string' ? name : ''}'`,
      ...{ group, version, kind: String(item.kind), instance: given.values, lines: given.lines },
      ...(given.hidden.length > 0 ? { hidden: given.hidden } : {}),
    });
  }
}

/** What a template makes is not known, but which kinds it may make. */
function templated(sources: Sources, file: SourceFile): void {
  const text = decode(file, MAX_DOCUMENT_BYTES);
  if (typeof text !== 'string') return;
  for (const part of documentsIn(file.path, text)) {
    const at = /^apiVersion:[ \t]*["']?([\w.-]+)\/(\w+)/m.exec(part.text);
    const kind = /^kind:[ \t]*["']?(\w+)/m.exec(part.text)?.[1];
    if (at === null || kind === undefined || builtIn.test(at[1] ?? '')) continue;
    const line = part.before + part.text.slice(0, at.index).split('\n').length;
    sources.add(file.path, line, {
      ...{
        subject: `a template of ${kind}`,
        group: at[1] ?? '',
        version: at[2] ?? '',
        kind,
        templated: true,
      },
    });
  }
}
