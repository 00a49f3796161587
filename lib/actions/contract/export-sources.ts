import { RealmError, usageError } from '../../errors.ts';
import { kindAsked, kindOfReader } from '../../kinds/index.ts';
import { kindInReader, plugInReader } from '../../kinds/plugged.ts';
import { detectorOf } from '../../kinds/readers.ts';
import type { Kind } from '../../kinds/types.ts';
import { pathspec } from '../../names.ts';
import type { DetectorEntry, ExportEntry } from '../../realm/types.ts';
import type { Workspace } from '../open/workspace.ts';
import type { DetectedExport } from './detect.ts';
import type { ExportOptions } from './export.ts';
import { chooseReader, entryOf } from './read-export.ts';

/** Sources must match a file somewhere: in the work tree, tracked or new, or at the publishing tip. Links are not files. */
export async function refuseUnmatched(workspace: Workspace, sources: readonly string[]): Promise<void> {
  const { levels, repo, heads } = workspace;
  for (const spec of sources) {
    const here = repo.worktree === null ? { index: [], worktree: [] } : await levels.inCheckout([spec]);
    if (here.index.length + here.worktree.length > 0) continue;
    const published = heads.tip.kind === 'none' ? [] : await levels.inCommit(heads.tip.oid, [spec]);
    if (published.length > 0) continue;
    throw new RealmError('source-none', `pathspec '${spec}' matches no files in this repository`, {
      hint: `git ls-files -- '${spec}' lists what it matches`,
      data: { source: spec },
    });
  }
}

/** What an export is read from, and how; `null`: the command line says nothing of it. Throws `nothing-detected`. */
export async function sourcesAndReader(
  workspace: Workspace,
  options: ExportOptions,
  known: { contract: string; detected: readonly DetectedExport[]; entry: ExportEntry | undefined },
): Promise<{ sources: string[]; extract: DetectorEntry | undefined; kind: Kind | undefined } | null> {
  const { entry } = known;
  const asked = askedReader(options);
  if (asked !== undefined) {
    const { detector, ...given } = asked;
    await plugInReader(detector);
    await mustHaveOptions(detector, given);
  }
  const kind =
    options.kind !== undefined
      ? await kindAsked(options.kind)
      : asked === undefined
        ? undefined
        : kindOfReader(asked.detector);
  if (kind !== undefined && asked !== undefined && !kind.readers.includes(asked.detector))
    throw usageError(
      `the detector '${asked.detector}' does not read kind '${kind.name}'`,
      `--detector ${kind.readers.join(' or ')}`,
    );
  if (options.sources.length > 0) {
    const sources = options.sources.map((source) => pathspec(source) as string);
    if (asked !== undefined) return { sources, extract: asked, kind };
    // More sources of an export are read as it is; the first ones by what they are.
    if (entry?.source_files?.length && kind === undefined)
      return { sources, extract: undefined, kind: undefined };
    const choice = await chooseReader(workspace, sources, kind);
    return { sources, extract: entryOf(choice), kind: choice.kind };
  }
  if (options.detect) {
    const found = theDetected(known, asked);
    const extract = { detector: found.detector, ...found.options, ...asked };
    return { sources: found.source_files, extract, kind: kindOfReader(extract.detector) };
  }
  return asked === undefined || entry === undefined ? null : { sources: [], extract: asked, kind };
}

/** The detected export of that name, or the only one that the reader fits. */
function theDetected(
  { contract, detected }: { contract: string; detected: readonly DetectedExport[] },
  asked: DetectorEntry | undefined,
): DetectedExport {
  const named = detected.find((candidate) => candidate.name === contract);
  const fits = detected.filter((candidate) => asked === undefined || candidate.detector === asked.detector);
  const found = named ?? (fits.length === 1 ? fits[0] : undefined);
  if (found !== undefined) return found;
  throw new RealmError('nothing-detected', `no export was detected for '${contract}'`, {
    hint:
      detected.length === 0
        ? 'specify the files: --source <path>'
        : `detected: ${detected.map((candidate) => candidate.name).join(', ')}`,
  });
}

/** A contract stays of its kind: who imports it relies on that. */
export function mustStayOfKind(contract: string, old: Kind, now: Kind, sources: readonly string[]): void {
  if (old.name === now.name) return;
  throw new RealmError(
    'kind-mismatch',
    `the kind of '${contract}' is ${old.name}, but that of ${sources.join(', ')} is ${now.name}`,
    { hint: `publish it under another name: git realm export --name <contract> --kind ${now.name}` },
  );
}

/** The detector named on the command line with its options, if any. */
export function askedReader(options: ExportOptions): DetectorEntry | undefined {
  if (options.detector === undefined) {
    if (options.with.length > 0) throw usageError('--with needs --detector <reader>');
    return undefined;
  }
  return { detector: options.detector, ...withOptions(options.with) };
}

/** Throws a usage error for an option that the reader does not have. A plug-in is asked by its own program. */
export async function mustHaveOptions(reader: string, given: Record<string, unknown>): Promise<void> {
  if (kindInReader(reader) !== undefined) return;
  const { options: known = [] } = await detectorOf(reader);
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange === undefined) return;
  throw usageError(
    `'${reader}' has no option '${strange}'`,
    known.length === 0 ? 'leave out --with' : known.map((name) => `--with ${name}=…`).join(' or '),
  );
}

/** Options of a reader, each given as `key=value`. */
export function withOptions(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usageError(`--with '${pair}' is not key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
