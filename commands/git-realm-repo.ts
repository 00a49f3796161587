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
      summary: 'Rename a repo; the old name still resolves to it',
      args: [
        {
          name: 'names',
          summary: 'the new name of this repo, or the old and the new name of any repo',
          repeat: true,
          complete: 'repo',
        },
      ],
      examples: [{ run: 'git realm repo rename camera', why: 'rename this repository to camera' }],
      exits: { 1: 'you are not a maintainer, the name is taken, or its organisation needs approval' },
      async run(args, _options, invocation) {
        const [first, second, ...more] = args.names;
        if (first === undefined || more.length > 0)
          throw usageError('specify the new name, or the old and the new name');
        const to = second ?? first;
        const done = await renameRepo(contextOf(invocation), to, second === undefined ? undefined : first);
        return { result: done, text: changedText(done, `renamed ${done.subject} to ${to}`) };
      },
    }),
    verb({
      name: 'evict',
      summary: 'Remove a repo that is not a member of any domain, with its bindings and registration',
      args: [{ name: 'repo', summary: 'its name in the realm', complete: 'repo' }],
      examples: [
        { run: 'git realm repo evict worm', why: 'remove worm, which is not a member of any domain' },
      ],
      exits: { 1: 'you are not an approver, it is a member of a domain, or others import from it' },
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
