import type { Step } from '../../../change/types.ts';
import type { Context } from '../../open/context.ts';
import { inWholeChange } from '../current.ts';
import { type ChangeRun, type DriveOptions, drive } from '../drive.ts';
import { mustKnowForges } from '../known-forges.ts';
import { pullsOf } from './shown.ts';

export interface DraftOptions extends DriveOptions {
  branch?: string | undefined;
  /** Mark them as drafts, else as ready for review. */
  draft: boolean;
}

/** Mark the open pull requests as drafts or as ready for review. Those that are already are left alone. */
export function draftPulls(context: Context, options: DraftOptions): Promise<ChangeRun> {
  const { draft } = options;
  return inWholeChange(context, options.branch, async (workspace, change, checkouts) => {
    await mustKnowForges(context, checkouts);
    const pulls = await pullsOf(context, workspace, change, checkouts);
    const steps = pulls
      .filter((pull) => pull.state === 'open' && pull.number !== null && pull.draft !== draft)
      .map(
        (pull): Step => ({
          id: `pull-draft:${pull.repo}`,
          repo: pull.repo,
          effect: { kind: 'pull-draft', number: pull.number ?? 0, draft },
          after: [],
          words: `mark ${pull.repo}#${pull.number} as ${draft ? 'a draft' : 'ready for review'}`,
        }),
      );
    return drive(
      context,
      workspace,
      checkouts,
      { verb: 'pr-draft', branch: change.file.name, args: { draft }, steps },
      options,
    );
  });
}
