import { lstatSync } from 'node:fs';

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
