import { undoLast } from '../lib/actions/change/undo.ts';
import { branchOption } from '../lib/cli/change-options.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { runText } from '../lib/cli/render/change.ts';

/** `git realm undo`: undo the last operation over several repositories, step by step. */
export default command({
  name: 'undo',
  summary: 'Undo the last worktree, commit, push or pr of a change set',
  options: [branchOption, { name: 'dry-run', alias: 'n', summary: 'show what would be undone' }],
  exits: { 1: 'there is nothing to undo' },
  async run(_args, options, invocation) {
    const result = await undoLast(contextOf(invocation), options);
    return { result, text: () => runText(result, 'there is nothing to undo', true) };
  },
});
