import { addressOf } from '../../forge/address.ts';
import { connect } from '../../forge/github/client.ts';
import { githubForge } from '../../forge/github/index.ts';
import { tokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { Context } from '../open/context.ts';
import { onBitbucket, realmOnBitbucket } from './bitbucket.ts';
import { connections } from './connections.ts';
import { mayWrite, withPermit } from './consent.ts';
import { onGitea, realmOnGitea } from './gitea.ts';
import { onGitlab, realmOnGitlab } from './gitlab.ts';

const connectionTo = connections({ connect, token: tokenFor });

/** A realm that is itself on a forge: it is changed by pull requests from its own branches, or from those of a fork. */
export interface RealmForge {
  pulls(fork: { owner: string; repo: string } | null): Forge;
  /** This user's fork, and its URL; `null`: none can be made there. */
  fork(): Promise<{ owner: string; repo: string; url: string } | null>;
}

/** The forge of a realm by its remote's URL; `null`: its remote has none. */
export function forgeOfRealm(
  context: Context,
  name: string,
  url: string,
  config: GitConfig,
): RealmForge | null {
  const address = addressOf(url, config, context.env);
  if (address === null) return null;
  if (address.kind === 'gitlab') return realmOnGitlab(context, name, address, config);
  if (address.kind === 'gitea') return realmOnGitea(context, name, address, url, config);
  if (address.kind === 'bitbucket') return realmOnBitbucket(context, name, address, config);
  const place = { repo: name, address, connection: connectionTo(context, address, config) };
  const permit = () => mayWrite(context, address, config);
  return {
    pulls: (fork) => withPermit(githubForge({ ...place, headsIn: fork ?? undefined }), permit),
    fork: async () => {
      await permit();
      const { forkOf, inOtherHands } = await import('../../forge/github/fork.ts');
      const fork = await forkOf(place);
      return { ...fork, url: inOtherHands(url, fork) };
    },
  };
}

/** Only hosts that the user's own git configuration or environment names beside the public ones: a realm may not choose who gets a token. */
export function onForge(
  context: Context,
  repo: string,
  url: string,
  config: GitConfig,
  records: () => Forge,
): Forge | null {
  const address = addressOf(url, config, context.env);
  if (address === null) return null;
  const said = config.get('realm.mergeMethod');
  const method = METHODS.find((known) => known === said);
  if (address.kind === 'gitlab') return onGitlab(context, repo, address, config, method);
  if (address.kind === 'gitea') return onGitea(context, repo, address, config, { method });
  if (address.kind === 'bitbucket') return onBitbucket(context, repo, address, config, records, method);
  const forge = githubForge({
    repo,
    address,
    connection: connectionTo(context, address, config),
    method,
  });
  return withPermit(forge, () => mayWrite(context, address, config));
}

const METHODS = ['merge', 'squash', 'rebase'] as const;
