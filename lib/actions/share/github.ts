import { addressOf, type GithubAddress } from '../../forge/address.ts';
import { PACE } from '../../forge/connection.ts';
import { githubForge } from '../../forge/github.ts';
import { type Connection, connect } from '../../forge/github-client.ts';
import { tokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../open/context.ts';
import { mayWrite, withPermit } from './consent.ts';
import { onGitlab, realmOnGitlab } from './gitlab.ts';

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
  const place = { repo: name, address, connection: connectionTo(context, address, config) };
  const permit = () => mayWrite(context, address, config);
  return {
    pulls: (fork) => withPermit(githubForge({ ...place, headsIn: fork ?? undefined }), permit),
    fork: async () => {
      await permit();
      const { forkOf, inOtherHands } = await import('../../forge/github-fork.ts');
      const fork = await forkOf(place);
      return { ...fork, url: inOtherHands(url, fork) };
    },
  };
}

/** Only hosts that the user's own git configuration or environment names beside the public ones: a realm may not choose who gets a token. */
export function onForge(context: Context, repo: string, url: string, config: GitConfig): Forge | null {
  const address = addressOf(url, config, context.env);
  if (address === null) return null;
  const said = config.get('realm.mergeMethod');
  const method = METHODS.find((known) => known === said);
  if (address.kind === 'gitlab') return onGitlab(context, repo, address, config, method);
  const forge = githubForge({
    repo,
    address,
    connection: connectionTo(context, address, config),
    method,
  });
  return withPermit(forge, () => mayWrite(context, address, config));
}

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** One login and one pace for all repos at a forge, as long as a command runs. */
const connections = new WeakMap<Context, Map<string, Connection>>();

function connectionTo(context: Context, { host, api }: GithubAddress, config: GitConfig): Connection {
  const known = connections.get(context) ?? new Map<string, Connection>();
  connections.set(context, known);
  const pace = Number(config.get('realm.forgePace') ?? PACE);
  const made =
    known.get(api) ??
    connect({
      host,
      api,
      token: () => tokenFor(host, context.env),
      version: VERSION,
      note: context.note,
      pace: Number.isFinite(pace) && pace >= 0 ? pace : PACE,
    });
  known.set(api, made);
  return made;
}
