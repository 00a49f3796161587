import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Sandbox } from './cli.ts';

/** Is the program there? Tests that need one that is not are skipped, and say so. */
export const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`]).status === 0;

/** The reason for `skip`, or `false`. */
export const without = (...programs: string[]): string | false => {
  const missing = programs.filter((program) => !has(program));
  return missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;
};

export interface SshKey {
  /** The private key's file. */
  file: string;
  /** `ssh-ed25519 AAAA…` */
  public: string;
}

export async function sshKey(box: Sandbox, name: string, passphrase = ''): Promise<SshKey> {
  const file = box.path(name);
  await box.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return { file, public: readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ') };
}

/** A gpg key in a home of its own, made `at` a time; `expire` as gpg takes it. The armoured public key is `public`. */
export async function gpgKey(
  box: Sandbox,
  email: string,
  { expire = 'never', name = email, at = '' } = {},
): Promise<{ home: string; public: string; fingerprint: string }> {
  const home = box.path(`gpg-${name}`);
  await box.run('mkdir', ['-m', '700', home]);
  const gpg = (...args: string[]) =>
    box.run('gpg', ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', ...args]);
  const clock = at === '' ? [] : ['--faked-system-time', at];
  await gpg(
    ...clock,
    '--passphrase',
    '',
    '--quick-gen-key',
    `Somebody <${email}>`,
    'ed25519',
    'sign',
    expire,
  );
  const shown = (await gpg('--with-colons', '--list-keys')).stdout;
  return {
    home,
    public: (await gpg('--armor', '--export')).stdout,
    fingerprint: /^fpr:+([0-9A-F]+):/m.exec(shown)?.[1] ?? '',
  };
}

/** End the agent that gpg started for a home. */
export const endGpg = (box: Sandbox, home: string) =>
  box.run('gpgconf', ['--homedir', home, '--kill', 'all'], { expect: 'any' });

/** The public key as it is once its owner has revoked it; the owner's own home goes on as if nothing had happened. */
export async function revokedGpgKey(
  box: Sandbox,
  { home, fingerprint, public: key }: { home: string; fingerprint: string; public: string },
): Promise<string> {
  const other = `${home}-revoked`;
  await box.run('mkdir', ['-m', '700', other]);
  const made = readFileSync(`${home}/openpgp-revocs.d/${fingerprint}.rev`, 'utf8').replace(
    /^:(?=-----BEGIN)/m,
    '',
  );
  const gpg = (args: string[], input = '') =>
    box.run('gpg', ['--homedir', other, '--batch', ...args], { input });
  await gpg(['--import'], key);
  await gpg(['--import'], made);
  return (await gpg(['--armor', '--export'])).stdout;
}
