import { approveProposal, withdrawApproval } from '../lib/actions/approval/decide.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm approve`: an approver lets a proposal land, or takes that back while its grace period runs. */
export default command({
  name: 'approve',
  summary: 'Approve a proposal, so that it lands',
  args: [{ name: 'id', summary: 'the proposal; see git realm proposals' }],
  options: [
    {
      name: 'withdraw',
      summary: 'take your approval back: what it let in goes again, unless it is in effect',
    },
    { name: 'why', value: '<reason>', summary: 'the reason, with --withdraw' },
    {
      name: 'oid',
      value: '<oid>',
      summary:
        'the commit that you read, as git realm proposals names it (default: as it was shown to you last)',
    },
  ],
  examples: [
    { run: 'git realm approve c8898d59 --oid 3f2a91c07b5e', why: 'this content of it, and no other' },
  ],
  exits: {
    1: 'not yours to approve, or it is closed, in effect, made against another content, or has changed since you saw it',
  },
  async run(args, options, invocation) {
    const context = contextOf(invocation);
    const { oid } = options;
    if (oid !== undefined && !/^[0-9a-f]{7,64}$/i.test(oid))
      throw usageError(
        `'${oid}' is not a commit: at least 7 digits of one`,
        `git realm proposals show ${args.id}`,
      );
    if (options.withdraw) {
      if (oid !== undefined) throw usageError('--oid does not go with --withdraw');
      const done = await withdrawApproval(context, args.id, options.why);
      const { id, subject } = done.proposal;
      const back = done.commit === null ? '' : '; it is no longer published, and waits for approval again';
      return { result: done, text: `withdrew the approval of ${id}: ${subject}${back}` };
    }
    if (options.why !== undefined) throw usageError('--why goes with --withdraw');
    const done = await approveProposal(context, args.id, oid);
    const since = done.effectiveAt === null ? '' : `; it takes effect at ${done.effectiveAt}`;
    return { result: done, text: `approved ${done.proposal.id}: ${done.proposal.subject}${since}` };
  },
});
