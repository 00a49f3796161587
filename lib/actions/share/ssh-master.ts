import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { GitConfig } from '../../git/config.ts';
import { isOurs, sessionDirectory } from '../../session/directory.ts';

/** Seconds that a connection stays open for the next command. */
const PERSIST = 10;

/** Longest directory: ssh adds 40 digits and, while it makes the socket, 17 characters more. */
const MAX_DIRECTORY = 103 - 41 - 17;

/** The host of a URL that git reaches by ssh; `null` for others. */
export function sshHost(url: string | undefined): string | null {
  const match =
    /^(?:git\+)?ssh(?:\+git)?:\/\/(?:[^/@]*@)?([^/]+)/i.exec(url ?? '') ??
    /^(?:[^/@:]+@)?([^/@:]+):(?!\/\/)/.exec(url ?? '');
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * The environment in which all connections to a host go through one: a login for each of many repositories meets the limits of
 * sshd, which drops them at random. `null` where the user has another ssh than OpenSSH, or there is no place for its socket.
 */
export function throughOneConnection(env: NodeJS.ProcessEnv, config: GitConfig): NodeJS.ProcessEnv | null {
  const command =
    env.GIT_SSH_COMMAND ?? (env.GIT_SSH === undefined ? config.get('core.sshCommand') : env.GIT_SSH);
  const variant = env.GIT_SSH_VARIANT ?? config.get('ssh.variant') ?? 'ssh';
  const isOpenSsh = /^(?:\S*\/)?ssh(?:\s|$)/.test(command ?? 'ssh') && /^(ssh|auto)$/.test(variant);
  const folder = isOpenSsh ? socketFolder(env) : null;
  if (folder === null) return null;
  // What the user says himself comes first, and with ssh the first word counts.
  const master = `-o ControlMaster=auto -o ControlPath='${folder}/%C' -o ControlPersist=${PERSIST}`;
  const { GIT_SSH: _ssh, ...rest } = env;
  return { ...rest, GIT_SSH_COMMAND: `${command ?? 'ssh'} ${master}` };
}

/** A directory of this user's alone, beside the sockets of sessions. */
function socketFolder(env: NodeJS.ProcessEnv): string | null {
  const beside = sessionDirectory(env, 'ssh');
  if (beside === null) return null;
  const folder = path.join(path.dirname(beside), '.ssh');
  if (Buffer.byteLength(folder) > MAX_DIRECTORY || /['%\s]/.test(folder)) return null;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return null;
  }
  return isOurs(folder) ? folder : null;
}
