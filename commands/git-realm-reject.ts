import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { usageError } from '../lib/errors.ts';
import { rejectProposal } from '../lib/flow/decide.ts';

/** `git realm reject`: an approver turns a proposal down, or its author takes it back. */
export default command({
  name: 'reject',
  summary: 'Reject a proposal, with the reason',
  args: [{ name: 'id', summary: 'the proposal; see git realm proposals' }],
  options: [{ name: 'why', value: '<reason>', summary: 'the reason, for its author' }],
  exits: { 1: 'not yours to reject, or it is closed' },
  async run(args, options, context) {
    if (options.why === undefined || options.why.trim() === '') throw usageError('say why: --why <reason>');
    const done = await rejectProposal(flowOf(context), args.id, options.why);
    return { result: done, text: `rejected ${done.proposal.id}: ${done.proposal.subject}` };
  },
});
