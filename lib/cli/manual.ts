import { spawnSync } from 'node:child_process';
import { manPath } from '../assets.ts';

/** Opens the manual page of a command on a terminal; false where there is no terminal, no `man` or no page. */
export function showManual(name: string): boolean {
  if (!process.stdout.isTTY) return false;
  const page = name === '' ? 'git-realm' : `git-realm-${name}`;
  // The installed pages first, then man's own path: an empty element means that.
  const env = { ...process.env, MANPATH: `${manPath()}:${process.env.MANPATH ?? ''}` };
  if (spawnSync('man', ['-w', page], { env, stdio: 'ignore' }).status !== 0) return false;
  return spawnSync('man', [page], { env, stdio: 'inherit' }).status === 0;
}
