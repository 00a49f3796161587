import { createInterface } from 'node:readline';
import type { Context } from '../actions/open/context.ts';
import { readAnswers } from '../git/answers.ts';
import { type PluginHost, pluginsBy } from '../kinds/plugged.ts';
import { withoutSecrets } from '../secrets.ts';
import { oneLine } from '../visible.ts';
import type { Invocation } from './command.ts';
import { progress } from './terminal.ts';

/** The world of a command line, as actions take it: words on standard error, questions only to a terminal. */
export function contextOf(invocation: Invocation): Context {
  const env = { ...invocation.env };
  const answers = readAnswers(env);
  pluginsBy(pluginsOf(invocation.cwd, env));
  return {
    cwd: invocation.cwd,
    env,
    ...(answers === undefined ? {} : { answers }),
    now: invocation.now,
    note: (line) => {
      if (!invocation.quiet) invocation.stderr.write(`${oneLine(withoutSecrets(line))}\n`);
    },
    ask: (question, fallback) => ask(invocation, question, fallback),
    canAsk: () => canAsk(invocation),
    progress: (label) => {
      let shown: ReturnType<typeof progress> | undefined;
      return {
        at: (done, total) => {
          shown ??= progress(invocation, total, label);
          shown.at(done);
        },
        end: () => shown?.end(),
      };
    },
  };
}

/** Kinds of other programs: nothing is looked for before a contract or the user names one. */
function pluginsOf(cwd: string, env: NodeJS.ProcessEnv): PluginHost {
  let opened: Promise<PluginHost> | undefined;
  const host = (): Promise<PluginHost> => {
    opened ??= import('../plugins/index.ts').then(({ openPlugins }) => openPlugins(cwd, env));
    return opened;
  };
  return {
    load: async (name) => (await host()).load(name),
    allowed: async () => (await host()).allowed(),
    close: () => {
      void opened?.then((host) => host.close());
      opened = undefined;
    },
  };
}

const canAsk = ({ stderr }: Invocation): boolean => process.stdin.isTTY === true && stderr.isTTY;

async function ask(invocation: Invocation, question: string, fallback: boolean): Promise<boolean> {
  if (!canAsk(invocation)) return fallback;
  const prompt = `${oneLine(withoutSecrets(question))} [${fallback ? 'Y/n' : 'y/N'}] `;
  const lines = linesTyped(invocation);
  try {
    const answer = (await lines.question(prompt))?.trim() ?? '';
    return answer === '' ? fallback : /^y(es)?$/i.test(answer);
  } finally {
    lines.close();
  }
}

/** What is typed at the terminal, line by line; what was typed ahead is kept for the next question. */
export interface LinesTyped {
  /** `null` where there is no more to come (Ctrl-D). Ctrl-C ends the command as it does elsewhere. */
  question(prompt: string): Promise<string | null>;
  close(): void;
}

export function linesTyped(invocation: Invocation): LinesTyped {
  const input = createInterface({ input: process.stdin, output: process.stderr });
  const ahead: string[] = [];
  let ended = false;
  let wake = (): void => {};
  input.on('line', (line) => {
    ahead.push(line);
    wake();
  });
  input.on('close', () => {
    ended = true;
    wake();
  });
  input.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const { signal } = invocation;
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    async question(prompt) {
      input.setPrompt(prompt);
      input.prompt();
      while (ahead.length === 0 && !ended && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      signal.throwIfAborted();
      return ahead.shift() ?? null;
    },
    close: () => input.close(),
  };
}
