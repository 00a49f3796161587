import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** A program, and what it may see of the environment. */
export interface Found {
  file: string;
  env: NodeJS.ProcessEnv;
}

/**
 * The program of a kind: in an absolute directory of PATH, and neither there nor behind a link in `cwd` or the repository
 * around it, whose files may come from anybody.
 */
export function programFor(name: string, cwd: string, env: NodeJS.ProcessEnv): Found | { why: string } {
  const here = real(cwd) ?? cwd;
  const root = repositoryAround(here);
  const isOurs = (file: string) => file === here || (root !== null && isWithin(root, file));
  const directories = (env.PATH ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory));
  const outside = directories.filter((directory) => !isOurs(real(directory) ?? directory));
  const found = outside.map((directory) => path.join(directory, `git-realm-kind-${name}`)).find(isProgram);
  if (found === undefined) return { why: 'it was not found in an absolute directory of PATH' };
  const file = real(found) ?? found;
  if (isOurs(file)) return { why: `${found} is a link into this repository` };
  return { file, env: seen(env, outside) };
}

/** Enough to run an interpreter: no token, no `GIT_*`, nothing of ours. */
function seen(env: NodeJS.ProcessEnv, directories: readonly string[]): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([key]) => SEEN.has(key) || key.startsWith('LC_'));
  return { ...Object.fromEntries(kept), PATH: directories.join(path.delimiter) };
}

const SEEN = new Set(['HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR']);

function repositoryAround(directory: string): string | null {
  for (let at = directory; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git')) || existsSync(path.join(at, 'HEAD'))) return at;
    if (at === path.dirname(at)) return null;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const isWithin = (root: string, file: string): boolean =>
  file === root || file.startsWith(`${root}${path.sep}`);

function real(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
