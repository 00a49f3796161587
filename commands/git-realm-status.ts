import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { statusText } from '../lib/cli/render/status.ts';
import { statusOf } from '../lib/flow/status.ts';

/** `git realm status`: drift of what this repo exports, and how its imports stand. */
export default command({
  name: 'status',
  summary: 'Show drift of exports and stale imports of this repository',
  options: [
    {
      name: 'branch',
      value: '<branch>',
      summary: 'the branch this checkout stands for, in CI',
      complete: 'branch',
    },
  ],
  async run(_args, options, context) {
    const result = await statusOf(flowOf(context), options.branch);
    return { result, text: () => statusText(result, context) };
  },
});
