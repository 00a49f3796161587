import { readInbox } from '../lib/actions/view/inbox.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inboxLines } from '../lib/cli/render/inbox.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm inbox`: what happened for this repository since it last looked. */
export default command({
  name: 'inbox',
  summary: 'Show what changed for this repository since you last looked',
  options: [{ name: 'keep', summary: 'show it without marking it as seen' }],
  examples: [
    { run: 'git realm inbox', why: 'show the news, and remove it from git realm status' },
    { run: 'git realm inbox --keep --json', why: 'for a script that must not mark anything as seen' },
  ],
  async run(_args, options, invocation) {
    const result = await readInbox(contextOf(invocation), { keep: options.keep });
    return {
      result,
      text: () => inLines(inboxLines(result, invocation)) || 'nothing new',
    };
  },
});
