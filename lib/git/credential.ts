import { gitIn } from './run.ts';

/** The password, or token, that git's credential helpers keep for an https host; `null`: none. Nobody is asked for one. */
export const keptPassword = async (host: string, env: NodeJS.ProcessEnv): Promise<string | null> =>
  (await keptLogin(host, env))?.password ?? null;

/** The same with the name that it goes with, which may be empty. */
export async function keptLogin(
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<{ username: string; password: string } | null> {
  const quiet = { ...env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true' };
  const input = `protocol=https\nhost=${host}\n\n`;
  const asked = gitIn(undefined, quiet).git(['credential', 'fill'], { input, ok: [0, 1, 128] });
  const { code, stdout } = await asked;
  const text = stdout.toString('utf8');
  const password = code === 0 ? /^password=(.*)$/m.exec(text)?.[1] : undefined;
  return password === undefined ? null : { username: /^username=(.*)$/m.exec(text)?.[1] ?? '', password };
}
