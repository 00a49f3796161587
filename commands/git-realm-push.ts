import {
  againOptions,
  againOr,
  branchOption,
  jobsOf,
  jobsOption,
  listOf,
  reposOption,
} from '../lib/cli/change-options.ts';
import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { pushedText } from '../lib/cli/render/change.ts';
import { pushChange } from '../lib/flow/push.ts';

/** `git realm push`: the branch of the change set and its notes, to every repo's remote. */
export default command({
  name: 'push',
  summary: 'Push the branch of the change set in all its repos',
  options: [
    branchOption,
    reposOption,
    { name: 'dry-run', alias: 'n', summary: 'look at every remote, push nothing' },
    jobsOption,
    ...againOptions,
  ],
  exits: { 1: 'nothing to push, or a remote refused; --continue finishes it, --abort takes it back' },
  async run(_args, options, context) {
    const flow = flowOf(context);
    return againOr(flow, ['push'], options, async () => {
      const result = await pushChange(flow, {
        ...options,
        repos: listOf(options.repos),
        jobs: jobsOf(options.jobs),
      });
      return { result, exitCode: result.done || result.dryRun ? 0 : 1, text: () => pushedText(result) };
    });
  },
});
