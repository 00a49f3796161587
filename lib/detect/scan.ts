import { RealmError } from '../errors.ts';
import { Callers } from './callers.ts';
import { push } from './evaluate/scopes.ts';
import { sortUnresolved } from './found-paths.ts';
import { iamPaths } from './iam/paths.ts';
import { bytesMatch, latin1 } from './limits.ts';
import { annotation, annotationsIn } from './literal/annotation.ts';
import { readModules } from './modules.ts';
import { isGenerated, isProduct } from './product.ts';
import { s3Paths } from './s3/paths.ts';
import { refuseSecrets } from './secrets.ts';
import { candidates, nearest, type Packages, PathIndex, packagesIn } from './syntax/imports.ts';
import {
  type Detector,
  type DetectorOptions,
  type Extraction,
  MAX_BYTES,
  type SourceFile,
  type Unresolved,
} from './types.ts';
import { type Want, Wanted } from './wanted.ts';

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
  /** Called with how many files were analysed, and how many have to be, as far as is known by then. */
  onAnalysed?: (done: number, total: number) => void;
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
  const index = new PathIndex(own);
  const read = eachOnce(options.read ?? kept.read, [...matched.values()].flat());
  const analysis = new Analysis([...matched.values()].flat(), options.onAnalysed);
  const world: World = { paths: index, read, callers, analysis, onUnresolved, ...manifestsOf(index, read) };
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
  analysis: Analysis;
  /** The packages of a workspace, where one of the files may import such a one. */
  manifests: (files: readonly SourceFile[]) => Promise<readonly SourceFile[]>;
  packages: () => Packages;
  onUnresolved: (unresolved: readonly Unresolved[]) => void;
}

/** How far the analysis is: further files turn out to be needed on the way. */
class Analysis {
  private readonly expected: Set<string>;
  private readonly done = new Set<string>();
  private readonly report: NonNullable<DetectAllOptions['onAnalysed']>;

  constructor(files: readonly SourceFile[], report: DetectAllOptions['onAnalysed'] = () => {}) {
    this.expected = new Set(files.map(({ path }) => path));
    this.report = report;
  }

  expect(files: Iterable<SourceFile>): void {
    for (const { path } of files) this.expected.add(path);
  }

  readonly analysed = (path: string): void => {
    if (this.expected.has(path)) this.done.add(path);
    this.report(this.done.size, this.expected.size);
  };
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

/** Bytes of further files that are kept, in case they are asked for again. */
const MOST_KEPT = 32 * 1024 * 1024;

/**
 * Gives the same file each time it is asked for, and so what it was parsed to, until there are too many. `given`: those that
 * are there already.
 */
function eachOnce(read: World['read'], given: readonly SourceFile[]): World['read'] {
  const known = new Map(given.map((file) => [file.path, file]));
  let left = MOST_KEPT;
  return async (paths) => {
    const missing = paths.filter((path) => !known.has(path));
    const more = new Map((missing.length > 0 ? await read(missing) : []).map((file) => [file.path, file]));
    const found = paths.flatMap((path) => known.get(path) ?? more.get(path) ?? []);
    for (const [path, file] of more) {
      left -= file.bytes.byteLength;
      if (left > 0) known.set(path, file);
    }
    return found;
  };
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
  const { all, extraction } = await extractAll(detector, files, {}, world);
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
  for (const annotation of modules.flatMap(annotationsIn)) {
    const known = contracts.get(annotation.contract);
    if (known) known.add(annotation.module.path);
    else contracts.set(annotation.contract, new Set([annotation.module.path]));
  }
  const found: Proposal[] = [];
  for (const [contract, named] of [...contracts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = files.filter((file) => named.has(file.path));
    const { all: sources, extraction } = await extractAll(annotation, own, { contract }, world);
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
    const { all: reachable, extraction } = await extractAll(detector, [file], {}, world);
    if (!extraction.parts.some((part) => part.path === file.path)) {
      // A policy of which no grant can be read is none to bind to, and not one that grants nothing.
      world.onUnresolved(extraction.unresolved.filter(({ path }) => path === file.path));
      continue;
    }
    const needed = new Set([file.path, ...(extraction.sources ?? [])]);
    const sources = reachable.filter((source) => needed.has(source.path));
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
        sources.map((source) => source.path),
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

/** What the files say together with those that they turn out to need: imported constants and the callers of wrappers. */
async function extractAll(
  detector: Detector,
  files: readonly SourceFile[],
  options: DetectorOptions,
  world: World,
): Promise<{ all: SourceFile[]; extraction: Extraction }> {
  const all = new Map([...files, ...(await world.manifests(files))].map((file) => [file.path, file]));
  const wanted = new Wanted(world.analysis.analysed);
  world.analysis.expect(all.values());
  const asked = new Set<Want>();
  for (let round = 0; ; round++) {
    const extraction = await detector.extract([...all.values()], options, wanted);
    const wants = [...wanted.all].filter((want) => !asked.has(want));
    const more = await furtherFiles(wants, all, world);
    if (more.size > 0 && round < MOST_ROUNDS) {
      for (const want of wants) asked.add(want);
      for (const file of more.keys()) all.set(file.path, file);
      world.analysis.expect(more.keys());
      wanted.found(more);
      continue;
    }
    // What was not followed to its end may hold more than was read.
    const left = new Set<Want>([...world.callers.cut, ...[...more.values()].flat()]);
    const why = 'there are more than are followed';
    world.onUnresolved(
      sortUnresolved(
        [...left].flatMap((want) =>
          want.kind === 'calls' ? [{ path: want.path, line: 1, what: `callers of '${want.name}'`, why }] : [],
        ),
      ),
    );
    world.callers.cut.clear();
    return { all: [...all.values()], extraction };
  }
}

/** Steps from a file to what it imports, or to who calls it, and on from there. */
const MOST_ROUNDS = 5;
/** Files that one import may name, the nearest first. */
const MOST_CANDIDATES = 4;
const MOST_NEIGHBOURS = 50;

/** Files that may hold what is looked for, each with what it was found by. */
async function furtherFiles(
  wants: readonly Want[],
  all: ReadonlyMap<string, SourceFile>,
  { paths, read, callers, packages }: World,
): Promise<Map<SourceFile, Want[]>> {
  const asked = new Map<string, { name: string | undefined; want: Want }[]>();
  const look = (path: string, name: string | undefined, want: Want): void => {
    if (!all.has(path) && !isGenerated(path)) push(asked, path, { name, want });
  };
  const beside = new Map<string, string[]>();
  for (const want of wants) {
    const { name } = want;
    if (want.kind === 'import')
      for (const candidate of candidates(want.from, want.importer, want.member, packages())) {
        const near = nearest(want.importer.path, paths.matching(candidate));
        const most = candidate.path.endsWith('*.go') ? MOST_NEIGHBOURS : MOST_CANDIDATES;
        for (const path of near.slice(0, most))
          look(path, candidate.rest === undefined && want.member ? undefined : name, want);
      }
    else if (want.kind === 'beside') {
      const near = beside.get(want.path) ?? neighbours(want.path, paths);
      beside.set(want.path, near);
      for (const other of near) look(other, name, want);
    }
  }
  const found = new Map<SourceFile, Want[]>();
  for (const file of await read([...asked.keys()])) {
    const hits = (asked.get(file.path) ?? []).filter(({ name }) => name === undefined || defines(file, name));
    if (hits.length > 0)
      found.set(
        file,
        hits.map(({ want }) => want),
      );
  }
  const known = new Set([...found.keys()].map(({ path }) => path));
  const called = wants.filter((want) => want.kind === 'calls');
  const calling = await callers.of(called, (path) => all.has(path) || known.has(path), read);
  for (const [file, own] of calling) {
    const meant = own.filter((want) => isNearest(want.path, file.path, paths));
    if (meant.length > 0) found.set(file, meant);
  }
  return found;
}

/** Whether a file means this one, where others of its folder's and its own name stand nearer: two apps may be built alike. */
function isNearest(path: string, caller: string, paths: PathIndex): boolean {
  const tail = path.split('/').slice(-2).join('/');
  const namesakes = paths.named(path.slice(path.lastIndexOf('/') + 1));
  return (
    nearest(caller, [
      path,
      ...namesakes.filter((other) => other !== path && other.endsWith(`/${tail}`)),
    ])[0] === path
  );
}

/** Whether a file may define a name, or hand it on, as far as its text tells without a parser. */
function defines({ path, bytes }: SourceFile, name: string): boolean {
  const text = latin1(bytes);
  // Terraform's `var.x` and `aws_s3_bucket.x` are blocks with labels of their own.
  if (path.endsWith('.tf')) return text.includes(name.slice(name.lastIndexOf('.') + 1));
  if (!text.includes(name)) return handsOnAll(path, text);
  if (!path.endsWith('.go')) return true;
  if (predeclared.has(name) || !/^\w+$/.test(name)) return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
    const after = text.slice(at + name.length, at + name.length + 80);
    if (/^(?:func (?:\([^)]*\) )?|type |const |var )$/.test(line) && !/^\w/.test(after)) return true;
    if (line === '\t' && /^(?: [\w.*[\]]+)? = /.test(after)) return true;
  }
  return false;
}

/** Whether a file hands on whatever other files have: `export * from './keys'`, `from .keys import *`, `pub use keys::*`. */
const handsOnAll = (path: string, text: string): boolean =>
  (/\.[cm]?[jt]sx?$/.test(path) && /\bexport\s*\*\s*from\b/.test(text)) ||
  (path.endsWith('.py') && /^from\s+\S+\s+import\s+\*/m.test(text)) ||
  (path.endsWith('.rs') && /\bpub use [\w:]+::\*/.test(text));

/** Go's own names, and those that any function may have. */
const predeclared = new Set(
  'append bool byte cap close complex copy delete error false float64 int int32 int64 iota len make max min new nil panic print recover rune string true uint any err ok ctx'.split(
    ' ',
  ),
);

/** The `package.json` of each package of a workspace, where code may import something by such a name; read once. */
function manifestsOf(paths: PathIndex, read: World['read']): Pick<World, 'manifests' | 'packages'> {
  let known: Promise<readonly SourceFile[]> | undefined;
  let packages: Packages = new Map();
  const readAll = async (): Promise<readonly SourceFile[]> => {
    const found = paths.named('package.json').slice(0, MOST_PACKAGES);
    const files = found.length > 1 ? await read(found) : [];
    packages = packagesIn((await readModules(files)).modules);
    return files;
  };
  return {
    packages: () => packages,
    manifests: async (files) => {
      if (!files.some(({ path }) => /\.[cm]?[jt]sx?$/.test(path))) return [];
      known ??= readAll();
      return known;
    },
  };
}

const MOST_PACKAGES = 500;

/** Files of one Go package, Java package or Terraform module see each other's names without importing them. */
function neighbours(path: string, paths: PathIndex): string[] {
  const ending = path.slice(path.lastIndexOf('.'));
  return paths
    .beside(path)
    .filter((other) => other.endsWith(ending) && isProduct(other) === isProduct(path))
    .slice(0, MOST_NEIGHBOURS);
}
