import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { withoutTraces } from '../../yaml-bounds.ts';
import { Layers, type Sources } from './sources.ts';
import { argoTarget, targetOf } from './target.ts';
import type { FileDocument } from './yaml.ts';

const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
const listOf = (value: JsonValue | undefined): JsonValue[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** Is a document a helmfile (Helmfile, "Configuration")? */
export const isHelmfile = (path: string, value: JsonValue): value is JsonObject => {
  if (!isObject(value)) return false;
  const { releases, bases, helmfiles } = value;
  if (/(?:^|\/)helmfile(?:\.d\/|[^/]*\.ya?ml$)/i.test(path))
    return [releases, bases, helmfiles].some((list) => Array.isArray(list));
  return (
    Array.isArray(releases) &&
    releases.some((release) => isObject(release) && typeof release.chart === 'string')
  );
};

/** The releases of a helmfile: each gives values to a chart. */
export function helmfileUses(sources: Sources, path: string, document: FileDocument): void {
  const { value, line } = document;
  const releases = isObject(value) ? listOf(value.releases) : [];
  const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  for (const key of ['bases', 'helmfiles'])
    if (isObject(value) && value[key] !== undefined)
      sources.open(path, line(`/${key}`), key, 'what other helmfiles bring in is not read');
  for (const [nth, release] of releases.entries()) {
    const at = `/releases/${nth}`;
    if (!isObject(release) || typeof release.chart !== 'string') {
      const named = isObject(release) ? `release '${textOf(release.name) ?? nth}'` : 'a release';
      const isInherited = isObject(release) && release.inherit !== undefined;
      const why = isInherited ? 'its chart is in what it inherits, which is not read' : 'it names no chart';
      sources.open(path, line(at), named, why);
      continue;
    }
    const layers = new Layers(sources, path, document);
    const beside = (file: string): string => posix.join(folder, file);
    for (const [own, entry] of listOf(release.values).entries())
      if (typeof entry === 'string') layers.file(beside(entry), `${at}/values/${own}`);
      else if (isObject(entry)) layers.inline(entry, `${at}/values/${own}`);
      else layers.unread(`${at}/values/${own}`, 'values', 'they are neither a file nor a mapping');
    for (const [own, entry] of listOf(release.secrets).entries())
      layers.unread(`${at}/secrets/${own}`, String(entry), 'values of secrets are not read');
    for (const [own, entry] of [...listOf(release.set), ...listOf(release.setString)].entries())
      if (isObject(entry))
        layers.set(entry.name, entry.values ?? entry.value ?? null, false, `${at}/set/${own}`);
    if (release.inherit !== undefined)
      layers.unread(`${at}/inherit`, 'inherit', 'what it inherits from a template is not read');
    const version = textOf(release.version);
    const name = typeof release.name === 'string' ? release.name : release.chart;
    sources.gives(targetOf(release.chart, folder, version), {
      subject: `release '${name}' (${release.chart}${version === null ? '' : ` ${version}`})`,
      ...{ path, line: line(`${at}/chart`), layers: layers.found, open: layers.open },
    });
  }
}

/** Where an application of Argo CD has its specification; `null`: it is none. */
export function applicationIn(value: JsonValue): string | null {
  if (!isObject(value) || typeof value.apiVersion !== 'string' || !/^argoproj\.io\//.test(value.apiVersion))
    return null;
  return value.kind === 'Application'
    ? '/spec'
    : value.kind === 'ApplicationSet'
      ? '/spec/template/spec'
      : null;
}

/** The sources of an application of Argo CD that are charts (Argo CD, "Helm"). */
export async function argoUses(
  sources: Sources,
  path: string,
  document: FileDocument,
  [root, at]: readonly [JsonObject, string],
): Promise<void> {
  const spec = at
    .split('/')
    .slice(1)
    .reduce<JsonValue>((here, key) => (isObject(here) ? (here[key] ?? null) : null), root);
  if (!isObject(spec)) return;
  const name = isObject(root.metadata) ? String(root.metadata.name ?? '') : '';
  const all: [JsonValue, string][] = Array.isArray(spec.sources)
    ? spec.sources.map((source, nth) => [source, `${at}/sources/${nth}`])
    : [[spec.source ?? null, `${at}/source`]];
  for (const [source, place] of all) {
    if (!isObject(source)) continue;
    const target = argoTarget(source);
    if (target === null) continue;
    const layers = new Layers(sources, path, document);
    const refs = Array.isArray(spec.sources) ? spec.sources.filter(isObject) : null;
    if (isObject(source.helm))
      await argoValues(sources, layers, { source, refs }, [source.helm, `${place}/helm`]);
    if (isObject(root.spec) && root.spec.templatePatch !== undefined)
      layers.unread('/spec/templatePatch', 'templatePatch', 'what it changes is only known at run time');
    const version = textOf(source.targetRevision);
    const chart = textOf(source.chart) ?? `${textOf(source.repoURL)}//${textOf(source.path)}`;
    sources.gives(target, {
      subject: `application '${name}' (${chart}${version === null ? '' : ` ${version}`})`,
      ...{ path, line: document.line(chartPlace(source, place)) },
      ...{ layers: layers.found, open: layers.open },
    });
  }
}

/** Where a source names its chart. */
const chartPlace = ({ chart, path }: JsonObject, place: string): string =>
  chart !== undefined ? `${place}/chart` : path !== undefined ? `${place}/path` : place;

/** A source with the others of its application, by which `$ref/…` goes; `null`: it is the only one. */
interface Among {
  source: JsonObject;
  refs: readonly JsonObject[] | null;
}

/** The precedence is parameters, valuesObject, values, valueFiles. */
async function argoValues(
  sources: Sources,
  layers: Layers,
  { source, refs }: Among,
  [helm, at]: readonly [JsonObject, string],
): Promise<void> {
  for (const [nth, file] of listOf(helm.valueFiles).entries()) {
    if (typeof file !== 'string') continue;
    const pointer = `${at}/valueFiles/${nth}`;
    if (!file.startsWith('$')) {
      layers.file(posix.join(textOf(source.path) ?? '.', file), pointer);
      continue;
    }
    // `$ref/path` is a file of another source: here, unless that is a repository which surely is another.
    const name = file.slice(1, file.indexOf('/'));
    const other = refs?.find(({ ref }) => ref === name);
    const url = textOf(other?.repoURL);
    if (refs !== null && other === undefined) layers.unread(pointer, file, `no source has the ref '${name}'`);
    else if (url !== null && sources.isProviders(url))
      layers.unread(pointer, file, "it is in the provider's repository");
    else layers.file(file.slice(file.indexOf('/') + 1), pointer);
  }
  if (typeof helm.values === 'string') {
    const parsed = await parsedValues(helm.values);
    if (parsed === null) layers.unread(`${at}/values`, 'values', 'they are not a mapping in YAML');
    else layers.at(parsed, `${at}/values`);
  }
  if (isObject(helm.valuesObject)) layers.inline(helm.valuesObject, `${at}/valuesObject`);
  for (const [nth, parameter] of listOf(helm.parameters).entries())
    if (isObject(parameter))
      layers.set(
        parameter.name,
        parameter.value ?? '',
        parameter.forceString === true,
        `${at}/parameters/${nth}`,
      );
  for (const [nth, parameter] of listOf(helm.fileParameters).entries())
    layers.unread(
      `${at}/fileParameters/${nth}`,
      isObject(parameter) ? String(parameter.name) : 'a parameter',
      'it is set to what a file holds',
    );
}

async function parsedValues(text: string): Promise<JsonObject | null> {
  const { readData } = await import('../data/document.ts');
  try {
    const { value } = await withoutTraces(() => readData('values.yaml', text));
    return value === null ? {} : isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** The charts that a chart in the files depends on: each section of its values is what one is given. */
export function dependencyUses(sources: Sources, path: string, document: FileDocument): void {
  const { value, line } = document;
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const isOwn = (file: string): boolean =>
    (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '') === folder &&
    /values[^/]*\.ya?ml$/i.test(file);
  const values = [...sources.files.keys()].filter(isOwn);
  const base = values.find((file) => /(?:^|\/)values\.yaml$/.test(file));
  const variants = values.filter((file) => file !== base);
  for (const [nth, dependency] of (isObject(value) ? listOf(value.dependencies) : []).entries()) {
    if (!isObject(dependency) || typeof dependency.name !== 'string') continue;
    const at = `/dependencies/${nth}`;
    const section = typeof dependency.alias === 'string' ? dependency.alias : dependency.name;
    const version = textOf(dependency.version);
    const local = /^file:\/\/(.*)$/.exec(textOf(dependency.repository) ?? '')?.[1];
    const target =
      local === undefined
        ? targetOf(dependency.name, folder, version)
        : targetOf(/^\.\.?\//.test(local) ? local : `./${local}`, folder, version);
    for (const variant of [undefined, ...variants]) {
      const files = [base, variant].flatMap((file) => (file === undefined ? [] : [file]));
      const layers = files.flatMap((file) => {
        const whole = sources.valuesIn(file);
        const own = whole?.value[section];
        if (whole === undefined || !isObject(own)) return [];
        const inside = `/${section.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        return [{ value: own, path: file, line: (pointer: string) => whole.line(`${inside}${pointer}`) }];
      });
      if (variant !== undefined && !layers.some((layer) => layer.path === variant)) continue;
      sources.gives(target, {
        subject: `dependency '${section}' (${dependency.name}${version === null ? '' : ` ${version}`})`,
        ...{ path, line: line(`${at}/name`), layers, open: undefined },
      });
    }
  }
}
