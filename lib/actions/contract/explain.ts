import path from 'node:path';
import { levelsOf, readSources } from '../../checkout/levels.ts';
import { readMembership } from '../../checkout/member.ts';
import type { OfferedExport } from '../../detect/preview/exports.ts';
import { noiseReasons } from '../../detect/preview/noise.ts';
import type { Extraction, SourceFile, Unresolved } from '../../detect/types.ts';
import { RealmError } from '../../errors.ts';
import { openObjects } from '../../git/objects.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { kindAsked } from '../../kinds/index.ts';
import { plugInReader } from '../../kinds/plugged.ts';
import { pathspec } from '../../names.ts';
import type { DetectorEntry } from '../../realm/types.ts';
import { oneLine } from '../../visible.ts';
import type { Context } from '../open/context.ts';
import { offersIn } from './detect.ts';
import type { ExportOptions } from './export.ts';
import { askedReader } from './export-sources.ts';

export interface Explained {
  /** One for each export that `join` offers, or the one asked for. */
  exports: ExplainedExport[];
  /** What was not resolved in files that are not sources of any export. */
  unresolved: Unresolved[];
  text: string;
}

interface ExplainedExport extends Extraction {
  name: string;
  detector: string;
  /** The application or package it belongs to; '' for the whole repository. */
  folder: string;
  sources: string[];
  /** Why it is not exported unless it is chosen; `null`: it is. */
  left_out: { class: string; why: string } | null;
}

/**
 * What a detector finds in the work tree, how, and what it cannot resolve: what a person needs to trust it. Needs no realm
 * and writes nothing. `--source` explains those files, otherwise everything that `join` would offer is explained.
 */
export async function explainExport(context: Context, options: ExportOptions): Promise<Explained> {
  const repo = await discover(context.cwd, { env: context.env });
  if (options.sources.length > 0) {
    const { extract } = await import('../../detect/index.ts');
    const { explain } = await import('../../detect/explain.ts');
    const objects = openObjects(repo, context.env, { refFiles: repo.refFiles });
    try {
      const specs = options.sources.map((source) => pathspec(source) as string);
      const { worktree } = await levelsOf(repo, objects).inCheckout(specs);
      const files: SourceFile[] = await readSources(worktree);
      if (files.length === 0) throw nothing(`no file matches ${specs.join(', ')}`);
      const { detector, ...rest } = askedReader(options) ?? (await recognised(files, options.kind));
      await plugInReader(detector);
      const extraction = await extract(detector, files, rest as Parameters<typeof extract>[2]);
      const explained = {
        ...extraction,
        name: options.name ?? detector,
        detector,
        folder: '',
        sources: files.map((file) => file.path),
        left_out: null,
      };
      return { exports: [explained], unresolved: [], text: explain(extraction, files) };
    } finally {
      objects.close();
    }
  }
  return explainOffers(context, repo, options.name);
}

/** The exports that `join` offers, each as it is read from its sources, and last the places that belong to none of them. */
async function explainOffers(
  context: Context,
  repo: Repository,
  asked: string | undefined,
): Promise<Explained> {
  const { explain } = await import('../../detect/explain.ts');
  const repoName = (await readMembership(repo))?.repo ?? path.basename(repo.worktree ?? '');
  const found = await offersIn(context, repo, repoName);
  const proposals = found.proposals.filter(({ role }) => role === 'export');
  const offers = found.offers.map(ownUnresolved);
  const refused = proposals.flatMap((proposal) => proposal.refused ?? []);
  const sources = new Set(offers.flatMap(({ sourceFiles }) => sourceFiles));
  const all = [...proposals.flatMap(({ extraction }) => extraction.unresolved), ...found.elsewhere];
  const elsewhere = all.filter((file) => !sources.has(file.path));
  const named = offers.filter(({ name }) => asked === undefined || name === asked);
  const chosen = named.length > 0 ? named : offers;
  const unresolved = named.length > 0 && asked !== undefined ? [] : elsewhere;
  if (chosen.length === 0 && unresolved.length === 0)
    throw nothing('no export was detected in the tracked files');
  const text = chosen.map(
    (offer) =>
      `${headOf(offer)}\n\n${explain(
        offer.extraction,
        offer.sourceFiles.map((path) => ({ path })),
      )}`,
  );
  if (unresolved.length > 0)
    text.push(`no export\n\n${explain({ value: null, schema: {}, parts: [], unresolved }, [])}`);
  return {
    exports: chosen.map(({ extraction, name, detector, folder, sourceFiles, noise }) => ({
      ...extraction,
      name,
      detector,
      folder,
      sources: sourceFiles,
      left_out: noise === undefined ? null : { class: noise, why: noiseReasons[noise] },
    })),
    unresolved,
    text: [...text, ...refused.map((why) => `${why}\n`)].join('\n'),
  };
}

/** `billing-s3 (s3-paths, packages/billing)`, and why it is left out. */
function headOf({ name, detector, folder, noise }: OfferedExport): string {
  const about = [detector, ...(folder === '' ? [] : [folder])].join(', ');
  return `${oneLine(name)} (${oneLine(about)})${noise === undefined ? '' : `, left out: ${noiseReasons[noise]}`}`;
}

/** What is left out was read with everything else: only what its own files leave open is about it. */
function ownUnresolved(offer: OfferedExport): OfferedExport {
  const unresolved = offer.extraction.unresolved.filter((place) => offer.sourceFiles.includes(place.path));
  return { ...offer, extraction: { ...offer.extraction, unresolved } };
}

/** The reader that fits what is in the files; they are shown as S3 paths where nothing does, for what was not resolved. */
async function recognised(files: readonly SourceFile[], asked: string | undefined): Promise<DetectorEntry> {
  const kind = asked === undefined ? undefined : await kindAsked(asked);
  const { chooseKind } = await import('../../kinds/choose.ts');
  try {
    const { reader, options } = await chooseKind(files, kind);
    return { detector: reader, ...options };
  } catch (error) {
    const code = files.some((file) => !/\.(?:json|ya?ml|toml)$/i.test(file.path));
    if (error instanceof RealmError && error.code === 'not-recognised' && code && kind === undefined)
      return { detector: 's3-paths' };
    throw error;
  }
}

const nothing = (message: string): RealmError =>
  new RealmError('nothing-detected', message, {
    hint: 'git realm export --explain --source <path> --detector <name>',
  });
