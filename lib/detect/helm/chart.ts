import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import {
  type Chart,
  type Crd,
  crdOf,
  emptyChart,
  fileAt,
  isCrd,
  schemaOf,
} from '../../kinds/helm/interface.ts';
import { sortUnresolved } from '../found-paths.ts';
import type { Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { type FileDocument, type Refused, readFile } from './yaml.ts';

/** What is read of one chart, as it grows. */
interface Reading {
  chart: Chart;
  parts: Part[];
  documents: string[];
  unresolved: Unresolved[];
}

/**
 * The chart in the files: the one nearest to the root, without the charts in it. Where there is none, the custom resources in the files.
 * The contract keeps the files that say something of the values, the resources and the name.
 */
export async function extractChart(files: readonly SourceFile[]): Promise<Extraction> {
  const folder = chartFolder(files);
  const reading: Reading = {
    ...{ chart: emptyChart(folder ?? ''), parts: [], documents: [], unresolved: [] },
  };
  for (const path of others(files, folder))
    no(reading, path, `a contract has one chart, which is '${folder === '' ? '.' : folder}'`);
  if (folder !== null) {
    const at = (name: string): SourceFile | undefined =>
      files.find(({ path }) => path === (folder === '' ? name : `${folder}/${name}`));
    await readChartFile(reading, at('Chart.yaml'));
    await readValues(reading, at('values.yaml'));
    await readSchema(reading, at('values.schema.json'));
  }
  for (const file of [...files].sort(byPath))
    if (mayHaveCrds(file, folder)) await readCrds(reading, file, folder !== null && isTemplate(file, folder));
  const { chart, parts, documents, unresolved } = reading;
  if (parts.length === 0 && unresolved.length === 0 && files[0] !== undefined)
    no(
      reading,
      files[0].path,
      folder === null
        ? 'it is neither a chart nor a CustomResourceDefinition'
        : "the chart has no 'values.yaml', no 'values.schema.json' and no 'crds' to read",
    );
  // What a file that was not read declares is part of it too.
  const isThere = parts.length > 0 && !unresolved.some(({ gap }) => gap);
  return {
    ...{ value: null, schema: isThere ? schemaOf(chart) : {}, parts: isThere ? parts : [] },
    ...{ unresolved: sortUnresolved(unresolved), documents: isThere ? documents : [] },
  };
}

const byPath = (a: SourceFile, b: SourceFile): number => (a.path < b.path ? -1 : 1);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);
const VALUES = ['values.yaml', 'values.schema.json'];

/** The folder of the chart: of `Chart.yaml`, or else of values; the nearest to the root. `null`: there is none. */
function chartFolder(files: readonly SourceFile[]): string | null {
  for (const names of [['Chart.yaml'], VALUES]) {
    const [folder] = foldersWith(files, names);
    if (folder !== undefined) return folder;
  }
  return null;
}

const foldersWith = (files: readonly SourceFile[], names: readonly string[]): string[] =>
  [
    ...new Set(files.filter(({ path }) => names.includes(nameOf(path))).map(({ path }) => folderOf(path))),
  ].sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));

/** Charts beside the one: those in it are its own. */
const others = (files: readonly SourceFile[], folder: string | null): string[] =>
  folder === null
    ? []
    : foldersWith(files, ['Chart.yaml'])
        .filter((other) => other !== folder && folder !== '' && !other.startsWith(`${folder}/`))
        .map((other) => `${other}/Chart.yaml`);

function no(reading: Reading, path: string, why: string, line = 1): void {
  reading.unresolved.push({ path, line, what: 'the chart', why, gap: true });
}

function note(reading: Reading, part: Pick<Part, 'pointer' | 'value' | 'path' | 'line' | 'how'>): void {
  reading.parts.push(part);
  if (!reading.documents.includes(part.path)) reading.documents.push(part.path);
}

/** The one document of a file, which has to be a mapping. */
async function mapping(file: SourceFile): Promise<FileDocument & { value: JsonObject }> {
  const read = await readFile(file);
  if ('why' in read) throw new Unreadable(read);
  const [document, more] = read.documents;
  if (more !== undefined)
    throw new Unreadable({ why: 'it contains more than one document', line: more.line('') });
  const { value = null, line = () => 1 } = document ?? {};
  if (value !== null && !isObject(value))
    throw new Unreadable({ why: 'it is not a mapping', line: line('') });
  return { value: value ?? {}, line };
}

class Unreadable extends Error {
  constructor(readonly refused: Refused) {
    super(refused.why);
  }
}

/** Runs one part of the reading; a file that cannot be read is a gap, and leaves the rest. */
async function part(
  reading: Reading,
  file: SourceFile | undefined,
  run: (of: FileDocument & { value: JsonObject }) => void,
) {
  if (file === undefined) return;
  try {
    run(await mapping(file));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    no(reading, file.path, error.refused.why, error.refused.line);
  }
}

async function readChartFile(reading: Reading, file: SourceFile | undefined): Promise<void> {
  const { chart } = reading;
  if (file === undefined) {
    reading.unresolved.push({
      ...{ path: chart.path === '' ? 'Chart.yaml' : `${chart.path}/Chart.yaml`, line: 1, what: 'the name' },
      why: 'Chart.yaml is not among the sources, so the name and the dependencies of the chart are not known',
    });
    return;
  }
  await part(reading, file, ({ value }) => {
    const { name, kubeVersion, dependencies } = value;
    const sections = (Array.isArray(dependencies) ? dependencies : []).flatMap((own) => {
      const section = isObject(own) ? (own.alias ?? own.name) : undefined;
      return typeof section === 'string' ? [section] : [];
    });
    reading.chart = {
      ...chart,
      ...{ name: typeof name === 'string' ? name : null, dependencies: sections },
      kubeVersion: typeof kubeVersion === 'string' ? kubeVersion : null,
      files: { ...chart.files, chart: fileAt(file.path) },
    };
    reading.documents.push(file.path);
  });
}

async function readValues(reading: Reading, file: SourceFile | undefined): Promise<void> {
  await part(reading, file, ({ value, line }) => {
    const { path } = file as SourceFile;
    const { chart } = reading;
    reading.chart = { ...chart, values: value, files: { ...chart.files, values: fileAt(path) } };
    for (const key of Object.keys(value)) {
      const at = `/${pointerToken(key)}`;
      note(reading, { pointer: `${fileAt(path)}${at}`, value: key, path, line: line(at), how: 'a value' });
    }
    if (Object.keys(value).length === 0 && !reading.documents.includes(path)) reading.documents.push(path);
  });
}

async function readSchema(reading: Reading, file: SourceFile | undefined): Promise<void> {
  await part(reading, file, ({ value, line }) => {
    const { path } = file as SourceFile;
    const { chart } = reading;
    reading.chart = { ...chart, schema: value, files: { ...chart.files, schema: fileAt(path) } };
    const properties = isObject(value.properties) ? Object.keys(value.properties) : [];
    for (const key of properties) {
      const at = `/properties/${pointerToken(key)}`;
      note(reading, { pointer: `${fileAt(path)}${at}`, value: key, path, line: line(at), how: 'a value' });
    }
    if (properties.length === 0)
      note(reading, {
        pointer: fileAt(path),
        value: 'the schema',
        path,
        line: 1,
        how: 'the schema of the values',
      });
  });
}

/** May a file have custom resources of the chart? Those of charts in it are their own. */
function mayHaveCrds({ path, bytes }: SourceFile, folder: string | null): boolean {
  if (!/\.(?:ya?ml|json|tpl)$/i.test(path)) return false;
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('CustomResourceDefinition'))
    return false;
  if (folder === null) return true;
  const inside = folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
  return inside !== null && /^(?:crds|templates)\//.test(inside);
}

const isTemplate = ({ path }: SourceFile, folder: string): boolean =>
  path.startsWith(folder === '' ? 'templates/' : `${folder}/templates/`);

async function readCrds(reading: Reading, file: SourceFile, mayBeTemplate: boolean): Promise<void> {
  const { path } = file;
  const read = await readFile(file);
  if ('why' in read) {
    // What a template makes of it is known to nobody: a part of the chart that is left out, in words.
    if (mayBeTemplate)
      reading.unresolved.push({
        ...{
          path,
          line: read.line,
          what: 'custom resources',
          why: `${read.why}: what it defines is not compared`,
        },
      });
    else no(reading, path, read.why, read.line);
    return;
  }
  const crds: Crd[] = [];
  for (const [nth, { value, line }] of read.documents.entries())
    for (const { document, inside } of itemsOf(value)) {
      if (!isCrd(document)) continue;
      const at = `${fileAt(path)}${read.documents.length > 1 ? `/${nth}` : ''}${inside}`;
      const crd = crdOf(document, at);
      if (crd === null) {
        no(reading, path, "a CustomResourceDefinition has no 'group' or no 'kind'", line(inside));
        continue;
      }
      crds.push(crd);
      for (const { name, served, pointer } of crd.versions)
        if (served)
          note(reading, {
            ...{ pointer: `${at}${pointer}`, value: `${crd.kind}.${crd.group} ${name}`, path },
            ...{ line: line(`${inside}${pointer}`), how: 'a custom resource' },
          });
    }
  reading.chart = { ...reading.chart, crds: [...reading.chart.crds, ...crds] };
}

/** A list of Kubernetes is what it lists. */
function itemsOf(value: JsonValue): { document: JsonValue; inside: string }[] {
  if (isObject(value) && value.kind === 'List' && Array.isArray(value.items))
    return value.items.map((document, at) => ({ document, inside: `/items/${at}` }));
  return [{ document: value, inside: '' }];
}
