import { adoptPulls } from '../lib/actions/change/pulls/adopt.ts';
import { closePulls } from '../lib/actions/change/pulls/close.ts';
import { draftPulls } from '../lib/actions/change/pulls/draft.ts';
import { mergePulls } from '../lib/actions/change/pulls/merge.ts';
import { createPulls } from '../lib/actions/change/pulls/open.ts';
import { refreshOrders } from '../lib/actions/change/pulls/refresh.ts';
import { revertPulls } from '../lib/actions/change/pulls/revert.ts';
import { pullStatus } from '../lib/actions/change/pulls/status.ts';
import {
  againOptions,
  branchOption,
  changeOutcome,
  dryRunOption,
  jobsOf,
  jobsOption,
  takeOverOption,
} from '../lib/cli/change-options.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import {
  adoptText,
  ordersText,
  pullStatusText,
  pullsText,
  revertText,
  runText,
} from '../lib/cli/render/change.ts';
import { usageError } from '../lib/errors.ts';

const create = verb({
  name: 'create',
  summary: 'Open or update one pull request per repo of the change set',
  options: [
    {
      name: 'title',
      value: '<title>',
      summary: 'the title of all pull requests (default: subject of the last commit)',
    },
    { name: 'body', value: '<text>', summary: 'the initial description of a new pull request' },
    { name: 'draft', summary: 'open them as drafts' },
    { name: 'ready', summary: 'mark drafts as ready for review' },
    { name: 'reviewer', value: '<name>', repeat: true, summary: 'request a review from this user' },
    { name: 'label', value: '<label>', repeat: true, summary: 'add this label to all pull requests' },
    branchOption,
    dryRunOption,
    jobsOption,
    ...againOptions,
    takeOverOption,
  ],
  run: (_args, options, invocation) => {
    if (options.draft && options.ready) throw usageError('--draft and --ready cannot be used together');
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

const adopt = verb({
  name: 'adopt',
  summary: 'Make one change set of pull requests that were opened by hand',
  args: [
    {
      name: 'pull',
      summary: 'the address of an open pull request, or <repo>#<number>',
      optional: true,
      repeat: true,
    },
  ],
  options: [
    { name: 'clone', summary: 'clone repos that are not on this machine, next to this repository' },
    dryRunOption,
    jobsOption,
  ],
  exits: { 1: 'a pull request is not open, or their branches have different names' },
  examples: [
    {
      run: 'git realm pr adopt aperture#7 fungal-image-analysis#12',
      why: 'link two pull requests, and derive their order',
    },
  ],
  async run({ pull }, options, invocation) {
    const result = await adoptPulls(contextOf(invocation), {
      ...options,
      pulls: pull,
      jobs: jobsOf(options.jobs),
    });
    return { result, exitCode: result.done || result.dryRun ? 0 : 1, text: () => adoptText(result) };
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
  throw usageError(`--wait needs a number of minutes, not '${minutes}'`, '--wait 10');
}

const merge = verb({
  name: 'merge',
  summary: 'Merge the pull requests in order, each as soon as it is ready',
  options: [
    {
      name: 'wait',
      value: '<minutes>',
      negatable: true,
      default: '10',
      summary: 'how long to wait in each repo for running checks and a merge queue',
    },
    { name: 'unproved', summary: 'merge even if a step is not proved safe' },
    branchOption,
    dryRunOption,
    jobsOption,
    ...againOptions,
    takeOverOption,
  ],
  exits: {
    1: 'a pull request is not ready, no order is safe after every step, or a step is not proved safe',
  },
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
  summary: 'Close the open pull requests of the change set, keeping branches and worktrees',
  options: [branchOption, dryRunOption, jobsOption, ...againOptions, takeOverOption],
  run: (_args, options, invocation) =>
    changeOutcome(
      invocation,
      'pr-close',
      options,
      (context, { jobs }) => closePulls(context, { ...options, jobs }),
      (result) => runText(result, 'no open pull requests'),
    ),
});

/** `pr ready` and `pr draft`. */
const marking = <const N extends 'ready' | 'draft'>(name: N, summary: string) =>
  verb({
    name,
    summary,
    options: [branchOption, dryRunOption, jobsOption, ...againOptions, takeOverOption],
    run: (_args, options, invocation) =>
      changeOutcome(
        invocation,
        'pr-draft',
        options,
        (context, { jobs }) => draftPulls(context, { ...options, draft: name === 'draft', jobs }),
        (result) =>
          runText(result, `no open pull requests that are not ${name === 'draft' ? 'drafts' : 'ready'}`),
      ),
  });

const ready = marking('ready', 'Mark the drafts of the change set as ready for review');
const draft = marking('draft', 'Mark the open pull requests of the change set as drafts');

const refresh = verb({
  name: 'refresh',
  summary: "Post the commit status 'git-realm/order' again, in CI or after a merge by hand",
  options: [branchOption],
  async run(_args, options, invocation) {
    const result = await refreshOrders(contextOf(invocation), options.branch);
    return { result, text: () => ordersText(result) };
  },
});

const revert = verb({
  name: 'revert',
  summary: 'Open linked pull requests that revert the merged ones of a change set, in the safe order',
  options: [
    { name: 'title', value: '<title>', summary: 'the title of all pull requests (default: Revert <branch>)' },
    { name: 'draft', summary: 'open them as drafts' },
    branchOption,
    dryRunOption,
    jobsOption,
  ],
  exits: { 1: 'nothing was merged, or something that was merged later conflicts with the revert' },
  async run(_args, options, invocation) {
    const result = await revertPulls(contextOf(invocation), { ...options, jobs: jobsOf(options.jobs) });
    return { result, exitCode: result.done || result.dryRun ? 0 : 1, text: () => revertText(result) };
  },
});

/** `git realm pr`: linked pull requests that merge in an order in which no main branch is ever broken. */
export default command({
  name: 'pr',
  summary: 'Open, show and merge the linked pull requests of a change set',
  verbs: [create, adopt, status, merge, ready, draft, revert, refresh, close],
  defaultVerb: 'create',
  network: true,
});
