import path from 'node:path';
import { DEFAULT_DETECTOR } from '../checkout/drift.ts';
import type { Source } from '../checkout/levels.ts';
import { gapIn, type Reading, readExport, unreadable } from '../checkout/reading.ts';
import type { Extraction } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import type { DetectorEntry } from '../realm/types.ts';
import type { Workspace } from './workspace.ts';

/** A value read from the publishing tip, ready to be published. */
export interface Published {
  extraction: Extraction;
  /** The files that are the contract as they stand. */
  documents?: Source[] | undefined;
  source: string;
}

/**
 * Read an export's value from the code that counts as published. Throws `not-published-yet` where the publishing branch,
 * or the files on it, are not there: only what others can get is published (DESIGN §5).
 */
export async function readPublished(
  workspace: Workspace,
  sources: readonly string[],
  detector: DetectorEntry = DEFAULT_DETECTOR,
): Promise<Published> {
  const { tip } = workspace.heads;
  if (tip.kind === 'none') throw notYet(tip.why, tip.branch);
  const listed = await workspace.levels.inCommit(tip.oid, sources);
  const cache = {
    directory: path.join(workspace.repo.commonDir, 'realm'),
    name: `published ${sources.join(' ')}`.slice(0, 80),
  };
  const reading: Reading = await readExport(cache, listed, detector);
  if (reading.kind === 'failed') throw reading.error;
  if (reading.kind === 'absent') throw notYet(`${sources.join(', ')} is not in ${tip.ref}`, tip.branch);
  const { extraction } = reading;
  const gap = extraction.parts.length === 0 ? gapIn(extraction, true) : undefined;
  if (gap !== undefined) throw unreadable(gap);
  return { extraction, documents: reading.documents, source: tip.oid };
}

const notYet = (why: string, branch: string): RealmError =>
  new RealmError('not-published-yet', `nothing to publish yet: ${why}`, {
    hint: `commit and push it first: git push -u origin ${branch}`,
  });
