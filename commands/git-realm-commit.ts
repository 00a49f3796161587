import { commitChange } from '../lib/actions/change/commit.ts';
import {
  againOptions,
  branchOption,
  changeOutcome,
  jobsOption,
  reposOption,
} from '../lib/cli/change-options.ts';
import { command } from '../lib/cli/command.ts';
import { committedText } from '../lib/cli/render/change.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm commit`: one commit in every worktree of the change set that has changes, linked with its siblings. */
export default command({
  name: 'commit',
  summary: 'Commit in all worktrees of the change set, and link the commits',
  options: [
    {
      name: 'message',
      alias: 'm',
      value: '<message>',
      repeat: true,
      summary: 'the message of all commits; repeat it for more paragraphs',
    },
    branchOption,
    reposOption,
    {
      name: 'link',
      negatable: true,
      default: true,
      summary: 'record the sibling commits in notes and in the realm',
    },
    { name: 'dry-run', alias: 'n', summary: 'show what would be committed, without writing anything' },
    jobsOption,
    ...againOptions,
  ],
  examples: [{ run: "git realm commit -m 'feat: metrics v2'", why: 'commit in every repo that has changes' }],
  exits: { 1: 'nothing to commit, or a repo refused; --continue finishes it, --abort undoes it' },
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'commit',
      options,
      (context, asked) => {
        if (options.message.length === 0)
          throw usageError('a commit message is required', 'git realm commit -m <message>');
        return commitChange(context, { ...options, ...asked, message: options.message.join('\n\n') });
      },
      committedText,
    ),
});
