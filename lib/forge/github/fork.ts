import { RealmError } from '../../errors.ts';
import { shaped } from '../shapes.ts';
import type { GithubPlace } from './index.ts';

/**
 * This user's fork of a repository on GitHub, made where there is none yet; asking again gives the same one. Throws
 * `own-repository` where the repository is the user's own.
 */
export async function forkOf({
  repo: name,
  address: { owner, repo },
  connection,
}: GithubPlace): Promise<{ owner: string; repo: string }> {
  const me = await connection.read('read your user name', name, async ({ rest }) =>
    shaped((await rest.users.getAuthenticated()).data, { login: 'string' }).login.toLowerCase(),
  );
  if (me === owner.toLowerCase())
    throw new RealmError(
      'own-repository',
      `'${owner}/${repo}' is your own repository, so you cannot fork it`,
      {
        hint: 'check the rules of its main branch',
      },
    );
  const fork = await connection.write('fork it', name, async ({ rest }) =>
    shaped((await rest.repos.createFork({ owner, repo, default_branch_only: true })).data, {
      name: 'string',
      owner: { login: 'string' },
    }),
  );
  return { owner: fork.owner.login, repo: fork.name };
}

/** The URL of a repository with another owner and name in it, addressed in the same way. */
export const inOtherHands = (url: string, to: { owner: string; repo: string }): string =>
  url.replace(
    /([/:])[^/:]+\/[^/]+?(\.git)?\/?$/,
    (_whole, before: string, git = '') => `${before}${to.owner}/${to.repo}${git}`,
  );
