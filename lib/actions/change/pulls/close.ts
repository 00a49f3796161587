import type { Step } from '../../../change/types.ts';
import type { Context } from '../../open/context.ts';
import { inWholeChange } from '../current.ts';
import { type ChangeRun, type DriveOptions, drive } from '../drive.ts';
import { mustKnowForges } from '../known-forges.ts';
import { pullsOf } from './shown.ts';

export interface CloseOptions extends DriveOptions {
  branch?: string | undefined;
}

/** Close what is open; branches and worktrees stay. */
export function closePulls(context: Context, options: CloseOptions): Promise<ChangeRun> {
  return inWholeChange(context, options.branch, async (workspace, change, checkouts) => {
    await mustKnowForges(context, checkouts);
    const pulls = await pullsOf(context, workspace, change, checkouts);
    const steps = pulls
      .filter((pull) => pull.state === 'open' && pull.number !== null)
      .map(
        (pull): Step => ({
          id: `pull-close:${pull.repo}`,
          repo: pull.repo,
          effect: { kind: 'pull-close', number: pull.number ?? 0 },
          after: [],
          words: `close ${pull.repo}#${pull.number}`,
        }),
      );
    return drive(
      context,
      workspace,
      checkouts,
      { verb: 'pr-close', branch: change.file.name, args: {}, steps },
      options,
    );
  });
}
