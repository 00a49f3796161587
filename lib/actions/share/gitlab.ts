import type { GitlabAddress } from '../../forge/address.ts';
import { connectGitlab } from '../../forge/gitlab/client.ts';
import { type GitlabPlace, gitlabForge } from '../../forge/gitlab/index.ts';
import { gitlabTokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { Context } from '../open/context.ts';
import { connections } from './connections.ts';
import { mayWrite, withPermit } from './consent.ts';
import type { RealmForge } from './github.ts';

const connectionTo = connections({ connect: connectGitlab, token: gitlabTokenFor });

/** A project on gitlab.com, or on a host that the user's own configuration or environment names. */
export function onGitlab(
  context: Context,
  repo: string,
  address: GitlabAddress,
  config: GitConfig,
  method?: GitlabPlace['method'],
): Forge {
  const forge = gitlabForge({ repo, address, connection: connectionTo(context, address, config), method });
  return withPermit(forge, () => mayWrite(context, address, config));
}

/** A realm that is itself on GitLab: it is changed by merge requests from its own branches; forks of it are not made. */
export const realmOnGitlab = (
  context: Context,
  name: string,
  address: GitlabAddress,
  config: GitConfig,
): RealmForge => ({
  pulls: () => onGitlab(context, name, address, config),
  fork: async () => null,
});
