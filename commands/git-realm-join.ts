import { type JoinPreview, joinRealm } from '../lib/actions/join/join.ts';
import { chooseExports } from '../lib/cli/choose-exports.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf, linesTyped } from '../lib/cli/context.ts';
import { joinText } from '../lib/cli/render/join.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm join`: register a repository, or attach another clone of one. */
export default command({
  name: 'join',
  summary: 'Register this repository in a realm, or attach this clone of it',
  args: [
    {
      name: 'realm',
      summary: 'path or URL of the realm (default: the realm named in .blue/config.yaml)',
      optional: true,
      complete: 'realm',
    },
  ],
  options: [
    { name: 'name', value: '<repo>', summary: 'name in the realm (default: the directory name)' },
    { name: 'detect-exports', negatable: true, default: true, summary: 'detect exports in the code' },
    { name: 'hooks', negatable: true, default: true, summary: 'install the git hooks' },
    {
      name: 'yes',
      alias: 'y',
      summary: 'do not ask: take what is not left out, and a path named in .blue/config.yaml',
    },
    { name: 'dry-run', alias: 'n', summary: 'show what was found and would be done, and change nothing' },
    {
      name: 'ephemeral',
      summary: 'for CI: attach without hooks and without the index in your home directory',
    },
  ],
  examples: [
    { run: 'git realm join ../realm-letemcook', why: 'register this repository' },
    { run: 'git realm join', why: 'on another machine: attach a clone of a registered repository' },
  ],
  async run(args, options, invocation) {
    const { dryRun, ...rest } = options;
    const context = contextOf(invocation);
    const say = (lines: readonly string[]) => invocation.stderr.write(`${inLines(lines)}\n`);
    let isAsked = false;
    const choose = async (preview: JoinPreview) => {
      isAsked = preview.detected.previews.length > 0;
      if (!isAsked) return [];
      const lines = linesTyped(invocation);
      return chooseExports(preview, say, lines.question).finally(lines.close);
    };
    const result = await joinRealm(context, {
      realm: args.realm,
      ...rest,
      preview: dryRun,
      ...(options.yes || invocation.json || !context.canAsk?.() ? {} : { choose }),
    });
    return { result, text: () => joinText(result, isAsked) };
  },
});
