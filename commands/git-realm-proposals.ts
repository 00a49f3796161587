import { proposals, showProposal } from '../lib/actions/approval/decide.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { proposalsText, proposalText } from '../lib/cli/render/proposals.ts';

/** `git realm proposals`: realm changes that wait for approval. */
export default command({
  name: 'proposals',
  summary: 'Show realm changes that wait for approval',
  verbs: [
    verb({
      name: 'list',
      summary: 'List open proposals',
      options: [{ name: 'all', summary: 'include landed and rejected proposals' }],
      async run(_args, options, invocation) {
        const found = await proposals(contextOf(invocation), options.all);
        return { result: { proposals: found }, text: proposalsText(found) };
      },
    }),
    verb({
      name: 'show',
      summary: 'Show what a proposal changes, why it needs approval, and which repos it affects',
      args: [{ name: 'id', summary: 'its id, or a unique prefix' }],
      async run(args, _options, invocation) {
        const found = await showProposal(contextOf(invocation), args.id);
        return { result: found, text: proposalText(found) };
      },
    }),
  ],
  defaultVerb: 'list',
});
