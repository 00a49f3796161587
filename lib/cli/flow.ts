import { createInterface } from 'node:readline/promises';
import type { Flow } from '../flow/flow.ts';
import { readAnswers } from '../git/answers.ts';
import { type PluginHost, pluginsBy } from '../kinds/plugged.ts';
import { withoutSecrets } from '../secrets.ts';
import { oneLine } from '../visible.ts';
import type { Context } from './command.ts';
import { progress } from './terminal.ts';

/** The world of a command line, as actions take it: words on standard error, questions only to a terminal. */
export function flowOf(context: Context): Flow {
  const env = { ...context.env };
  const answers = readAnswers(env);
  pluginsBy(pluginsOf(context.cwd, env));
  return {
    cwd: context.cwd,
    env,
    ...(answers === undefined ? {} : { answers }),
    now: context.now,
    note: (line) => {
      if (!context.quiet) context.stderr.write(`${oneLine(withoutSecrets(line))}\n`);
    },
    ask: (question, fallback) => ask(context, question, fallback),
    canAsk: () => canAsk(context),
    progress: (label) => {
      let shown: ReturnType<typeof progress> | undefined;
      return {
        at: (done, total) => {
          shown ??= progress(context, total, label);
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
      void opened?.then((one) => one.close());
      opened = undefined;
    },
  };
}

const canAsk = ({ stderr }: Context): boolean => process.stdin.isTTY === true && stderr.isTTY;

async function ask(context: Context, question: string, fallback: boolean): Promise<boolean> {
  if (!canAsk(context)) return fallback;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      `${oneLine(withoutSecrets(question))} [${fallback ? 'Y/n' : 'y/N'}] `,
      {
        signal: context.signal,
      },
    );
    return answer.trim() === '' ? fallback : /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
