import path from 'node:path';
import type { Source } from '../../checkout/levels.ts';
import { readSources } from '../../checkout/levels.ts';
import { emptiness, gapIn, type Reading, readExport, unreadable } from '../../checkout/reading.ts';
import { type DetectorOptions, type Extraction, MAX_DOCUMENT_BYTES } from '../../detect/types.ts';
import { RealmError } from '../../errors.ts';
import type { Choice } from '../../kinds/choose.ts';
import type { Kind } from '../../kinds/types.ts';
import type { DetectorEntry } from '../../realm/types.ts';
import type { Workspace } from '../open/workspace.ts';

/** A value read from the publishing tip, ready to be published. */
export interface Published {
  extraction: Extraction;
  /** The files that are the contract as they stand. */
  documents?: Source[] | undefined;
  source: string;
}

/**
 * Read an export's value (`contract`: `<domain>/<contract>`) from the code that counts as published. Throws `not-published-yet` where the publishing branch,
 * or the files on it, are not there: only what others can get is published. Throws `nothing-read` where the
 * files hold nothing of the kind: nothing empty is published; `source-unreadable` where a part of a document cannot be read.
 */
export async function readPublished(
  workspace: Workspace,
  contract: string,
  sources: readonly string[],
  detector: DetectorEntry,
): Promise<Published> {
  const { tip } = workspace.heads;
  if (tip.kind === 'none') throw notYet(tip.why, tip.branch);
  const listed = await workspace.levels.inCommit(tip.oid, sources);
  const cache = {
    directory: path.join(workspace.repo.commonDir, 'realm'),
    name: contract,
  };
  const reading: Reading = await readExport(cache, listed, detector);
  if (reading.kind === 'failed') throw reading.error;
  if (reading.kind === 'absent') throw notYet(`${sources.join(', ')} is not in ${tip.ref}`, tip.branch);
  const empty = emptiness(reading.extraction, sources);
  if (empty !== undefined) throw empty;
  // A document of several files is published whole.
  const gap = reading.extraction.documents === undefined ? undefined : gapIn(reading.extraction, false);
  if (gap !== undefined) throw unreadable(gap);
  return { extraction: reading.extraction, documents: reading.documents, source: tip.oid };
}

/**
 * How sources are read, by what is in them: as they are at the publishing tip, else as they are here. Throws
 * `kind-ambiguous` and `not-recognised`.
 */
export async function chooseReader(
  workspace: Workspace,
  sources: readonly string[],
  asked: Kind | undefined,
): Promise<Choice> {
  const { levels, heads, repo } = workspace;
  const published = heads.tip.kind === 'none' ? [] : await levels.inCommit(heads.tip.oid, sources);
  const here = async (): Promise<readonly Source[]> => {
    if (repo.worktree === null) return [];
    const { index, worktree } = await levels.inCheckout(sources);
    return worktree.length > 0 ? worktree : index;
  };
  const { chooseKind } = await import('../../kinds/choose.ts');
  return chooseKind(
    await readSources(published.length > 0 ? published : await here(), MAX_DOCUMENT_BYTES),
    asked,
  );
}

/** A choice as a binding keeps it. */
export const entryOf = ({
  reader,
  options,
}: {
  reader: string;
  options: DetectorOptions;
}): DetectorEntry => ({
  detector: reader,
  ...options,
});

const notYet = (why: string, branch: string): RealmError =>
  new RealmError('not-published-yet', `nothing to publish yet: ${why}`, {
    hint: `commit and push it first: git push -u origin ${branch}`,
  });
