import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import type { Sandbox } from '../world/cli.ts';
import { type SshKey, sshKey } from '../world/keys.ts';

/** A real sshd on 127.0.0.1: one account, and a key for each person that forces what is run for him. */
export interface SshServer {
  urlAs(user: string, repository: string): string;
  /** Makes git log in as this person. */
  env(user: string): Record<string, string>;
  close(): Promise<void>;
}

export interface SshOptions {
  root: string;
  users: readonly string[];
  /** What sshd runs for a person, by the shell; default: git's own shell with his name in `GL_USER`. */
  command?: (user: string) => string;
  /** Keys made before, by user. */
  keys?: Readonly<Record<string, SshKey>>;
}

/**
 * Serves what lies below `root`. Each key is bound to one command (sshd(8), AUTHORIZED_KEYS), which is how gitolite tells who
 * comes; whatever the client wants to set in the environment is not taken.
 */
export async function serveSsh(box: Sandbox, { root, users, command, keys }: SshOptions): Promise<SshServer> {
  // As root sshd wants a place to hide in.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = box.path('sshd');
  mkdirSync(folder, { mode: 0o700 });
  const host = await sshKey(box, 'sshd/host');
  const port = await freePort();
  const own: Record<string, SshKey> = {};
  for (const user of users) own[user] = keys?.[user] ?? (await sshKey(box, `sshd/${user}`));
  const run = command ?? ((user: string) => `GL_USER=${user} git-shell -c "$SSH_ORIGINAL_COMMAND"`);
  const shared = ['PATH', 'TMPDIR', 'GIT_CONFIG_NOSYSTEM', 'GIT_CONFIG_GLOBAL', 'HOME'];
  const env = shared.map((name) => `${name}='${box.env[name]}'`).join(' ');
  const lines = users.map((user) => {
    const script = `${folder}/run-${user}`;
    writeFileSync(script, `#!/bin/sh\nexport ${env}\ncd '${root}' || exit\n${run(user)}\n`, { mode: 0o755 });
    return `restrict,command="${script}" ${own[user]?.public} ${user}\n`;
  });
  writeFileSync(`${folder}/authorized_keys`, lines.join(''), { mode: 0o600 });
  writeFileSync(
    `${folder}/config`,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${host.file}
AuthorizedKeysFile ${folder}/authorized_keys
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
LogLevel ERROR
SetEnv SHLVL=1
`,
  );
  writeFileSync(`${folder}/known_hosts`, `[127.0.0.1]:${port} ${host.public}\n`);
  const sshd = (await box.run('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v sshd'])).stdout.trim();
  const child = spawn(sshd, ['-D', '-e', '-f', `${folder}/config`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await answers(port, () => said);
  return {
    urlAs: (_user, repository) =>
      `ssh://${userInfo().username}@127.0.0.1:${port}${command === undefined ? root : ''}/${repository}`,
    env: (user) => ({
      GIT_SSH_COMMAND: [
        'ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o KexAlgorithms=curve25519-sha256',
        `-o UserKnownHostsFile='${folder}/known_hosts' -i '${own[user]?.file}'`,
      ].join(' '),
    }),
    close: () =>
      new Promise((done) => {
        child.on('close', () => done());
        if (child.exitCode !== null) done();
        child.kill('SIGTERM');
      }),
  };
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((found) =>
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    }),
  );
}

/** Waits until somebody listens; at most a minute. */
async function answers(port: number, said: () => string): Promise<void> {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 1_200; tries += 1) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => done(true));
      socket.on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error(`sshd does not answer: ${said()}`);
}
