import { command, verb } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { proposalsText, proposalText } from '../lib/cli/render/proposals.ts';
import { proposals, showProposal } from '../lib/flow/decide.ts';

/** `git realm proposals`: realm changes that wait for approval. */
export default command({
  name: 'proposals',
  summary: 'Show the realm changes that wait for approval',
  verbs: [
    verb({
      name: 'list',
      summary: 'Name the proposals that wait',
      options: [{ name: 'all', summary: 'those that landed or were rejected, too' }],
      async run(_args, options, context) {
        const found = await proposals(flowOf(context), options.all);
        return { result: { proposals: found }, text: proposalsText(found) };
      },
    }),
    verb({
      name: 'show',
      summary: 'Show what one changes, why it needs approval, and whom it affects',
      args: [{ name: 'id', summary: 'its name, or as much of it as is unique' }],
      async run(args, _options, context) {
        const found = await showProposal(flowOf(context), args.id);
        return { result: found, text: proposalText(found) };
      },
    }),
  ],
  defaultVerb: 'list',
});
