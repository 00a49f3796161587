import { proposals, showProposal } from '../lib/actions/approval/decide.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { proposalsText, proposalText } from '../lib/cli/render/proposals.ts';

/** `git realm proposals`: realm changes that wait for approval. */
export default command({
  name: 'proposals',
  summary: 'Show the realm changes that wait for approval',
  verbs: [
    verb({
      name: 'list',
      summary: 'Name the proposals that wait',
      options: [{ name: 'all', summary: 'those that landed or were rejected, too' }],
      async run(_args, options, invocation) {
        const found = await proposals(contextOf(invocation), options.all);
        return { result: { proposals: found }, text: proposalsText(found) };
      },
    }),
    verb({
      name: 'show',
      summary: 'Show what one changes, why it needs approval, and whom it affects',
      args: [{ name: 'id', summary: 'its name, or as much of it as is unique' }],
      async run(args, _options, invocation) {
        const found = await showProposal(contextOf(invocation), args.id);
        return { result: found, text: proposalText(found) };
      },
    }),
  ],
  defaultVerb: 'list',
});
