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
import { committedText } from '../lib/cli/render/change.ts';
import { usageError } from '../lib/errors.ts';
import { commitChange } from '../lib/flow/commit.ts';

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
      summary: 'the message of all commits; several are paragraphs',
    },
    branchOption,
    reposOption,
    {
      name: 'link',
      negatable: true,
      default: true,
      summary: 'name the sibling commits in notes and in the realm',
    },
    { name: 'dry-run', alias: 'n', summary: 'show what would be committed, write nothing' },
    jobsOption,
    ...againOptions,
  ],
  examples: [{ run: "git realm commit -m 'feat: metrics v2'", why: 'commit in every repo with changes' }],
  exits: { 1: 'nothing to commit, or a repo refused; --continue finishes it, --abort takes it back' },
  async run(_args, options, context) {
    const flow = flowOf(context);
    return againOr(flow, ['commit'], options, async () => {
      if (options.message.length === 0)
        throw usageError('say what the commits do', 'git realm commit -m <message>');
      const result = await commitChange(flow, {
        ...options,
        message: options.message.join('\n\n'),
        repos: listOf(options.repos),
        jobs: jobsOf(options.jobs),
      });
      return { result, exitCode: result.done || result.dryRun ? 0 : 1, text: () => committedText(result) };
    });
  },
});
