import { evictRepo } from '../lib/actions/approval/decide.ts';
import { renameRepo } from '../lib/actions/contract/rename.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm repo`: what a repo is called in its realm, and clearing away one that takes no part. */
export default command({
  name: 'repo',
  summary: 'Rename a repo in its realm, or evict it',
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
      exits: { 1: 'you do not maintain it, the name is taken, or its organisation has to be approved' },
      async run(args, _options, invocation) {
        const [first, second, ...more] = args.names;
        if (first === undefined || more.length > 0)
          throw usageError('say the new name, or the old and the new');
        const to = second ?? first;
        const done = await renameRepo(contextOf(invocation), to, second === undefined ? undefined : first);
        return { result: done, text: changedText(done, `${done.subject} is called ${to} now`) };
      },
    }),
    verb({
      name: 'evict',
      summary: 'Clear away a repo that is no member of a domain: its bindings there, and its registration',
      args: [{ name: 'repo', summary: 'its name in the realm', complete: 'repo' }],
      examples: [{ run: 'git realm repo evict worm', why: 'worm takes no part here' }],
      exits: { 1: 'you are no approver, it is a member, or others import from it' },
      async run(args, _options, invocation) {
        const done = await evictRepo(contextOf(invocation), args.repo);
        const gone = [
          ...done.domains.map((domain) => `its binding in ${domain}`),
          ...(done.registration ? ['its registration'] : []),
        ];
        return { result: done, text: `evicted ${done.repo}: removed ${gone.join(', ')}` };
      },
    }),
  ],
});
