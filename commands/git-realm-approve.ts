import { approveProposal, withdrawApproval } from '../lib/actions/approval/decide.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm approve`: an approver lets a proposal land, or takes that back while its grace period runs. */
export default command({
  name: 'approve',
  summary: 'Approve a proposal and land it',
  args: [{ name: 'id', summary: 'the proposal; see git realm proposals' }],
  options: [
    {
      name: 'withdraw',
      summary: 'withdraw your approval; what it published is reverted, unless it is already in effect',
    },
    { name: 'why', value: '<reason>', summary: 'the reason, with --withdraw' },
    {
      name: 'oid',
      value: '<oid>',
      summary:
        'the commit you reviewed, as shown by git realm proposals (default: the commit last shown to you)',
    },
  ],
  examples: [{ run: 'git realm approve c8898d59 --oid 3f2a91c07b5e', why: 'approve exactly this content' }],
  exits: {
    1: 'you are not an approver, or the proposal is closed, already in effect, based on other content, or has changed since you saw it',
  },
  async run(args, options, invocation) {
    const context = contextOf(invocation);
    const { oid } = options;
    if (oid !== undefined && !/^[0-9a-f]{7,64}$/i.test(oid))
      throw usageError(
        `'${oid}' is not a commit id: give at least 7 digits`,
        `git realm proposals show ${args.id}`,
      );
    if (options.withdraw) {
      if (oid !== undefined) throw usageError('--oid cannot be used with --withdraw');
      const done = await withdrawApproval(context, args.id, options.why);
      const { id, subject } = done.proposal;
      const back = done.commit === null ? '' : '; it is no longer published, and waits for approval again';
      return { result: done, text: `withdrew the approval of ${id}: ${subject}${back}` };
    }
    if (options.why !== undefined) throw usageError('--why needs --withdraw');
    const done = await approveProposal(context, args.id, oid);
    const since = done.effectiveAt === null ? '' : `; it takes effect at ${done.effectiveAt}`;
    return { result: done, text: `approved ${done.proposal.id}: ${done.proposal.subject}${since}` };
  },
});
