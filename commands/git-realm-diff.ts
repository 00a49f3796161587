import { diffContract } from '../lib/actions/contract/diff.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { diffText } from '../lib/cli/render/diff.ts';

/** `git realm diff`: two versions of one contract, and what the change means. */
export default command({
  name: 'diff',
  summary: 'Show what changed between two versions of a contract, with the verdict',
  args: [
    { name: 'contract', summary: 'the contract, as <contract> or <domain>/<contract>', complete: 'contract' },
    {
      name: 'versions',
      summary: 'such as 1.0.0..1.1.0 (default: the last version against the previous one)',
      optional: true,
    },
  ],
  exits: { 1: 'there is only one version' },
  examples: [
    { run: 'git realm diff s3-permissions', why: 'what the last version changed, and whether it breaks' },
    { run: 'git realm diff s3-permissions 1.0.0..1.3.0', why: 'everything that changed between the two' },
  ],
  async run(args, _options, invocation) {
    const result = await diffContract(contextOf(invocation), {
      contract: args.contract,
      range: args.versions,
    });
    return { result, text: () => diffText(result, invocation) };
  },
});
