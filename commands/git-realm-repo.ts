import { command, verb } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { usageError } from '../lib/errors.ts';
import { renameRepo } from '../lib/flow/rename.ts';

/** `git realm repo`: what a repo is called in its realm. */
export default command({
  name: 'repo',
  summary: 'Rename a repo in its realm',
  verbs: [
    verb({
      name: 'rename',
      summary: 'Give a repo another name; the old one goes on to lead to it',
      args: [
        {
          name: 'names',
          summary: 'the new name of this repo, or an old name and the new one',
          repeat: true,
          complete: 'repo',
        },
      ],
      examples: [
        { run: 'git realm repo rename camera', why: 'this repository is called camera from now on' },
      ],
      exits: { 1: 'you do not maintain it, or the name is taken' },
      async run(args, _options, context) {
        const [first, second, ...more] = args.names;
        if (first === undefined || more.length > 0)
          throw usageError('say the new name, or the old and the new');
        const to = second ?? first;
        const done = await renameRepo(flowOf(context), to, second === undefined ? undefined : first);
        return { result: done, text: changedText(done, `${done.subject} is called ${to} now`) };
      },
    }),
  ],
});
