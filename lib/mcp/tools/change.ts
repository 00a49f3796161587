import { commitChange } from '../../actions/change/commit.ts';
import { createPulls } from '../../actions/change/pulls/open.ts';
import { pullStatus } from '../../actions/change/pulls/status.ts';
import { pushChange } from '../../actions/change/push.ts';
import { addWorktrees } from '../../actions/change/worktree.ts';
import { boolean, flag, input, oneOf, output, string, text } from '../schema.ts';
import { apply, FORGE, hints, MEMBERS, names, type Tool } from '../tool.ts';

const branch = text('the branch of the change set (default: that of the current worktree)');
const repos = names('only these repos');

/** What a step of a change set gives. */
const run = output({ done: boolean, dryRun: boolean, branch: string });

/** Tools for one change over several repositories. */
export const changeTools: readonly Tool[] = [
  {
    name: 'realm_worktree',
    description: 'Start a change across several repos: a branch and a worktree in each.',
    hints: hints('network'),
    words: MEMBERS,
    inputSchema: input({
      rfc: text('the title of the change'),
      branch: text('the branch (default: feat/<rfc>)'),
      domain: text('all members of this domain'),
      repos,
      apply,
    }),
    outputSchema: run,
    run: (context, args) =>
      addWorktrees(context, {
        rfc: args.text('rfc'),
        branch: args.text('branch'),
        domain: args.text('domain'),
        repos: args.list('repos'),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_commit',
    description: 'Commit in all worktrees of the change set, and link the commits.',
    hints: hints('repeats'),
    words: MEMBERS,
    inputSchema: input(
      {
        message: text('the message of all commits'),
        branch,
        repos,
        link: flag('link the commits', true),
        apply,
      },
      ['message'],
    ),
    outputSchema: run,
    run: (context, args) =>
      commitChange(context, {
        message: args.text('message') ?? '',
        branch: args.text('branch'),
        repos: args.list('repos'),
        link: args.flag('link', true),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_push',
    description: 'Push the branch of the change set in all its repos.',
    hints: hints('destroys', 'network'),
    words: FORGE,
    inputSchema: input({ branch, repos, apply }),
    outputSchema: run,
    run: (context, args) =>
      pushChange(context, {
        branch: args.text('branch'),
        repos: args.list('repos'),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_pr',
    description: 'Open or update the linked pull requests of a change set, or show their state.',
    hints: hints('network'),
    words: FORGE,
    inputSchema: input({
      action: oneOf('default: create', ['create', 'status']),
      title: text('the title of all pull requests'),
      body: text('the initial description of a new pull request'),
      draft: flag('open them as drafts', false),
      branch,
      apply,
    }),
    outputSchema: output({ branch: string }),
    run: (context, args) =>
      args.text('action') === 'status'
        ? pullStatus(context, args.text('branch'))
        : createPulls(context, {
            title: args.text('title'),
            body: args.text('body'),
            draft: args.flag('draft'),
            reviewers: [],
            labels: [],
            branch: args.text('branch'),
            dryRun: !args.flag('apply'),
          }),
  },
];
