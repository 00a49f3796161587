import { RealmError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import type { Proposal } from '../scan.ts';
import { refuseSecrets } from '../secrets.ts';
import type { Detector, Extraction, Part, SourceFile } from '../types.ts';
import { type Application, Applications, applicationIn } from './applications.ts';
import { type Nameable, nameAll } from './names.ts';
import { bucketAndKey, type Noise, noiseOf } from './noise.ts';

/** What `join` offers to export: findings of one application, as they would be published from its sources. */
export interface OfferedExport {
  /** Unique among what is offered. */
  name: string;
  detector: string;
  options?: JsonObject;
  /** The application or package that the findings lie in; '' for the whole repository. */
  folder: string;
  /** The files that hold findings, and those without which a value would be another. Sorted. */
  sourceFiles: string[];
  /** As it is read from those files alone; where it is left out, the parts of them that were found among everything. */
  extraction: Extraction;
  /** Why it is left out unless somebody asks for it. */
  noise?: Noise;
}

export interface Repository {
  /** What the repo is called in the realm. */
  name: string;
  paths: Iterable<string>;
  read: (paths: readonly string[]) => Promise<readonly SourceFile[]>;
}

/** Findings of one application and one class of noise, or none. */
interface Group extends Nameable {
  proposal: Proposal;
  files: string[];
}

/**
 * The proposed exports by application and by class of noise. A file is noise only where all that it holds is. Only files
 * that matter are sources: each holds a finding, or a value would be another without it.
 */
export async function offeredExports(
  proposals: readonly Proposal[],
  detectorOf: (name: string) => Detector,
  repo: Repository,
): Promise<OfferedExport[]> {
  const applications = new Applications(repo.paths);
  const groups = proposals
    .filter(({ role, refused }) => role === 'export' && refused === undefined)
    .flatMap((proposal) => groupsOf(proposal, applications));
  const named = new Map<string, Application>();
  for (const { folder } of groups)
    if (!named.has(folder))
      named.set(folder, applicationIn(folder, await repo.read(applications.manifestsOf(folder))));
  const names = nameAll(groups, named, repo.name);
  const offers: OfferedExport[] = [];
  const budget = { left: MOST_READINGS };
  for (const [at, { proposal, folder, files, noise }] of groups.entries()) {
    const detector = detectorOf(proposal.detector);
    // What is left out is seldom asked for: it is shown as the look through everything read it.
    const { sources, extraction } =
      noise === undefined
        ? await leastSources({ proposal, files, detector }, repo.read, budget)
        : { sources: files, extraction: partsIn(proposal.extraction, files) };
    if (extraction.parts.length === 0 || isSecret(extraction)) continue;
    offers.push({
      name: names[at] ?? proposal.name,
      detector: proposal.detector,
      ...(proposal.options === undefined ? {} : { options: proposal.options }),
      folder,
      sourceFiles: sources,
      extraction,
      ...(noise === undefined ? {} : { noise }),
    });
  }
  return offers;
}

/** What was annotated has a name already, and is nobody's noise. */
function groupsOf(proposal: Proposal, applications: Applications): Group[] {
  const byFile = new Map<string, Part[]>();
  for (const part of proposal.extraction.parts)
    byFile.set(part.path, [...(byFile.get(part.path) ?? []), part]);
  if (proposal.options !== undefined)
    return [{ proposal, folder: '', files: [...byFile.keys()].sort(), given: proposal.name }];
  const rule = proposal.extraction.schema['x-realm'];
  const groups = new Map<string, Group>();
  for (const [path, parts] of [...byFile].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const classes = parts.map((part) => {
      const { bucket, key } = bucketAndKey(String(part.value), isObject(rule) ? rule : undefined);
      return noiseOf(part, bucket, key);
    });
    const noise = classes.every((found) => found !== undefined) ? classes[0] : undefined;
    const folder = applications.folderOf(path);
    const key = JSON.stringify([noise !== undefined, folder, noise]);
    const group = groups.get(key);
    if (group) group.files.push(path);
    else groups.set(key, { proposal, folder, files: [path], ...(noise === undefined ? {} : { noise }) });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** How often code is read again, in all, to find the files that no value depends on; past it they stay. */
const MOST_READINGS = 12;

/** The files with the findings, and as few others as give the same values. */
async function leastSources(
  { proposal, files, detector }: { proposal: Proposal; files: readonly string[]; detector: Detector },
  read: Repository['read'],
  budget: { left: number },
): Promise<{ sources: string[]; extraction: Extraction }> {
  const others = proposal.sourceFiles.filter((path) => !files.includes(path));
  const bytes = new Map((await read([...files, ...others])).map((file) => [file.path, file]));
  const readings = async (more: readonly string[]): Promise<Extraction> => {
    budget.left -= 1;
    const sources = [...files, ...more].flatMap((path) => bytes.get(path) ?? []);
    return detector.extract(sources, proposal.options ?? {});
  };
  const due = findings(proposal.extraction, files);
  const alone = await readings([]);
  if (findings(alone, files) === due || others.length === 0)
    return { sources: [...files].sort(), extraction: alone };
  let kept = others;
  let whole: Extraction | undefined;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < kept.length && budget.left > 0; ) {
      const fewer = kept.filter((_, index) => index < at || index >= at + size);
      const extraction = await readings(fewer);
      if (findings(extraction, files) === due) [kept, whole] = [fewer, extraction];
      else at += size;
    }
  return { sources: [...files, ...kept].sort(), extraction: whole ?? (await readings(kept)) };
}

const partsIn = (extraction: Extraction, files: readonly string[]): Extraction => ({
  ...extraction,
  parts: extraction.parts.filter(({ path }) => files.includes(path)),
});

/** What an extraction says of some files, to be compared: bucket and path of each finding with its place. */
function findings({ parts, schema }: Extraction, files: readonly string[]): string {
  const rule = isObject(schema['x-realm']) ? schema['x-realm'] : undefined;
  const own = parts
    .filter(({ path }) => files.includes(path))
    .map(({ pointer, value, path, line }) => {
      const where = typeof value === 'string' ? bucketAndKey(value, rule) : { key: value };
      return JSON.stringify([pointer, where, path, line]);
    });
  return own.sort().join('\n');
}

function isSecret(extraction: Extraction): boolean {
  try {
    refuseSecrets(extraction);
    return false;
  } catch (error) {
    if (error instanceof RealmError) return true;
    throw error;
  }
}
