import { addRepos, addWorktrees } from '../lib/actions/change/worktree.ts';
import { listChanges } from '../lib/actions/change/worktree-list.ts';
import { removeWorktrees } from '../lib/actions/change/worktree-remove.ts';
import {
  againOptions,
  branchOption,
  changeOutcome,
  dryRunOption,
  jobsOption,
} from '../lib/cli/change-options.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { changesText, runText, worktreesText } from '../lib/cli/render/change.ts';

const add = verb({
  name: 'add',
  summary: 'Start a change: a branch with a worktree in every affected repo',
  options: [
    { name: 'rfc', value: '<title>', summary: 'title of the change; names the branch feat/<title>' },
    { name: 'branch', value: '<branch>', summary: 'the branch (default: feat/<title>)', complete: 'branch' },
    {
      name: 'domain',
      value: '<domain>',
      summary: 'all members of this domain (default: the repos affected by drift, or all domains)',
    },
    { name: 'repos', value: '<a,b>', summary: 'only these repos' },
    { name: 'into', value: '<dir>', summary: 'put all worktrees into this directory, as <dir>/<repo>' },
    { name: 'existing', summary: 'only a change set that the realm tracks, which is not changed there' },
    { name: 'clone', summary: 'clone repos that are not on this machine, next to this repository' },
    dryRunOption,
    jobsOption,
    ...againOptions,
  ],
  exits: { 1: 'with --existing: the realm does not track that change set' },
  examples: [
    { run: 'git realm worktree --rfc training-metrics-v2', why: 'start feat/training-metrics-v2 everywhere' },
  ],
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'worktree',
      options,
      (context, asked) => addWorktrees(context, { ...options, ...asked }),
      worktreesText,
    ),
});

const addRepo = verb({
  name: 'add-repo',
  summary: 'Add repos to a change set in progress, with a worktree in each',
  args: [{ name: 'repo', summary: 'a repo of the realm', optional: true, repeat: true, complete: 'repo' }],
  options: [branchOption, dryRunOption, jobsOption, ...againOptions],
  run: ({ repo }, options, invocation) =>
    changeOutcome(
      invocation,
      'worktree',
      options,
      (context, asked) => addRepos(context, { ...options, ...asked, repos: repo }),
      worktreesText,
    ),
});

const removeRepo = verb({
  name: 'remove-repo',
  summary: 'Take repos out of a change set in progress; the others go on',
  args: [
    { name: 'repo', summary: 'a repo of the change set', optional: true, repeat: true, complete: 'repo' },
  ],
  options: [
    branchOption,
    { name: 'force', alias: 'f', summary: 'even if there are uncommitted or unpushed changes' },
    dryRunOption,
    jobsOption,
    ...againOptions,
  ],
  run: ({ repo }, options, invocation) =>
    changeOutcome(
      invocation,
      'worktree-remove',
      options,
      (context, { jobs }) => removeWorktrees(context, { ...options, repos: repo, jobs }),
      (result) => runText(result, `${repo.join(', ')}: no longer in ${result.branch}`),
    ),
});

const list = verb({
  name: 'list',
  summary: 'List the change sets of the realm and where their worktrees are',
  options: [{ name: 'all', alias: 'a', summary: 'include closed change sets' }],
  async run(_args, options, invocation) {
    const result = await listChanges(contextOf(invocation), options.all);
    return { result, text: () => changesText(result) };
  },
});

const remove = verb({
  name: 'remove',
  summary: 'Remove the worktrees of a change set, and its branches if no work is lost',
  args: [{ name: 'branch', summary: 'its branch', optional: true, complete: 'branch' }],
  options: [
    { name: 'force', alias: 'f', summary: 'even if there are uncommitted or unpushed changes' },
    dryRunOption,
    jobsOption,
    ...againOptions,
  ],
  run: ({ branch }, options, invocation) =>
    changeOutcome(
      invocation,
      'worktree-remove',
      { ...options, branch },
      (context, { jobs }) => removeWorktrees(context, { ...options, branch, jobs }),
      (result) => runText(result, `no worktrees of ${result.branch} remain`),
    ),
});

/** `git realm worktree`: one branch over many repositories. */
export default command({
  name: 'worktree',
  summary: 'Start a change across several repos: a branch and a worktree in each',
  verbs: [add, addRepo, removeRepo, list, remove],
  defaultVerb: 'add',
  exits: { 1: 'a step failed in at least one repo; --continue finishes it, --abort undoes it' },
});
