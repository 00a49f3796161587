import type { GitlabAddress } from '../../forge/address.ts';
import { type Connection, PACE } from '../../forge/connection.ts';
import { type GitlabPlace, gitlabForge } from '../../forge/gitlab.ts';
import { connectGitlab, type GitlabClient } from '../../forge/gitlab-client.ts';
import { gitlabTokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../open/context.ts';
import { mayWrite, withPermit } from './consent.ts';
import type { RealmForge } from './github.ts';

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

/** One login and one pace for all projects of a host, as long as a command runs. */
const connections = new WeakMap<Context, Map<string, Connection<GitlabClient>>>();

function connectionTo(
  context: Context,
  { host, api }: GitlabAddress,
  config: GitConfig,
): Connection<GitlabClient> {
  const known = connections.get(context) ?? new Map<string, Connection<GitlabClient>>();
  connections.set(context, known);
  const pace = Number(config.get('realm.forgePace') ?? PACE);
  const made =
    known.get(api) ??
    connectGitlab({
      host,
      api,
      token: () => gitlabTokenFor(host, context.env),
      version: VERSION,
      note: context.note,
      pace: Number.isFinite(pace) && pace >= 0 ? pace : PACE,
    });
  known.set(api, made);
  return made;
}
