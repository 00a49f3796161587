import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { approveProposal } from '../lib/flow/decide.ts';

/** `git realm approve`: an approver lets a proposal land. */
export default command({
  name: 'approve',
  summary: 'Approve a proposal, so that it lands',
  args: [{ name: 'id', summary: 'the proposal; see git realm proposals' }],
  exits: { 1: 'not yours to approve, or it is closed, or made against another content' },
  async run(args, _options, context) {
    const done = await approveProposal(flowOf(context), args.id);
    const since = done.effectiveAt === null ? '' : `; it takes effect at ${done.effectiveAt}`;
    return { result: done, text: `approved ${done.proposal.id}: ${done.proposal.subject}${since}` };
  },
});
