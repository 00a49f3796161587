import { rejectProposal } from '../lib/actions/approval/decide.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm reject`: an approver turns a proposal down, or its author takes it back. */
export default command({
  name: 'reject',
  summary: 'Reject a proposal, with the reason',
  args: [{ name: 'id', summary: 'the proposal; see git realm proposals' }],
  options: [{ name: 'why', value: '<reason>', summary: 'the reason, for its author' }],
  exits: { 1: 'you may not reject it, or it is closed' },
  async run(args, options, invocation) {
    if (options.why === undefined || options.why.trim() === '')
      throw usageError('a reason is required: --why <reason>');
    const done = await rejectProposal(contextOf(invocation), args.id, options.why);
    return { result: done, text: `rejected ${done.proposal.id}: ${done.proposal.subject}` };
  },
});
