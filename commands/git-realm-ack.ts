import { acknowledge } from '../lib/actions/approval/ack.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { ackText } from '../lib/cli/render/ack.ts';

/** `git realm ack`: a consumer needs no more time for a breaking version. */
export default command({
  name: 'ack',
  summary: 'Acknowledge a breaking version early, so that nobody waits for you',
  args: [
    {
      name: 'contract',
      summary: 'what is imported; default: everything that is in its grace period',
      optional: true,
      repeat: true,
      complete: 'contract',
    },
  ],
  examples: [
    { run: 'git realm ack', why: 'this repository is ready for all that is announced' },
    { run: 'git realm ack s3-access/s3-permissions', why: 'for this contract only' },
  ],
  exits: { 1: 'nothing waits for this repository, it is too late, or you do not maintain it' },
  async run(args, _options, invocation) {
    const result = await acknowledge(contextOf(invocation), args.contract);
    return { result, text: () => ackText(result) };
  },
});
