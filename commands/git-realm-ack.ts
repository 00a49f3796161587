import { acknowledge } from '../lib/actions/approval/ack.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { ackText } from '../lib/cli/render/ack.ts';

/** `git realm ack`: a consumer needs no more time for a breaking version. */
export default command({
  name: 'ack',
  summary: 'Acknowledge a breaking version before its grace period ends',
  args: [
    {
      name: 'contract',
      summary: 'the imported contract (default: every contract in its grace period)',
      optional: true,
      repeat: true,
      complete: 'contract',
    },
  ],
  examples: [
    { run: 'git realm ack', why: 'this repository is ready for every announced version' },
    { run: 'git realm ack s3-access/s3-permissions', why: 'for this contract only' },
  ],
  exits: {
    1: 'no version is waiting for this repository, its grace period is over, or you are not a maintainer',
  },
  async run(args, _options, invocation) {
    const result = await acknowledge(contextOf(invocation), args.contract);
    return { result, text: () => ackText(result) };
  },
});
