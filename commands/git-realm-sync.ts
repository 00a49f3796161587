import { refreshMeanwhile } from '../lib/actions/change/pulls/refresh.ts';
import { syncRepo } from '../lib/actions/contract/sync.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { syncText } from '../lib/cli/render/sync.ts';

/** `git realm sync`: publish what is pushed, resolve what is proved, exchange with the realm's remote. */
export default command({
  name: 'sync',
  summary: 'Publish changed exports, resolve imports, exchange with the realm',
  options: [
    { name: 'dry-run', alias: 'n', summary: 'show what would change, without writing anything' },
    { name: 'notify', negatable: true, default: true, summary: 'notify affected consumers' },
    {
      name: 'resolve',
      value: '<contract>',
      repeat: true,
      summary: 'mark the import of this contract as resolved, without proof',
      complete: 'contract',
    },
    {
      name: 'rewound',
      summary: 'publish although the publishing branch was rewound',
    },
    {
      name: 'branch',
      value: '<branch>',
      summary: 'the branch that this checkout represents, in CI',
      complete: 'branch',
    },
  ],
  exits: { 1: 'something could not be published: behind, diverged, or refused by the realm' },
  async run(_args, options, invocation) {
    const result = await syncRepo(contextOf(invocation), { ...options, afterwards: refreshMeanwhile });
    const held = result.exports.some((publication) => ['diverged', 'refused'].includes(publication.outcome));
    return { result, exitCode: held ? 1 : 0, text: () => syncText(result) };
  },
});
