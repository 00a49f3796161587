import { RealmError } from '../errors.ts';
import { Callers } from './callers.ts';
import { iamPaths } from './iam/paths.ts';
import { bytesMatch } from './limits.ts';
import { annotation, annotationsIn } from './literal/annotation.ts';
import { readModules } from './modules.ts';
import { isGenerated, isProduct } from './product.ts';
import { s3Paths } from './s3/paths.ts';
import { refuseSecrets } from './secrets.ts';
import { candidates, nearest, PathIndex, packagesIn } from './syntax/imports.ts';
import {
  type Detector,
  type DetectorOptions,
  type Extraction,
  MAX_BYTES,
  type SourceFile,
  type Unresolved,
} from './types.ts';

/** Something that `join` can offer: an export read from source files, or the binding of an import. */
export interface Proposal {
  role: 'export' | 'import';
  detector: string;
  /** A name for the contract, unique among the proposals of one scan. */
  name: string;
  /** Sorted; the files that hold findings and those whose constants they import. */
  sourceFiles: string[];
  /** Options of the detector, for `extract` in the binding. */
  options?: DetectorOptions;
  /** For imports: the file that grants. */
  binding?: string;
  extraction: Extraction;
  /** One line a part: `read jobs/*  (models/paths.py:9, get_object(…))`. */
  evidence: string[];
  /** Why this must not be exported as it is: it looks like a secret. */
  refused?: string;
}

export interface DetectAllOptions {
  /** Reads further tracked files by path, for constants that findings import. Absent: only files already given count. */
  read?: (paths: readonly string[]) => Promise<readonly SourceFile[]>;
  /** Called now and then with the files looked at and those that were parsed. */
  onProgress?: (progress: { seen: number; matched: number }) => void;
  /** Called with what looks like access and was not read, in files that no proposal names. */
  onUnresolved?: (unresolved: readonly Unresolved[]) => void;
  /** Called with each source file that is too large to be looked into: what stands in it nobody knows. */
  onTooLarge?: (path: string) => void;
}

/** One look for what every detector's trigger has in common, before each is asked. */
const anyTrigger = /s3|S3|boto|bject|load_?[fF]ile|rant_?[rRpPwW]|realm:export/;

const detectors = [s3Paths, iamPaths, annotation] as const;

/**
 * Looks through all files for what could be exported or is a binding. Each file's bytes are only searched for trigger
 * words; those that match are parsed. Bytes of files without a trigger are let go at once.
 */
export async function detectAll(
  files: Iterable<SourceFile> | AsyncIterable<SourceFile>,
  options: DetectAllOptions = {},
): Promise<Proposal[]> {
  const paths = new Set<string>();
  const matched = new Map<Detector, SourceFile[]>(detectors.map((detector) => [detector, []]));
  const kept = new Kept();
  const callers = new Callers();
  let count = 0;
  for await (const file of files) {
    paths.add(file.path);
    if (paths.size % 500 === 0) options.onProgress?.({ seen: paths.size, matched: count });
    if (isGenerated(file.path)) continue;
    if ((file.size ?? file.bytes.byteLength) > MAX_BYTES) {
      if (detectors.some((detector) => detector.reads(file.path))) options.onTooLarge?.(file.path);
      continue;
    }
    if (!options.read) kept.add(file);
    callers.add(file);
    if (!bytesMatch(file.bytes, anyTrigger)) continue;
    let wanted = false;
    for (const [detector, list] of matched) {
      if (!detector.reads(file.path) || !detector.triggers(file.bytes)) continue;
      list.push(file);
      wanted = true;
    }
    if (wanted) count++;
  }
  options.onProgress?.({ seen: paths.size, matched: count });
  const own = [...paths].filter((path) => !isGenerated(path));
  const { onUnresolved = () => {} } = options;
  const world: World = { paths: new PathIndex(own), read: options.read ?? kept.read, callers, onUnresolved };
  return [
    ...(await proposeExport(s3Paths, productFirst(matched.get(s3Paths) ?? []), world)),
    ...(await proposeAnnotated(matched.get(annotation) ?? [], world)),
    ...(await proposeBindings(iamPaths, productFirst(matched.get(iamPaths) ?? []), world)),
  ];
}

/** All paths of the repository, and a way to read more of them. */
interface World {
  paths: PathIndex;
  read: (paths: readonly string[]) => Promise<readonly SourceFile[]>;
  callers: Callers;
  onUnresolved: (unresolved: readonly Unresolved[]) => void;
}

/** Small files of code, in case a finding imports a constant from them; bounded, so that a large repository fits. */
class Kept {
  private readonly files = new Map<string, SourceFile>();
  private bytes = 0;

  add(file: SourceFile): void {
    const size = file.bytes.byteLength;
    if (
      size > 64 * 1024 ||
      this.bytes + size > 64 * 1024 * 1024 ||
      !/\.(?:py|[cm]?[jt]sx?|go|java|rs|tf)$|(?:^|\/)package\.json$/.test(file.path)
    )
      return;
    this.files.set(file.path, file);
    this.bytes += size;
  }

  readonly read = async (paths: readonly string[]): Promise<SourceFile[]> =>
    paths.flatMap((path) => this.files.get(path) ?? []);
}

function productFirst(files: readonly SourceFile[]): SourceFile[] {
  const product = files.filter((file) => isProduct(file.path));
  return product.length > 0 ? product : [...files];
}

async function proposeExport(
  detector: Detector,
  files: readonly SourceFile[],
  world: World,
): Promise<Proposal[]> {
  if (files.length === 0) return [];
  const all = await withImports([...files, ...(await world.callers.of(files, world.read))], world);
  const extraction = await detector.extract(all, {});
  const used = new Set(extraction.parts.map((part) => part.path));
  const needed = used.size === 0 ? used : new Set([...used, ...(extraction.sources ?? [])]);
  const given = new Set(files.map((file) => file.path));
  world.onUnresolved(extraction.unresolved.filter(({ path }) => given.has(path) && !needed.has(path)));
  if (used.size === 0) return [];
  const sources = all.filter((file) => needed.has(file.path));
  const final = await detector.extract(sources, {});
  return [
    proposal(
      'export',
      detector,
      's3-permissions',
      sources.map((file) => file.path),
      final,
    ),
  ];
}

/** One export for each contract that a comment names. */
async function proposeAnnotated(files: readonly SourceFile[], world: World): Promise<Proposal[]> {
  const { modules } = await readModules(files);
  const contracts = new Map<string, Set<string>>();
  for (const one of modules.flatMap(annotationsIn)) {
    const known = contracts.get(one.contract);
    if (known) known.add(one.module.path);
    else contracts.set(one.contract, new Set([one.module.path]));
  }
  const found: Proposal[] = [];
  for (const [contract, named] of [...contracts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sources = await withImports(
      files.filter((file) => named.has(file.path)),
      world,
    );
    const extraction = await annotation.extract(sources, { contract });
    if (extraction.parts.length === 0) continue;
    const paths = sources.map((file) => file.path);
    found.push({ ...proposal('export', annotation, contract, paths, extraction), options: { contract } });
  }
  return found;
}

async function proposeBindings(
  detector: Detector,
  files: readonly SourceFile[],
  world: World,
): Promise<Proposal[]> {
  const found: Proposal[] = [];
  const names = new Set<string>();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const reachable = await withImports([file], world);
    const extraction = await detector.extract(reachable, {});
    if (!extraction.parts.some((part) => part.path === file.path)) continue;
    const needed = new Set([file.path, ...(extraction.sources ?? [])]);
    const sources = reachable.filter((one) => needed.has(one.path));
    const stem = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
    const base = `${
      stem
        .replace(/[^A-Za-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .toLowerCase() || 'policy'
    }-grants`;
    let name = base;
    for (let i = 2; names.has(name); i++) name = `${base}-${i}`;
    names.add(name);
    found.push({
      ...proposal(
        'import',
        detector,
        name,
        sources.map((one) => one.path),
        extraction,
      ),
      binding: file.path,
    });
  }
  return found;
}

function proposal(
  role: Proposal['role'],
  detector: Detector,
  name: string,
  sourceFiles: string[],
  extraction: Extraction,
): Proposal {
  const evidence = extraction.parts.map(
    (part) => `${part.pointer.slice(1)} ${String(part.value)}  (${part.path}:${part.line}, ${part.how})`,
  );
  const offer: Proposal = {
    role,
    detector: detector.name,
    name,
    sourceFiles: sourceFiles.sort(),
    extraction,
    evidence,
  };
  try {
    refuseSecrets(extraction);
    return offer;
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return {
      ...offer,
      refused: error.message,
      evidence: [],
      extraction: { ...extraction, value: null, parts: [] },
    };
  }
}

/** The files and, two steps deep, those of the repository that they import names from. */
async function withImports(files: readonly SourceFile[], { paths, read }: World): Promise<SourceFile[]> {
  const all = new Map(files.map((file) => [file.path, file]));
  const manifests = await manifestsFor(files, paths, read);
  const packages = packagesIn((await readModules(manifests)).modules);
  for (const file of manifests) all.set(file.path, file);
  let fresh: readonly SourceFile[] = files;
  for (let step = 0; step < 2 && fresh.length > 0; step++) {
    const wanted = new Set<string>();
    const { modules } = await readModules(fresh);
    for (const module of modules) {
      const imported = module.imports.flatMap((entry) =>
        candidates(entry.from, module, entry.member, packages)
          .flatMap((one) => nearest(module.path, paths.matching(one)).slice(0, 20))
          .slice(0, 20),
      );
      for (const path of [...imported, ...neighbours(module, paths)]) if (!all.has(path)) wanted.add(path);
    }
    fresh = wanted.size > 0 ? await read([...wanted]) : [];
    for (const file of fresh) all.set(file.path, file);
  }
  return [...all.values()];
}

/** The `package.json` of each package of a workspace, where code imports something by such a name. */
async function manifestsFor(
  files: readonly SourceFile[],
  paths: PathIndex,
  read: World['read'],
): Promise<readonly SourceFile[]> {
  const found = paths.named('package.json').slice(0, MOST_PACKAGES);
  return found.length > 1 && files.some(({ path }) => /\.[cm]?[jt]sx?$/.test(path)) ? read(found) : [];
}

const MOST_PACKAGES = 500;

/** Files of one Go package or Terraform module see each other's names without importing them. */
function neighbours(module: { path: string; language: string }, paths: PathIndex): string[] {
  const ending = module.language === 'go' ? '.go' : module.language === 'terraform' ? '.tf' : undefined;
  return ending === undefined
    ? []
    : paths
        .beside(module.path)
        .filter((path) => path.endsWith(ending) && isProduct(path) === isProduct(module.path))
        .slice(0, 50);
}
