import { dropPending, listPending, retryPending } from '../lib/actions/approval/pending.ts';
import { sharedWords } from '../lib/actions/share/share.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { pendingText } from '../lib/cli/render/pending.ts';

const id = {
  name: 'id',
  summary: 'its id, or a unique prefix',
  complete: 'pending',
} as const;

/** `git realm pending`: what the realm's remote refused, to be tried again or given up. */
export default command({
  name: 'pending',
  summary: "Show, retry or drop operations that the realm's remote refused",
  verbs: [
    verb({
      name: 'list',
      summary: 'Show pending operations, and why they were refused',
      async run(_args, _options, invocation) {
        const result = await listPending(contextOf(invocation));
        return { result, text: pendingText(result.pending) };
      },
    }),
    verb({
      name: 'retry',
      summary: 'Retry a pending operation',
      args: [id],
      async run(args, _options, invocation) {
        const result = await retryPending(contextOf(invocation), args.id);
        const shared = sharedWords(result.shared);
        const lines = [`no longer pending: ${result.pending.subject}`, ...(shared === null ? [] : [shared])];
        return { result, text: lines.join('\n') };
      },
    }),
    verb({
      name: 'drop',
      summary: 'Drop a pending operation',
      args: [id],
      async run(args, _options, invocation) {
        const result = await dropPending(contextOf(invocation), args.id);
        return { result, text: `dropped: ${result.subject}` };
      },
    }),
  ],
  defaultVerb: 'list',
  exits: { 1: 'the current realm refuses the operation again' },
});
