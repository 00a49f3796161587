import { addCheckout } from '../lib/actions/change/checkout.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';

/** `git realm checkout`: where the realm's repos lie on this machine. */
export default command({
  name: 'checkout',
  summary: "Record where the realm's repos are checked out on this machine",
  verbs: [
    verb({
      name: 'add',
      summary: 'Add a checkout of another repo to your index',
      args: [
        { name: 'repo', summary: 'name of the repo in the realm', complete: 'repo' },
        {
          name: 'path',
          summary: 'its directory (default: next to this repository)',
          optional: true,
          complete: 'path',
        },
      ],
      options: [{ name: 'clone', summary: 'clone it there from the URL recorded in the realm' }],
      examples: [
        {
          run: 'git realm checkout add fungal-image-analysis --clone',
          why: 'clone it next to this repository',
        },
      ],
      async run(args, options, invocation) {
        const result = await addCheckout(contextOf(invocation), {
          repo: args.repo,
          path: args.path,
          clone: options.clone,
        });
        return { result, text: `${result.cloned ? 'cloned' : 'added'} ${result.repo}: ${result.path}` };
      },
    }),
  ],
});
