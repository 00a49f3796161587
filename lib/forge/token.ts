import { spawn } from 'node:child_process';
import { RealmError } from '../errors.ts';
import { runGit } from '../git/run.ts';

/**
 * A token for a host, asked for in the user's own places: `GH_TOKEN` and `GITHUB_TOKEN` (`GH_ENTERPRISE_TOKEN` for other
 * hosts), `gh auth token`, git's credential helper. Kept in memory only, never written, never printed. Throws `no-token`.
 */
export async function tokenFor(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const names =
    host === 'github.com'
      ? ['GH_TOKEN', 'GITHUB_TOKEN']
      : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'GITHUB_TOKEN'];
  const given = names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const token = given ?? (await fromGh(host, env)) ?? (await fromGit(host, env));
  if (token !== null && token !== '' && !/\s/.test(token)) return token;
  throw new RealmError('no-token', `no token for ${host}`, {
    hint: `gh auth login --hostname ${host}, or set ${names[0]}`,
  });
}

function fromGh(host: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn('gh', ['auth', 'token', '--hostname', host], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(out).toString('utf8').trim() : null));
  });
}

async function fromGit(host: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const quiet = { ...env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true' };
  const input = `protocol=https\nhost=${host}\n\n`;
  const { code, stdout } = await runGit(['credential', 'fill'], { env: quiet, input, ok: [0, 1, 128] });
  return code === 0 ? (/^password=(.*)$/m.exec(stdout.toString('utf8'))?.[1] ?? null) : null;
}
