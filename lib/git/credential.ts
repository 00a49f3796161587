import { gitIn } from './run.ts';

/** The password, or token, that git's credential helpers keep for an https host; `null`: none. Nobody is asked for one. */
export async function keptPassword(host: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const quiet = { ...env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true' };
  const input = `protocol=https\nhost=${host}\n\n`;
  const asked = gitIn(undefined, quiet).git(['credential', 'fill'], { input, ok: [0, 1, 128] });
  const { code, stdout } = await asked;
  return code === 0 ? (/^password=(.*)$/m.exec(stdout.toString('utf8'))?.[1] ?? null) : null;
}
