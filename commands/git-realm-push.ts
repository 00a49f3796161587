import { pushChange } from '../lib/actions/change/push.ts';
import {
  againOptions,
  branchOption,
  changeOutcome,
  jobsOption,
  reposOption,
  takeOverOption,
} from '../lib/cli/change-options.ts';
import { command } from '../lib/cli/command.ts';
import { pushedText } from '../lib/cli/render/change.ts';

/** `git realm push`: the branch of the change set and its notes, to every repo's remote. */
export default command({
  name: 'push',
  summary: 'Push the branch of the change set in all its repos',
  options: [
    branchOption,
    reposOption,
    { name: 'dry-run', alias: 'n', summary: 'check every remote, without pushing' },
    jobsOption,
    ...againOptions,
    takeOverOption,
  ],
  exits: { 1: 'nothing to push, or a remote refused; --continue finishes it, --abort undoes it' },
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'push',
      options,
      (context, asked) => pushChange(context, { ...options, ...asked }),
      pushedText,
    ),
});
