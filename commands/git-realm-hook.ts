import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { hookText } from '../lib/cli/render/hook.ts';
import { Exit, RealmError } from '../lib/errors.ts';
import type { Flow } from '../lib/flow/flow.ts';
import { type HookReport, postCommit, postMerge, preCommit } from '../lib/flow/hook-run.ts';
import { leaveStamp } from '../lib/flow/hooks.ts';

const runs: Record<string, (flow: Flow) => Promise<HookReport>> = {
  'pre-commit': preCommit,
  'post-commit': postCommit,
  'post-merge': postMerge,
  'post-rewrite': postMerge,
};

/** `git realm hook <hook>`: what our git hooks call when a contract's sources are touched. */
export default command({
  name: 'hook',
  summary: 'Look at drift from inside a git hook',
  hidden: true,
  args: [
    { name: 'hook', summary: 'the git hook that calls' },
    { name: 'arguments', summary: "the hook's own", optional: true, repeat: true },
  ],
  options: [],
  async run(args, _options, context) {
    const run = runs[args.hook];
    if (run === undefined) throw new RealmError('no-such-hook', `no hook '${args.hook}'`);
    const flow = flowOf(context);
    try {
      const report = await run(flow);
      if (args.hook === 'pre-commit') await leaveStamp(flow, report.outcome);
      const text = hookText(report, args.hook);
      if (text !== '' && !context.quiet) context.stderr.write(`${text}\n`);
      return { exitCode: report.refuse ? Exit.no : Exit.ok };
    } catch (error) {
      // A clone that is not attached, or left: its hooks have nothing to say.
      if (error instanceof RealmError && ['not-joined', 'not-attached'].includes(error.code))
        return { exitCode: Exit.ok };
      throw error;
    }
  },
});
