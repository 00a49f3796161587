import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Proposal } from '../../detect/index.ts';
import { MAX_BYTES, type SourceFile, type Unresolved } from '../../detect/types.ts';
import { trackedFiles } from '../../git/ls-files.ts';
import type { Repository } from '../../git/repository.ts';
import type { JsonObject } from '../../json.ts';
import { ownExports, ownImports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';

/** What the detectors found in the tracked files of a repo. */
export interface Detected {
  /** As `.blue/config.yaml` keeps them until a domain takes them. */
  exports: DetectedExport[];
  imports: DetectedImport[];
  unresolved: { path: string; line: number; why: string }[];
  /** Why something that was found is not proposed: it looks like a secret. */
  refused: string[];
  /** Source files that were not read, since they are too large: what they hold is unknown. */
  too_large: string[];
}

export interface DetectedExport extends JsonObject {
  name: string;
  detector: string;
  source_files: string[];
  /** Of the detector, where it needs some. */
  options?: JsonObject;
}

export interface DetectedImport {
  detector: string;
  binding: string;
  /** Contracts of this repo's domains that the binding may be for. */
  contracts: string[];
}

const READERS = 32;

/** `news`: leave out what the realm has already. */
export interface DetectOptions {
  news: boolean;
}

/** Run every detector over the tracked files; only files that hold a trigger are parsed. */
export async function detectIn(
  context: Context,
  repo: Repository,
  store: Store,
  name: string,
  options: DetectOptions = { news: false },
): Promise<Detected> {
  const { detectAll } = await import('../../detect/index.ts');
  const tooLarge: string[] = [];
  const elsewhere: Unresolved[] = [];
  const proposals = await detectAll(trackedSources(context, repo), {
    read: (paths) => readAll(repo, paths),
    onTooLarge: (path) => tooLarge.push(path),
    onUnresolved: (more) => elsewhere.push(...more),
  });
  noteTooLarge(context, tooLarge);
  const { model } = await readSnapshot(store);
  const known = (proposal: Proposal) => options.news && isKnown(model, name, proposal);
  const exports = proposals
    .filter((proposal) => proposal.role === 'export' && proposal.refused === undefined && !known(proposal))
    .map((proposal) => ({
      name: proposal.name,
      detector: proposal.detector,
      source_files: proposal.sourceFiles,
      ...(proposal.options === undefined ? {} : { options: proposal.options }),
    }));
  const imports = proposals
    .filter((proposal) => proposal.role === 'import' && !known(proposal))
    .flatMap((proposal) =>
      (proposal.binding === undefined ? proposal.sourceFiles : [proposal.binding]).map((binding) => ({
        detector: proposal.detector,
        binding,
        contracts: openContracts(model, name),
      })),
    );
  const unresolved = [...proposals.flatMap((proposal) => proposal.extraction.unresolved), ...elsewhere].map(
    ({ path: file, line, why }) => ({ path: file, line, why }),
  );
  const refused = proposals.flatMap((proposal) => (proposal.refused === undefined ? [] : [proposal.refused]));
  return { exports, imports, unresolved, refused, too_large: tooLarge };
}

/** Say once which source files were not looked into. */
export function noteTooLarge(context: Context, paths: readonly string[]): void {
  const [first] = paths;
  if (first === undefined) return;
  const limit = `${MAX_BYTES / 1024 / 1024} MB`;
  context.note(
    paths.length === 1
      ? `1 source file is larger than ${limit} and was not read: ${first}`
      : `${paths.length} source files are larger than ${limit} and were not read, including ${first}`,
  );
}

/** Is everything that was found in an export or import of this repo already? */
function isKnown(model: RealmModel, repo: string, proposal: Proposal): boolean {
  const files =
    proposal.role === 'export'
      ? ownExports(model, repo).flatMap((own) => own.entry.source_files ?? [])
      : ownImports(model, repo).flatMap((own) => own.entry.binding ?? []);
  return proposal.sourceFiles.every((file) =>
    files.some((known) => file === known || file.startsWith(`${known}/`)),
  );
}

/** Contracts of the repo's domains that others provide. */
function openContracts(model: RealmModel, repo: string): string[] {
  return model.domainNames().flatMap((domain) => {
    const isMember = model.domain(domain)?.members?.includes(repo) ?? false;
    if (!isMember || model.binding(domain, repo)?.file.role === 'provider') return [];
    return model.contractNames(domain).map((contract) => `${domain}/${contract}`);
  });
}

/** The tracked files as the work tree has them, a few read at a time. */
export async function* trackedSources(context: Context, repo: Repository): AsyncGenerator<SourceFile> {
  const progress = context.progress('detecting exports');
  const paths = await trackedFiles(repo);
  for (let start = 0; start < paths.length; start += READERS) {
    const batch = paths.slice(start, start + READERS);
    const files = await Promise.all(batch.map((name) => readTracked(repo, name)));
    for (const file of files) if (file !== null) yield file;
    progress.at(start + batch.length, paths.length);
  }
  progress.end();
}

/** Further files by path, for constants that findings import. */
export async function readAll(repo: Repository, paths: readonly string[]): Promise<SourceFile[]> {
  const files = await Promise.all(paths.map((name) => readTracked(repo, name)));
  return files.filter((file) => file !== null);
}

/** The file as the work tree has it; a link, or one that no longer exists, is none. One that is too large comes without its bytes. */
async function readTracked(repo: Repository, name: string): Promise<SourceFile | null> {
  const file = path.join(repo.worktree ?? '', name);
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  if (found.size > MAX_BYTES) return { path: name, bytes: Buffer.alloc(0), size: found.size };
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : { path: name, bytes };
}
