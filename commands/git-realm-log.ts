import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { logText } from '../lib/cli/render/log.ts';
import { usageError } from '../lib/errors.ts';
import { logOf } from '../lib/flow/log.ts';

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
      summary: 'show at most so many commits, or versions',
    },
  ],
  examples: [
    { run: 'git realm log', why: 'the last changes of the realm, from any member repository' },
    { run: 'git realm log s3-permissions', why: 'its versions, each with what changed' },
  ],
  async run(args, options, context) {
    if (!/^[1-9]\d{0,6}$/.test(options.count))
      throw usageError(`'${options.count}' is no number of entries`, 'git realm log -n 50');
    const result = await logOf(flowOf(context), { contract: args.contract, count: Number(options.count) });
    return { result, text: () => logText(result, context) };
  },
});
