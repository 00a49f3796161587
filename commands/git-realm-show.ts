import { show } from '../lib/actions/contract/show.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { showText } from '../lib/cli/render/show.ts';

/** `git realm show`: one contract, now or at a version, or one domain. */
export default command({
  name: 'show',
  summary: 'Show a contract, now or at a version, with its consumers; or a domain',
  args: [
    {
      name: 'contract',
      summary: 'a contract as in log, optionally followed by @<version>, or a domain',
      complete: 'contract',
    },
  ],
  examples: [
    { run: 'git realm show s3-permissions', why: 'the contract as it is currently published' },
    { run: 'git realm show s3-access/s3-permissions@1.0.0', why: 'as it was at that version' },
    { run: 'git realm show s3-access', why: 'the domain: its members, contracts and imports' },
  ],
  async run(args, _options, invocation) {
    const result = await show(contextOf(invocation), args.contract);
    return { result: result.kind === 'domain' ? result.domain : result, text: () => showText(result) };
  },
});
