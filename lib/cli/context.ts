import { createInterface } from 'node:readline/promises';
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
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      `${oneLine(withoutSecrets(question))} [${fallback ? 'Y/n' : 'y/N'}] `,
      {
        signal: invocation.signal,
      },
    );
    return answer.trim() === '' ? fallback : /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
