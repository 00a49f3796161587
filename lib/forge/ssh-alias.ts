import { spawn } from 'node:child_process';

/**
 * The host that ssh connects to for a name in a URL, by the user's own configuration (`ssh -G`); `null` where there is no ssh
 * to ask. For hosts in the user's own remotes only.
 */
export function sshHostName(alias: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (!/^[\w.][\w.-]*$/.test(alias)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = spawn('ssh', ['-G', alias], { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('error', () => resolve(null));
    child.on('close', () => {
      const host = /^hostname (.+)$/m.exec(Buffer.concat(out).toString('utf8'))?.[1];
      resolve(host?.toLowerCase() ?? null);
    });
  });
}
