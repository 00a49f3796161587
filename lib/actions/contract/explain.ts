import { levelsOf, readSources } from '../../checkout/levels.ts';
import type { Extraction, SourceFile } from '../../detect/types.ts';
import { RealmError } from '../../errors.ts';
import { openObjects } from '../../git/objects.ts';
import { discover } from '../../git/repository.ts';
import { kindAsked } from '../../kinds/index.ts';
import { plugInReader } from '../../kinds/plugged.ts';
import { pathspec } from '../../names.ts';
import type { DetectorEntry } from '../../realm/types.ts';
import type { Context } from '../open/context.ts';
import { noteTooLarge, readAll, trackedSources } from './detect.ts';
import type { ExportOptions } from './export.ts';
import { askedReader } from './export-sources.ts';

export interface Explained {
  /** One for each export that was found, or the one asked for. */
  exports: (Extraction & { name: string; detector: string; sources: string[] })[];
  text: string;
}

/**
 * What a detector finds in the work tree, how, and what it cannot resolve: what a person needs to trust it. Needs no realm
 * and writes nothing. `--source` explains those files, otherwise everything that is detected is explained.
 */
export async function explainExport(context: Context, options: ExportOptions): Promise<Explained> {
  const repo = await discover(context.cwd, { env: context.env });
  const { extract, detectAll } = await import('../../detect/index.ts');
  const { explain } = await import('../../detect/explain.ts');
  if (options.sources.length > 0) {
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
        sources: files.map((file) => file.path),
      };
      return { exports: [explained], text: explain(extraction, files) };
    } finally {
      objects.close();
    }
  }
  const tooLarge: string[] = [];
  const found = await detectAll(trackedSources(context, repo), {
    read: (paths) => readAll(repo, paths),
    onTooLarge: (path) => tooLarge.push(path),
  });
  noteTooLarge(context, tooLarge);
  const proposals = found.filter((proposal) => proposal.role === 'export');
  const asked = proposals.filter((proposal) => options.name === undefined || proposal.name === options.name);
  const chosen = asked.length > 0 ? asked : proposals;
  if (chosen.length === 0) throw nothing('no export was detected in the tracked files');
  const text = chosen.map((proposal) => {
    const head = `${proposal.name} (${proposal.detector})${proposal.refused === undefined ? '' : `: refused: ${proposal.refused}`}`;
    return `${head}\n\n${explain(
      proposal.extraction,
      proposal.sourceFiles.map((path) => ({ path })),
    )}`;
  });
  return {
    exports: chosen.map((proposal) => ({
      ...proposal.extraction,
      name: proposal.name,
      detector: proposal.detector,
      sources: proposal.sourceFiles,
    })),
    text: text.join('\n'),
  };
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
