import type { Step } from '../../change/types.ts';
import { inWholeChange } from '../change/current.ts';
import { type ChangeRun, type DriveOptions, drive } from '../change/drive.ts';
import { mustKnowForges } from '../change/known-forges.ts';
import type { Flow } from '../flow.ts';
import { pullsOf } from './shown.ts';

export interface CloseOptions extends DriveOptions {
  branch?: string | undefined;
}

/** Close what is open; branches and worktrees stay. */
export function closePulls(flow: Flow, options: CloseOptions): Promise<ChangeRun> {
  return inWholeChange(flow, options.branch, async (workspace, change, checkouts) => {
    await mustKnowForges(flow, checkouts);
    const pulls = await pullsOf(flow, workspace, change, checkouts);
    const steps = pulls
      .filter((one) => one.state === 'open' && one.number !== null)
      .map(
        (one): Step => ({
          id: `pull-close:${one.repo}`,
          repo: one.repo,
          effect: { kind: 'pull-close', number: one.number ?? 0 },
          after: [],
          words: `close ${one.repo}#${one.number}`,
        }),
      );
    return drive(
      flow,
      workspace,
      checkouts,
      { verb: 'pr-close', branch: change.file.name, args: {}, steps },
      options,
    );
  });
}
