import { RealmError } from '../../errors.ts';
import { shaped } from '../shapes.ts';
import type { GiteaPlace } from './index.ts';
import { PAGE, paged, teaCallsTo } from './reads.ts';

interface Fork {
  name: string;
  owner: { login: string };
}

const FORK = { name: 'string', owner: { login: 'string' } } as const;

/**
 * This user's fork of a repository on a Gitea or a Forgejo, made where there is none yet; asking again gives the same one. Throws
 * `own-repository` where the repository is the user's own.
 */
export async function giteaForkOf(place: GiteaPlace): Promise<{ owner: string; repo: string }> {
  const { ask, tell, at } = teaCallsTo(place);
  const me = await ask(
    'read your user name',
    async ({ user }) =>
      shaped((await user.userGetCurrent()).data as unknown as { login: string }, { login: 'string' }).login,
  );
  if (me.toLowerCase() === at[0].toLowerCase())
    throw new RealmError(
      'own-repository',
      `'${at.join('/')}' is your own repository, so you cannot fork it`,
      {
        hint: 'check the rules of its main branch',
      },
    );
  const isMine = ({ owner }: Fork) => owner.login.toLowerCase() === me.toLowerCase();
  const forks = await ask('list its forks', ({ repos }) =>
    paged(
      10,
      async (page) => {
        const { data, headers } = await repos.listForks(...at, { limit: PAGE, page });
        return { data: shaped(data as unknown as Fork[], [FORK]), headers };
      },
      (list) => list.some(isMine),
    ),
  );
  const fork =
    forks.find(isMine) ??
    (await tell('fork it', async ({ repos }) =>
      shaped((await repos.createFork(...at, {})).data as unknown as Fork, FORK),
    ));
  return { owner: fork.owner.login, repo: fork.name };
}
