import { closePulls } from '../lib/actions/change/pulls/close.ts';
import { mergePulls } from '../lib/actions/change/pulls/merge.ts';
import { createPulls } from '../lib/actions/change/pulls/open.ts';
import { pullStatus } from '../lib/actions/change/pulls/status.ts';
import {
  againOptions,
  branchOption,
  changeOutcome,
  dryRunOption,
  jobsOption,
  takeOverOption,
} from '../lib/cli/change-options.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { pullStatusText, pullsText, runText } from '../lib/cli/render/change.ts';
import { usageError } from '../lib/errors.ts';

const create = verb({
  name: 'create',
  summary: 'Open one pull request per repo of the change set, or bring those that are open up to date',
  options: [
    { name: 'title', value: '<title>', summary: 'the title of all of them (default: of the last commit)' },
    { name: 'body', value: '<text>', summary: 'the text that a new one starts with' },
    { name: 'draft', summary: 'open them as drafts' },
    { name: 'ready', summary: 'mark those that are drafts as ready for review' },
    { name: 'reviewer', value: '<name>', repeat: true, summary: 'who is asked for a review' },
    { name: 'label', value: '<label>', repeat: true, summary: 'a label that is added to all of them' },
    branchOption,
    dryRunOption,
    jobsOption,
    ...againOptions,
    takeOverOption,
  ],
  run: (_args, options, invocation) => {
    if (options.draft && options.ready) throw usageError('--draft and --ready exclude each other');
    return changeOutcome(
      invocation,
      'pr',
      options,
      (context, { jobs }) =>
        createPulls(context, { ...options, reviewers: options.reviewer, labels: options.label, jobs }),
      pullsText,
    );
  },
});

const status = verb({
  name: 'status',
  summary: 'Show reviews, checks, what merges next, and whether it is safe to stop here',
  options: [branchOption],
  async run(_args, options, invocation) {
    const result = await pullStatus(contextOf(invocation), options.branch);
    return { result, text: () => pullStatusText(result) };
  },
});

/** `--wait` in seconds. Throws a usage error. */
function patienceOf(minutes: string | undefined): number {
  if (minutes === undefined) return 0;
  if (/^\d{1,4}(\.\d+)?$/.test(minutes)) return Number(minutes) * 60;
  throw usageError(`--wait takes minutes, not '${minutes}'`, '--wait 10');
}

const merge = verb({
  name: 'merge',
  summary: 'Merge the pull requests in their order, each as soon as it is ready',
  options: [
    {
      name: 'wait',
      value: '<minutes>',
      negatable: true,
      default: '10',
      summary: 'how long to wait in each repo for checks that run and for a merge queue',
    },
    { name: 'unproved', summary: 'merge also where nothing proves that a step is safe' },
    branchOption,
    dryRunOption,
    jobsOption,
    ...againOptions,
    takeOverOption,
  ],
  exits: { 1: 'one is not ready, no order is safe after every step, or nothing proves that it is' },
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'pr-merge',
      options,
      (context, { jobs }) => mergePulls(context, { ...options, jobs, patience: patienceOf(options.wait) }),
      pullsText,
    ),
});

const close = verb({
  name: 'close',
  summary: 'Close the open pull requests of the change set; branches and worktrees stay',
  options: [branchOption, dryRunOption, jobsOption, ...againOptions, takeOverOption],
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'pr-close',
      options,
      (context, { jobs }) => closePulls(context, { ...options, jobs }),
      (result) => runText(result, 'no pull request is open'),
    ),
});

/** `git realm pr`: linked pull requests that merge in an order in which no main branch is ever broken. */
export default command({
  name: 'pr',
  summary: 'Open, show and merge the linked pull requests of a change set',
  verbs: [create, status, merge, close],
  defaultVerb: 'create',
  network: true,
});
