import { type GiteaAddress, ownGiteaHosts } from '../../forge/address.ts';
import { connectGitea } from '../../forge/gitea/client.ts';
import { type GiteaPlace, giteaForge } from '../../forge/gitea/index.ts';
import { giteaTokenFor } from '../../forge/gitea/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { Context } from '../open/context.ts';
import { connections } from './connections.ts';
import { mayWrite, withPermit } from './consent.ts';
import type { RealmForge } from './github.ts';

const connectionTo = connections({
  connect: connectGitea,
  token: (host, env, config) => giteaTokenFor(host, env, ownGiteaHosts(config)),
});

/** A repository on codeberg.org, gitea.com, or on a host that the user's own configuration or environment names. */
export function onGitea(
  context: Context,
  repo: string,
  address: GiteaAddress,
  config: GitConfig,
  more: Pick<GiteaPlace, 'method' | 'headsIn'> = {},
): Forge {
  const connection = connectionTo(context, address, config);
  return withPermit(giteaForge({ repo, address, connection, ...more }), () =>
    mayWrite(context, address, config),
  );
}

/** A realm that is itself on a Gitea or a Forgejo: it is changed by pull requests from its own branches, or from those of a fork. */
export const realmOnGitea = (
  context: Context,
  name: string,
  address: GiteaAddress,
  url: string,
  config: GitConfig,
): RealmForge => ({
  pulls: (fork) => onGitea(context, name, address, config, { headsIn: fork ?? undefined }),
  fork: async () => {
    await mayWrite(context, address, config);
    const [{ giteaForkOf }, { inOtherHands }] = await Promise.all([
      import('../../forge/gitea/fork.ts'),
      import('../../forge/github/fork.ts'),
    ]);
    const connection = connectionTo(context, address, config);
    const fork = await giteaForkOf({ repo: name, address, connection });
    return { ...fork, url: inOtherHands(url, fork) };
  },
});
