import { logOf } from '../lib/actions/contract/log.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { logText } from '../lib/cli/render/log.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm log`: what happened in the realm, or to one contract. */
export default command({
  name: 'log',
  summary: 'Show the history of the realm, or the versions of one contract',
  args: [
    {
      name: 'contract',
      summary: 'the contract, as <contract> or <domain>/<contract>',
      optional: true,
      complete: 'contract',
    },
  ],
  options: [
    {
      name: 'count',
      alias: 'n',
      value: '<number>',
      default: '20',
      summary: 'show at most this many commits or versions',
    },
  ],
  examples: [
    { run: 'git realm log', why: 'the latest changes of the realm, from any member repository' },
    { run: 'git realm log s3-permissions', why: 'its versions, with the changes in each' },
  ],
  async run(args, options, invocation) {
    if (!/^[1-9]\d{0,6}$/.test(options.count))
      throw usageError(`-n needs a positive number, not '${options.count}'`, 'git realm log -n 50');
    const result = await logOf(contextOf(invocation), {
      contract: args.contract,
      count: Number(options.count),
    });
    return { result, text: () => logText(result, invocation) };
  },
});
