import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Does each of these belong to the user who runs this? git asks the same of a repository's `.git` file, work tree and git
 * directory before it reads anything there (git-config(1), safe.directory). False only means that git has to be asked, which
 * knows `safe.directory` and who started `sudo`.
 */
export function isPlainlyOurs(files: readonly string[], env: NodeJS.ProcessEnv): boolean {
  const user = process.geteuid?.();
  // git's own tests pretend with it that everything belongs to somebody else.
  if (user === undefined || env.GIT_TEST_ASSUME_DIFFERENT_OWNER !== undefined) return false;
  return files.every((file) => {
    try {
      return lstatSync(file).uid === user;
    } catch {
      return false;
    }
  });
}

/**
 * Can a bare repository have come with somebody's commit: does a work tree hold it? What lies in a `.git` directory cannot, nor
 * what a `.git` file beside it names (a folder of worktrees around `.bare`): no commit brings a path of that name.
 */
export function isInWorkTree(gitDir: string): boolean {
  for (let here = gitDir; path.basename(here) !== '.git'; here = path.dirname(here)) {
    const above = path.dirname(here);
    if (above === here) return false;
    const git = path.join(above, '.git');
    if (isThere(git) && !leadsTo(git, gitDir)) return true;
  }
  return false;
}

function leadsTo(file: string, gitDir: string): boolean {
  try {
    const [, named] = /^gitdir: (.+?)\n*$/.exec(readFileSync(file, 'utf8')) ?? [];
    return (
      named !== undefined && realpathSync(path.resolve(path.dirname(file), named)) === realpathSync(gitDir)
    );
  } catch {
    return false;
  }
}

function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}
