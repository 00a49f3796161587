import { RealmError } from '../errors.ts';
import { iamPaths } from './iam/paths.ts';
import { readModules } from './modules.ts';
import { s3Paths } from './s3/paths.ts';
import { refuseSecrets } from './secrets.ts';
import { candidates } from './syntax/imports.ts';
import type { Detector, Extraction, SourceFile } from './types.ts';

/** Something that `join` can offer: an export read from source files, or the binding of an import. */
export interface Proposal {
  role: 'export' | 'import';
  detector: string;
  /** A name for the contract, unique among the proposals of one scan. */
  name: string;
  /** Sorted; the files that hold findings and those whose constants they import. */
  sourceFiles: string[];
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
}

/** Tests and examples name paths that nobody is granted: proposed only where nothing else is found. */
const notProduct =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|testdata|examples?|docs?|node_modules|vendor|third_party|\.venv|venv|site-packages)\/|(?:^|\/)(?:test_[^/]*|conftest)\.py$|[._](?:test|spec)\.[cm]?[jt]sx?$|_test\.(?:go|py)$|Test\.java$/;

/**
 * Looks through all files for what could be exported or is a binding. Each file's bytes are only searched for trigger
 * words; those that match are parsed. Bytes of files without a trigger are let go at once.
 */
export async function detectAll(
  files: Iterable<SourceFile> | AsyncIterable<SourceFile>,
  options: DetectAllOptions = {},
): Promise<Proposal[]> {
  const paths = new Set<string>();
  const matched = new Map<Detector, SourceFile[]>([
    [s3Paths, []],
    [iamPaths, []],
  ]);
  let count = 0;
  for await (const file of files) {
    paths.add(file.path);
    for (const [detector, list] of matched) {
      if (!detector.reads(file.path) || !detector.triggers(file.bytes)) continue;
      list.push(file);
      count++;
    }
    if (paths.size % 500 === 0) options.onProgress?.({ seen: paths.size, matched: count });
  }
  options.onProgress?.({ seen: paths.size, matched: count });
  const exported = await proposeExport(s3Paths, productFirst(matched.get(s3Paths) ?? []), paths, options);
  const bindings = await proposeBindings(iamPaths, productFirst(matched.get(iamPaths) ?? []), paths, options);
  return [...exported, ...bindings];
}

function productFirst(files: readonly SourceFile[]): SourceFile[] {
  const product = files.filter((file) => !notProduct.test(file.path));
  return product.length > 0 ? product : [...files];
}

async function proposeExport(
  detector: Detector,
  files: readonly SourceFile[],
  paths: ReadonlySet<string>,
  options: DetectAllOptions,
): Promise<Proposal[]> {
  if (files.length === 0) return [];
  const all = await withImports(files, paths, options);
  const extraction = await detector.extract(all, {});
  const used = new Set(extraction.parts.map((part) => part.path));
  if (used.size === 0) return [];
  const own = all.filter((file) => used.has(file.path));
  const sources = await withImports(own, paths, options, all);
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

async function proposeBindings(
  detector: Detector,
  files: readonly SourceFile[],
  paths: ReadonlySet<string>,
  options: DetectAllOptions,
): Promise<Proposal[]> {
  const found: Proposal[] = [];
  const names = new Set<string>();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const sources = await withImports([file], paths, options);
    const extraction = await detector.extract(sources, {});
    if (!extraction.parts.some((part) => part.path === file.path)) continue;
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
async function withImports(
  files: readonly SourceFile[],
  paths: ReadonlySet<string>,
  options: DetectAllOptions,
  at_hand: readonly SourceFile[] = files,
): Promise<SourceFile[]> {
  const all = new Map(files.map((file) => [file.path, file]));
  const near = new Map(at_hand.map((file) => [file.path, file]));
  let fresh: readonly SourceFile[] = files;
  for (let step = 0; step < 2 && fresh.length > 0; step++) {
    const wanted = new Set<string>();
    const { modules } = await readModules(fresh);
    for (const module of modules)
      for (const entry of module.imports)
        for (const path of importedPaths(entry.from, module, entry.member, paths))
          if (!all.has(path)) wanted.add(path);
    const known = [...wanted].flatMap((path) => near.get(path) ?? []);
    const rest = [...wanted].filter((path) => !near.has(path));
    const read = rest.length > 0 && options.read ? await options.read(rest) : [];
    fresh = [...known, ...read];
    for (const file of fresh) all.set(file.path, file);
  }
  return [...all.values()];
}

function importedPaths(
  from: string,
  module: { path: string; language: Parameters<typeof candidates>[1]['language'] },
  member: string | undefined,
  paths: ReadonlySet<string>,
): string[] {
  for (const { path, tail } of candidates(from, module, member)) {
    if (paths.has(path)) return [path];
    if (!tail || !path.includes('/')) continue;
    for (const known of paths) if (known.endsWith(`/${path}`)) return [known];
  }
  return [];
}
