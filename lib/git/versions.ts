import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { GitPlace } from './run.ts';

/** What `git version` says of the git that is run here: `git version 2.39.5`. Throws `git-missing`. */
export async function gitVersion(place: GitPlace): Promise<string> {
  return (await place.git(['version'])).stdout.toString('utf8').trim();
}

/** Every git that PATH names, in its order, as `git version` says it; a link to one that was named before is left out. */
export async function gitsOnPath(
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<{ path: string; version: string }[]> {
  const directories = (env.PATH ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory));
  const places = await Promise.all(
    directories.map(async (directory) => realpath(path.join(directory, 'git')).catch(() => null)),
  );
  const gits = [...new Set(places.filter((place) => place !== null))];
  const versions = await Promise.all(
    gits.map(async (file) => {
      const run = promisify(execFile)(file, ['version'], { env: { ...env, LC_ALL: 'C' }, timeout: 10_000 });
      return { path: file, version: (await run.catch(() => ({ stdout: '' }))).stdout.trim() };
    }),
  );
  return versions.filter(({ version }) => version.startsWith('git version '));
}
