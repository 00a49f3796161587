import { openSync, writeSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { withoutSecrets } from '../secrets.ts';
import { type TraceEvent, trace } from '../trace.ts';
import { visibleJson } from '../visible.ts';
import type { Output } from './output.ts';

/**
 * Begins to write one line of JSON for each event where `GIT_REALM_TRACE` says: `1` is standard error, an absolute path a file
 * that is appended to. Anything else is explained, once for this process and all that it starts. No line has a login, a token
 * or a hidden character in it, and no line fails the command.
 */
export function startTrace(
  env: NodeJS.ProcessEnv,
  command: string,
  argv: readonly string[],
  err: Output,
): void {
  const setting = env.GIT_REALM_TRACE ?? '';
  if (/^(0|false|)$/.test(setting)) return;
  const write = writerOf(setting, err);
  if (write === null) {
    env.GIT_REALM_TRACE = '0';
    return;
  }
  let before = 0;
  const line = (event: object): void =>
    write(`${visibleJson({ at: round(performance.now()), pid: process.pid, command, ...event }, 0)}\n`);
  trace.tell = (event) => {
    const now = performance.now();
    if (event.event === 'phase') line({ ...event, ms: round(now - before) });
    else line(plain(event));
    if (event.event === 'phase') before = now;
  };
  line({ event: 'start', argv: argv.map(withoutLogin), parent: process.ppid, node: process.version });
  process.once('exit', (exit) => line({ event: 'exit', exit, ms: round(performance.now()) }));
}

function writerOf(setting: string, err: Output): ((text: string) => void) | null {
  if (/^(1|true)$/.test(setting)) return (text) => err.write(text);
  const off = (why: string): null => {
    err.write(
      `warning: GIT_REALM_TRACE: ${why}, so nothing is traced\nhint: GIT_REALM_TRACE=1, or an absolute path\n`,
    );
    return null;
  };
  const said = visibleJson(withoutSecrets(setting));
  if (!isAbsolute(setting)) return off(`${said} is neither 1 nor an absolute path`);
  let file: number;
  try {
    file = openSync(setting, 'a', 0o600);
  } catch (error) {
    return off(`${said} cannot be opened (${(error as NodeJS.ErrnoException).code})`);
  }
  return (text) => {
    try {
      writeSync(file, text);
    } catch {
      // A full disk costs the trace, not the command.
      trace.tell = null;
    }
  };
}

function plain(event: Exclude<TraceEvent, { event: 'phase' }>): object {
  if (event.event === 'cache') return event;
  const { ms, args, ...rest } = event;
  return { ...rest, ms: ms === null ? null : round(ms), args: args.map(withoutLogin) };
}

/** Neither the login of a URL nor the value of a setting or option that is a secret by its name. */
const withoutLogin = (word: string): string =>
  withoutSecrets(word).replace(/^([^=]*(?:extraheader|token|password|secret)[^=]*=).*$/is, '$1…');

const round = (ms: number): number => Math.round(ms * 10) / 10;
