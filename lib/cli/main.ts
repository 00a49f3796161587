/**
 * `lib/cli`: the command line: commands as data, parsing, help, completion, rendering. The only place that
 * prints errors and exits.
 */

import { resolve } from 'node:path';
import { Exit, RealmError, usageError } from '../errors.ts';
import { endGit } from '../git/run.ts';
import { withoutSecrets } from '../secrets.ts';
import { patience } from '../store/patience.ts';
import { skippedWords, skipping } from '../store/skipped.ts';
import { trace } from '../trace.ts';
import { visibleJson } from '../visible.ts';
import type { Command, Invocation, Outcome } from './command.ts';
import { document, type Failure } from './envelope.ts';
import { showManual } from './manual.ts';
import { errorOutput, exitSignal, output } from './output.ts';
import { asksForHelp, asksForJson, parse } from './parse.ts';
import { terminal, wantsColour } from './terminal.ts';
import { longHelp, usage } from './usage.ts';

/** A bug (anything thrown that is not a `RealmError`): EX_SOFTWARE of sysexits. */
const exitBug = 70;
/** How long a command may tidy up after Ctrl-C before it is ended. Whatever it leaves is what a kill may leave. */
const graceMs = 500;

const out = output(1);
const err = errorOutput(process.env);

/**
 * Runs one command with the words that follow its name, prints its outcome or its error, and ends the process:
 * the only place that prints errors and exits.
 */
export async function main(command: Command, argv: readonly string[]): Promise<never> {
  const stop = listenForSignals();
  if (process.env.GIT_REALM_TRACE)
    (await import('./trace.ts')).startTrace(process.env, command.name, argv, err);
  trace.tell?.({ event: 'phase', name: 'load' });
  // Nothing is left to wait for, and the command has not come to its end: silence would look like success.
  process.once('beforeExit', () =>
    end(report(new Error('the command ended before it was finished'), asksForJson(argv))),
  );
  let code: number;
  try {
    code = await run(command, argv, stop);
  } catch (error) {
    code = stop.status() ?? report(error, asksForJson(argv));
  }
  if (stop.status() !== undefined) endGit();
  return end(code);
}

async function run(command: Command, argv: readonly string[], stop: Stop): Promise<number> {
  const { signal } = stop;
  const early = command.verbs ? asksForHelp(argv) : undefined;
  if (early !== undefined) return help(command, early);
  const { global, action, args, options, rest } = parse(command, argv);
  if (global.help !== undefined) return help(command, global.help);
  trace.tell?.({ event: 'phase', name: 'parse' });
  const env = process.env;
  const stdout = terminal(out, wantsColour(out, env, global.color));
  const invocation: Invocation = {
    cwd: enter(global.directory),
    env,
    stdout,
    stderr: terminal(err, wantsColour(err, env, global.color)),
    json: global.json,
    colour: stdout.colour && !global.json,
    quiet: global.quiet,
    now: clock(env),
    signal,
    rest,
  };
  patience.signal = signal;
  if (!invocation.quiet) {
    patience.tell = (line) => invocation.stderr.write(`${line}\n`);
    skipping.tell = (skipped) => invocation.stderr.write(`${skippedWords(skipped)}\n`);
  }
  const outcome = await action.run(args, options, invocation);
  trace.tell?.({ event: 'phase', name: 'run' });
  const code = print(outcome, invocation);
  trace.tell?.({ event: 'phase', name: 'print' });
  return outcome?.untilSignal === true ? code : (stop.status() ?? code);
}

/** `-C` as git has it: each one relative to the one before, empty ones ignored. */
function enter(directories: readonly string[]): string {
  const target = directories
    .filter((path) => path !== '')
    .reduce((cwd, path) => resolve(cwd, path), workingDirectory());
  if (directories.length === 0) return target;
  try {
    process.chdir(target);
  } catch (cause) {
    throw new RealmError('directory-missing', `cannot change to '${directories.join('/')}'`, { cause });
  }
  return target;
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new RealmError('directory-missing', 'the current directory no longer exists', {
      hint: 'cd ~',
      cause,
    });
  }
}

function clock(env: Readonly<NodeJS.ProcessEnv>): () => Date {
  const fixed = env.GIT_REALM_NOW;
  if (fixed === undefined || fixed === '') return () => new Date();
  const time = Date.parse(fixed);
  if (Number.isNaN(time))
    throw usageError(
      `GIT_REALM_NOW is not a valid date: '${fixed}'`,
      'write it as 2026-01-24T10:00:00Z, or unset it',
    );
  return () => new Date(time);
}

function print(outcome: Outcome | undefined, invocation: Invocation): number {
  if (outcome === undefined) return Exit.ok;
  if (invocation.json) {
    if (outcome.result !== undefined) out.write(`${visibleJson(document(outcome.result as object))}\n`);
  } else {
    const text = typeof outcome.text === 'function' ? outcome.text() : outcome.text;
    const to = outcome.exact ? out : invocation.stdout;
    if (text !== undefined && text !== '') to.write(text.endsWith('\n') ? text : `${text}\n`);
  }
  return outcome.exitCode ?? Exit.ok;
}

/** The manual page where one can be shown, else the same facts as text. */
function help(command: Command, kind: 'usage' | 'manual'): number {
  if (kind === 'manual' && showManual(command.name)) return Exit.ok;
  out.write(kind === 'usage' ? usage(command) : longHelp(command));
  return Exit.ok;
}

function report(error: unknown, json: boolean): number {
  const stderr = terminal(err, false);
  // A git of ours heard of it, and we did not yet.
  if (error instanceof RealmError && error.code === 'interrupted') return error.exitCode;
  if (error instanceof RealmError) {
    const { code, message, hint, data } = error;
    stderr.write(`error: ${message}\n`);
    if (hint !== undefined) stderr.write(`${hint.replace(/^/gm, 'hint: ')}\n`);
    if (json) printFailure({ code, message, ...(hint === undefined ? {} : { hint }), data });
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `bug: ${stack}\nhint: this is a bug in git realm; please report it and include the lines above\n`,
  );
  if (json) printFailure({ code: 'bug', message: String(error), data: {} });
  return exitBug;
}

function printFailure(error: Failure['error']): void {
  out.write(`${withoutSecrets(visibleJson(document({ error })))}\n`);
}

interface Stop {
  signal: AbortSignal;
  /** The exit status of the signal that came; absent: none did. */
  status(): number | undefined;
}

/** The first signal asks for a clean stop, a second one or the end of the grace time ends the process. */
function listenForSignals(): Stop {
  const controller = new AbortController();
  let status: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      const quit = () => {
        endGit();
        process.exit(exitSignal[name]);
      };
      if (status !== undefined) return quit();
      status = exitSignal[name];
      controller.abort(new RealmError('interrupted', 'interrupted', { exitCode: status }));
      setTimeout(quit, graceMs).unref();
    });
  return { signal: controller.signal, status: () => status };
}

/** Exits once everything written has left; open handles of a command do not keep it alive. */
async function end(code: number): Promise<never> {
  await Promise.all([out.drained(), err.drained()]);
  process.exit(code);
}
