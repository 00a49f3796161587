import { inviteRepo } from '../lib/actions/approval/decide.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm invite`: an approver names a repo that may join. */
export default command({
  name: 'invite',
  summary: 'Invite a repo, so that its maintainers can join',
  args: [{ name: 'repo', summary: 'the name it will have in the realm' }],
  options: [
    {
      name: 'maintainer',
      value: '<email>',
      repeat: true,
      summary: 'e-mail address of a maintainer, who may join and act for the repo',
    },
  ],
  exits: { 1: 'you are not an approver of the realm' },
  async run(args, options, invocation) {
    if (options.maintainer.length === 0) throw usageError('specify who may join it: --maintainer <email>');
    const done = await inviteRepo(contextOf(invocation), args.repo, options.maintainer);
    const text = done.why ?? `invited ${done.repo}: ${options.maintainer.join(', ')} may run git realm join`;
    return { result: done, text };
  },
});
