import { execa } from 'execa';
import { mapPool } from '../../change/pool.ts';
import { RealmError, usageError } from '../../errors.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace } from '../open/workspace.ts';
import { type Checkout, changeEnvironment, closeCheckouts, localWidth, openCheckouts } from './checkouts.ts';
import { currentChange, reposOf } from './current.ts';
import { readFailed, writeFailed } from './last-exec.ts';
import { worktreeOf } from './steps/commit.ts';

export interface ExecOptions {
  branch?: string | undefined;
  repos: readonly string[];
  /** Only where it failed the last time. */
  failed: boolean;
  jobs?: number | undefined;
}

export interface ExecRun {
  repo: string;
  path: string;
  /** 127 where it could not be started, 128 + signal where it was ended by one. */
  exitCode: number;
  output: string;
}

export interface ExecResult {
  branch: string;
  command: string[];
  runs: ExecRun[];
}

/** Most of a command's output that is kept, in bytes. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/**
 * Run a command in every worktree of the change set, in parallel; the output of each repo stays together and comes in the
 * order of the repos. `ended` is called in that order, as early as it can be.
 */
export function execInWorktrees(
  context: Context,
  words: readonly string[],
  options: ExecOptions,
  ended: (run: ExecRun) => void,
): Promise<ExecResult> {
  const [file, ...args] = words;
  if (file === undefined) throw usageError('no command given', 'git realm exec -- <command>');
  return inWorkspace(context, async (workspace) => {
    const change = await currentChange(workspace, options.branch);
    const branch = change.file.name;
    const all = reposOf(change, options.repos);
    const again = options.failed ? await readFailed(workspace.store.directory, branch) : all;
    const names = all.filter((name) => again.includes(name));
    if (names.length === 0)
      throw new RealmError('nothing-failed', 'it did not fail in any repo last time', { exitCode: 1 });
    const checkouts = await openCheckouts(context, workspace, names, context.note);
    try {
      const list = [...checkouts.values()];
      const inOrder = ordered(list.length, ended);
      const env = changeEnvironment(context.env);
      const runs = await mapPool([...list.entries()], localWidth(options.jobs), async ([at, checkout]) => {
        const run = await runOne(checkout, branch, file, args, env);
        inOrder(at, run);
        return run;
      });
      const failed = runs.filter((run) => run.exitCode !== 0).map((run) => run.repo);
      await writeFailed(workspace.store.directory, branch, failed);
      return { branch, command: [...words], runs };
    } finally {
      closeCheckouts(checkouts);
    }
  });
}

async function runOne(
  checkout: Checkout,
  branch: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ExecRun> {
  const cwd = await worktreeOf(checkout, branch);
  const done = await execa(file, args, {
    cwd,
    env: { ...env, REALM_REPO: checkout.name },
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    maxBuffer: MAX_OUTPUT,
    stripFinalNewline: false,
  });
  const exitCode = done.exitCode ?? (done.signal === undefined ? 127 : 128);
  const output = done.all ?? '';
  const why = output === '' && done.failed && done.exitCode === undefined ? (done.shortMessage ?? '') : '';
  return { repo: checkout.name, path: cwd, exitCode, output: output + why };
}

/** Calls back in order, each as soon as all before it are there. */
function ordered(count: number, ended: (run: ExecRun) => void): (at: number, run: ExecRun) => void {
  const waiting = new Map<number, ExecRun>();
  let next = 0;
  return (at, run) => {
    waiting.set(at, run);
    for (let ready = waiting.get(next); ready !== undefined && next < count; ready = waiting.get(next)) {
      waiting.delete(next);
      next += 1;
      ended(ready);
    }
  };
}
