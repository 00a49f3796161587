import { addressOf, effectiveUrl, repositoryIn } from '../../forge/address.ts';
import { sshHostName } from '../../forge/ssh-alias.ts';
import type { Context } from '../open/context.ts';
import type { Checkout, Checkouts } from './checkouts.ts';
import { mustBeClear, type Obstacle } from './preconditions.ts';

/**
 * Where a remote is on a host whose forge nobody named, its pull requests would be records in the realm and merging would
 * push to its main branch, around whatever the host has for reviews. That is done only where the user says so. An alias of
 * ssh is looked up, and what it stands for is what counts. Throws `forge-unknown`.
 */
export async function mustKnowForges(context: Context, checkouts: Checkouts): Promise<void> {
  const all = await Promise.all([...checkouts.values()].map((checkout) => obstacleIn(context, checkout)));
  mustBeClear(all.flatMap((obstacle) => obstacle ?? []));
}

async function obstacleIn(context: Context, checkout: Checkout): Promise<Obstacle | null> {
  const { config, remote, name } = checkout;
  const url = effectiveUrl(config.get(`remote.${remote}.url`) ?? '', config);
  if (addressOf(url, config, context.env) !== null) return null;
  const host = hostIn(url);
  if (host === null || saidEmbedded(checkout, host)) return null;
  const real = /^https?:/i.test(url) ? null : await sshHostName(host, context.env);
  if (real !== null && real !== host) {
    const meant = url.replace(host, real);
    if (addressOf(meant, config, context.env) !== null) {
      checkout.forgeUrl = meant;
      return null;
    }
    if (isHere(real) || saidEmbedded(checkout, real)) return null;
  }
  const shown = real ?? host;
  return {
    repo: name,
    code: 'forge-unknown',
    message: `no forge is configured for '${shown}': pull requests would be stored in the realm, and merging would push to its main branch`,
    hint: `git config --global realm.${shown}.forge embedded   (or github, gitlab, gitea or forgejo)`,
  };
}

const saidEmbedded = ({ config }: Checkout, host: string): boolean =>
  (config.get(`realm.${host}.forge`) ?? config.get(`realm.forge.${host}`)) === 'embedded';

/** The host of a URL that leads to another machine. */
function hostIn(url: string): string | null {
  const named = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]+)/i.exec(url)?.[1];
  const host = named ?? (repositoryIn(url)?.host || /^(?:[^/@:]+@)?([^/:]{2,}):/.exec(url)?.[1]);
  if (host === undefined || /^file:/i.test(url) || isHere(host.toLowerCase())) return null;
  return host.toLowerCase();
}

const isHere = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
