import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Proposal } from '../../detect/index.ts';
import type { OfferedExport } from '../../detect/preview/exports.ts';
import { MAX_BYTES, MAX_DOCUMENT_BYTES, type SourceFile, type Unresolved } from '../../detect/types.ts';
import { trackedFiles } from '../../git/ls-files.ts';
import type { Repository } from '../../git/repository.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { ownExports, ownImports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { Documents, MOST } from './detect-documents.ts';
import { previewOf } from './preview.ts';
import { contractsServed } from './served.ts';

/** What the detectors found in the tracked files of a repo. */
export interface Detected {
  /** As `.blue/config.yaml` keeps them until a domain takes them. */
  exports: DetectedExport[];
  /** Everything that could be exported, with its values: `exports`, and what is left out. */
  previews: ExportPreview[];
  /** Policies that grant something that a contract of the realm needs. */
  imports: DetectedImport[];
  /** Policies that grant nothing of the kind: the repo's own code, or that of repos outside the realm. */
  own_policies: string[];
  unresolved: { path: string; line: number; why: string }[];
  /** Why something that was found is not proposed: it looks like a secret. */
  refused: string[];
  /** Source files that were not read, since they are too large: what they hold is unknown. */
  too_large: string[];
}

/** One export as it would be published, with where each value was read. */
export interface ExportPreview {
  name: string;
  detector: string;
  source_files: string[];
  options?: JsonObject;
  /** The application or package it belongs to; '' for the whole repository. */
  folder: string;
  /** The one bucket of all paths; `null`: unknown. Absent: each path names its own, or there is none. */
  bucket?: string | null;
  values: PreviewValue[];
  /** How many values are not listed, since a wider one covers them. */
  folded: number;
  /** Why it is not exported unless it is chosen; `null`: it is. */
  left_out: { class: string; why: string } | null;
}

export interface PreviewValue {
  /** What it is read as: `read`, `write`, or the key in a value of another kind. */
  key: string;
  value: JsonValue;
  path: string;
  line: number;
  how: string;
  /** Other places where the same value was read. */
  elsewhere: number;
  /** Values that this one covers. */
  covers: string[];
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
  /** Contracts of the realm that need something it grants. */
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
  const { proposals, offers, documents, elsewhere, tooLarge } = await offersIn(context, repo, name);
  const { model } = await readSnapshot(store);
  const previews = [...offers.map(previewOf), ...documents].filter(
    (preview) => !options.news || !isExported(model, name, preview.source_files),
  );
  const policies = proposals
    .filter((proposal) => proposal.role === 'import' && !(options.news && isImported(model, name, proposal)))
    .map((proposal) => ({
      detector: proposal.detector,
      binding: proposal.binding ?? proposal.sourceFiles[0] ?? '',
      contracts: contractsServed(model, name, proposal.extraction),
    }));
  const unresolved = [...proposals.flatMap((proposal) => proposal.extraction.unresolved), ...elsewhere].map(
    ({ path: file, line, why }) => ({ path: file, line, why }),
  );
  return {
    exports: previews.filter((preview) => preview.left_out === null).map(exportOf),
    previews,
    imports: policies.filter(({ contracts }) => contracts.length > 0),
    own_policies: policies.filter(({ contracts }) => contracts.length === 0).map(({ binding }) => binding),
    unresolved,
    refused: proposals.flatMap((proposal) => (proposal.refused === undefined ? [] : [proposal.refused])),
    too_large: tooLarge,
  };
}

/** What the detectors propose in the tracked files, and the exports that are offered of it. */
interface Offers {
  proposals: Proposal[];
  offers: OfferedExport[];
  /** Interface documents, as they would be exported. */
  documents: ExportPreview[];
  /** What was not resolved in files without a finding. */
  elsewhere: Unresolved[];
  tooLarge: string[];
}

/** Reads the tracked files of a repo that is called `name` in its realm. */
export async function offersIn(context: Context, repo: Repository, name: string): Promise<Offers> {
  const { detectAll, detectorNamed, offeredExports } = await import('../../detect/index.ts');
  const tooLarge: string[] = [];
  const elsewhere: Unresolved[] = [];
  const paths: string[] = [];
  const read = (names: readonly string[]) => readAll(repo, names);
  const progress = context.progress('analysing code');
  const documents = new Documents((path) => readTracked(repo, path, MAX_DOCUMENT_BYTES));
  const proposals = await detectAll(listed(trackedSources(context, repo), paths, documents), {
    read,
    onAnalysed: progress.at,
    onTooLarge: (path) => {
      if (!documents.has(path)) tooLarge.push(path);
    },
    onUnresolved: (more) => elsewhere.push(...more),
  });
  progress.end();
  noteTooLarge(context, tooLarge);
  if (documents.left > 0)
    context.note(`after ${MOST} interface documents, ${documents.left} more files were not looked into`);
  const offers = await offeredExports(proposals, detectorNamed, { name, paths, read });
  const interfaces = await documents.offers(
    paths,
    offers.map((offer) => offer.name),
  );
  return { proposals, offers, documents: interfaces, elsewhere, tooLarge };
}

/** A preview as `.blue/config.yaml` keeps it. */
export const exportOf = ({ name, detector, source_files, options }: ExportPreview): DetectedExport => ({
  name,
  detector,
  source_files,
  ...(options === undefined ? {} : { options }),
});

/** The files, with their paths and the interface documents among them noted as they go by. */
async function* listed(
  files: AsyncIterable<SourceFile>,
  paths: string[],
  documents: Documents,
): AsyncGenerator<SourceFile> {
  for await (const file of files) {
    paths.push(file.path);
    await documents.look(file);
    yield file;
  }
}

/** Say once which source files were not looked into. */
function noteTooLarge(context: Context, paths: readonly string[]): void {
  const [first] = paths;
  if (first === undefined) return;
  const limit = `${MAX_BYTES / 1024 / 1024} MB`;
  context.note(
    paths.length === 1
      ? `1 source file is larger than ${limit} and was not read: ${first}`
      : `${paths.length} source files are larger than ${limit} and were not read, including ${first}`,
  );
}

/** Are all files of an offer among the sources of this repo's exports already? */
const isExported = (model: RealmModel, repo: string, files: readonly string[]): boolean =>
  within(
    files,
    ownExports(model, repo).flatMap((own) => own.entry.source_files ?? []),
  );

const isImported = (model: RealmModel, repo: string, { sourceFiles }: Proposal): boolean =>
  within(
    sourceFiles,
    ownImports(model, repo).flatMap((own) => own.entry.binding ?? []),
  );

const within = (files: readonly string[], specs: readonly string[]): boolean =>
  files.every((file) => specs.some((spec) => file === spec || file.startsWith(`${spec}/`)));

/** The tracked files as the work tree has them, a few read at a time. */
async function* trackedSources(context: Context, repo: Repository): AsyncGenerator<SourceFile> {
  const progress = context.progress('reading files');
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
async function readAll(repo: Repository, paths: readonly string[]): Promise<SourceFile[]> {
  const files = await Promise.all(paths.map((name) => readTracked(repo, name)));
  return files.filter((file) => file !== null);
}

/** The file as the work tree has it; a link, or one that no longer exists, is none. One that is too large comes without its bytes. */
async function readTracked(repo: Repository, name: string, most = MAX_BYTES): Promise<SourceFile | null> {
  const file = path.join(repo.worktree ?? '', name);
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  if (found.size > most) return { path: name, bytes: Buffer.alloc(0), size: found.size };
  const bytes = await readFile(file).catch(() => null);
  return bytes === null ? null : { path: name, bytes };
}
