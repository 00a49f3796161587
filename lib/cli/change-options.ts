import type { ChangeRun } from '../actions/change/drive.ts';
import type { Context } from '../actions/open/context.ts';
import type { ChangeVerb } from '../change/types.ts';
import { usageError } from '../errors.ts';
import type { Invocation, OptionSpec, Outcome } from './command.ts';
import { contextOf } from './context.ts';
import { runText } from './render/change.ts';

/** How every command over several repositories goes on, or back, after an interruption. */
export const againOptions = [
  { name: 'continue', summary: 'finish an interrupted run' },
  { name: 'abort', summary: 'undo what an interrupted run did' },
] as const satisfies readonly OptionSpec[];

/** For commands that can be resumed from another clone. */
export const takeOverOption = {
  name: 'take-over',
  summary: 'with --continue or --abort: include a run that may still be active on another machine',
} as const satisfies OptionSpec;

export const jobsOption = {
  name: 'jobs',
  alias: 'j',
  value: '<n>',
  summary: 'number of repos to process in parallel (default: number of processors)',
} as const satisfies OptionSpec;

export const branchOption = {
  name: 'branch',
  value: '<branch>',
  summary: 'the change set (default: that of the current worktree)',
  complete: 'branch',
} as const satisfies OptionSpec;

export const dryRunOption = {
  name: 'dry-run',
  alias: 'n',
  summary: 'show what would be done, without writing anything',
} as const satisfies OptionSpec;

export const reposOption = {
  name: 'repos',
  value: '<a,b>',
  summary: 'only these repos of the change set',
} as const satisfies OptionSpec;

/** `a,b` as a list. */
export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** `--jobs` as a number from 1. Throws a usage error. */
export function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw usageError(`--jobs must be a positive integer, not '${text}'`, '--jobs 4');
}

interface Asked {
  continue: boolean;
  abort: boolean;
  takeOver?: boolean;
  branch?: string | undefined;
  repos?: string | undefined;
  jobs?: string | undefined;
}

/**
 * How every command over several repositories runs: `--continue` and `--abort` take up the interrupted run of its `verb`,
 * else `run` does the work; the exit status is 1 where something is left undone.
 */
export async function changeOutcome<R extends ChangeRun>(
  invocation: Invocation,
  verb: ChangeVerb,
  options: Asked,
  run: (context: Context, asked: { repos: string[]; jobs: number | undefined }) => Promise<R>,
  text: (result: R) => string,
): Promise<Outcome<R | ChangeRun>> {
  const context = contextOf(invocation);
  const { branch } = options;
  const jobs = jobsOf(options.jobs);
  if (options.continue && options.abort) throw usageError('--continue and --abort cannot be used together');
  if (options.continue || options.abort) {
    const { abortRun, continueRun } = await import('../actions/change/undo.ts');
    const result = await (options.continue ? continueRun : abortRun)(context, verb, {
      branch,
      jobs,
      takeOver: options.takeOver ?? false,
    });
    return { result, exitCode: result.done ? 0 : 1, text: () => runText(result, 'nothing left to do') };
  }
  const result = await run(context, { repos: listOf(options.repos), jobs });
  return { result, exitCode: result.done || result.dryRun ? 0 : 1, text: () => text(result) };
}
