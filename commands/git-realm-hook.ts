import { readFileSync } from 'node:fs';
import { postCommit, preCommit, prepareCommitMessage } from '../lib/actions/hook/commit-hooks.ts';
import { type HookReport, isBlocking } from '../lib/actions/hook/hook-report.ts';
import { postMerge } from '../lib/actions/hook/post-merge.ts';
import { prePush } from '../lib/actions/hook/pre-push.ts';
import type { Context } from '../lib/actions/open/context.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { hookText } from '../lib/cli/render/hook.ts';
import { Exit, RealmError } from '../lib/errors.ts';
import { type HookName, REFUSED, refuses } from '../lib/hooks/types.ts';
import { HOOK_PATIENCE_MS, patience } from '../lib/store/patience.ts';

const runs: Record<string, (context: Context, args: readonly string[]) => Promise<HookReport>> = {
  'pre-commit': preCommit,
  'prepare-commit-msg': prepareCommitMessage,
  'pre-applypatch': preCommit,
  'post-commit': postCommit,
  'post-merge': postMerge,
  'post-rewrite': postMerge,
  'pre-push': (context, args) => prePush(context, args, readFileSync(0, 'utf8')),
};

/** `git realm hook <hook>`: what our git hooks call when a contract's sources are touched. */
export default command({
  name: 'hook',
  summary: 'Check for drift from inside a git hook',
  hidden: true,
  args: [
    { name: 'hook', summary: 'the calling git hook' },
    { name: 'arguments', summary: "the hook's own", optional: true, repeat: true },
  ],
  options: [],
  async run(args, _options, invocation) {
    const run = runs[args.hook];
    if (run === undefined) throw new RealmError('no-such-hook', `no hook '${args.hook}'`);
    const context: Context = { ...contextOf(invocation), unattended: true };
    patience.giveUpMs = HOOK_PATIENCE_MS;
    try {
      const report = await run(context, args.arguments);
      const text = hookText(report, args.hook);
      if (text !== '' && !invocation.quiet) invocation.stderr.write(`${text}\n`);
      return { exitCode: report.refuse ? REFUSED : Exit.ok };
    } catch (error) {
      // A clone that is not attached, or left: its hooks have nothing to say.
      if (error instanceof RealmError && ['not-joined', 'not-attached'].includes(error.code))
        return { exitCode: Exit.ok };
      // Whatever went wrong with us, the user's work goes on, unless that was to be refused.
      const blocks = refuses(args.hook as HookName) && (await isBlocking(context).catch(() => false));
      const end = blocks ? '; refused, because realm.drift is block' : '';
      invocation.stderr.write(`git realm: ${args.hook}: ${failureWords(error)}${end}\n`);
      if (!(error instanceof RealmError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      return { exitCode: blocks ? REFUSED : Exit.ok };
    }
  },
});

const failureWords = (error: unknown): string => words(error).replace(/\s*\n\s*/g, ' ');

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof RealmError && error.code === 'locked')
    return `${error.message}: postponed to the next command (git realm sync)`;
  if (!(error instanceof RealmError)) return `internal error, please report: ${error.message}`;
  return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
}
