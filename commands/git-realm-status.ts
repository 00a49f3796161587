import { statusOf } from '../lib/actions/view/status.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { statusText } from '../lib/cli/render/status.ts';

/** `git realm status`: drift of what this repo exports, and how its imports stand. */
export default command({
  name: 'status',
  summary: 'Show export drift and stale imports of this repository',
  options: [
    {
      name: 'branch',
      value: '<branch>',
      summary: 'the branch that this checkout represents, in CI',
      complete: 'branch',
    },
  ],
  async run(_args, options, invocation) {
    const result = await statusOf(contextOf(invocation), options.branch);
    return { result, text: () => statusText(result, invocation) };
  },
});
