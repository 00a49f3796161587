import { readInbox } from '../lib/actions/view/inbox.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inboxLines } from '../lib/cli/render/inbox.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm inbox`: what happened for this repository since it last looked. */
export default command({
  name: 'inbox',
  summary: 'Show what changed for this repository since its last look',
  options: [{ name: 'keep', summary: 'show it, and let it count as not seen yet' }],
  examples: [
    { run: 'git realm inbox', why: 'read the news; git realm status no longer shows them' },
    { run: 'git realm inbox --keep --json', why: 'for a script that only looks' },
  ],
  async run(_args, options, invocation) {
    const result = await readInbox(contextOf(invocation), { keep: options.keep });
    return {
      result,
      text: () => inLines(inboxLines(result, invocation)) || 'nothing new since the last look',
    };
  },
});
