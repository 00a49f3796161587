import { execInWorktrees } from '../lib/actions/change/exec.ts';
import { branchOption, jobsOf, jobsOption, listOf, reposOption } from '../lib/cli/change-options.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';

/** `git realm exec -- <command>`: the same command in every worktree of the change set. */
export default command({
  name: 'exec',
  summary: 'Run a command in all worktrees of the change set',
  options: [
    branchOption,
    reposOption,
    { name: 'failed', summary: 'only in the repos where it failed last time' },
    jobsOption,
  ],
  rest: { name: '<command>', summary: 'the command to run, without a shell' },
  examples: [
    { run: 'git realm exec -- npm test', why: 'run the tests of every repo' },
    { run: 'git realm exec --failed -- npm test', why: 'run them again where they failed' },
  ],
  exits: { 1: 'the command failed in at least one repo' },
  async run(_args, options, invocation) {
    const asked = { ...options, repos: listOf(options.repos), jobs: jobsOf(options.jobs) };
    const result = await execInWorktrees(contextOf(invocation), invocation.rest, asked, (run) => {
      if (invocation.json) return;
      const state = run.exitCode === 0 ? '' : ` (exit status ${run.exitCode})`;
      invocation.stdout.write(`${run.repo}:${state}\n${run.output}`);
      if (run.output !== '' && !run.output.endsWith('\n')) invocation.stdout.write('\n');
    });
    return { result, exitCode: result.runs.every((run) => run.exitCode === 0) ? 0 : 1 };
  },
});
