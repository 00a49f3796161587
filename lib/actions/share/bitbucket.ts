import type { BitbucketAddress } from '../../forge/address.ts';
import { connectBitbucket } from '../../forge/bitbucket/client.ts';
import { type BitbucketPlace, bitbucketForge } from '../../forge/bitbucket/index.ts';
import { bitbucketTokenFor } from '../../forge/bitbucket/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { Context } from '../open/context.ts';
import { connections } from './connections.ts';
import { mayWrite, withPermit } from './consent.ts';
import type { RealmForge } from './github.ts';

type Notices = Pick<Forge, 'notices' | 'notify' | 'settle'>;

const connectionTo = connections({ connect: connectBitbucket, token: bitbucketTokenFor });

/** A repository on bitbucket.org; its notices are records in the realm (`records`). */
export function onBitbucket(
  context: Context,
  repo: string,
  address: BitbucketAddress,
  config: GitConfig,
  records: () => Notices,
  method?: BitbucketPlace['method'],
): Forge {
  const connection = connectionTo(context, address, config);
  const { notices, notify, settle } = records();
  const kept = { notices, notify, settle };
  const forge = bitbucketForge({ repo, address, connection, method }, kept);
  return { ...withPermit(forge, () => mayWrite(context, address, config)), ...kept };
}

/** A realm that is itself on Bitbucket: it is changed by pull requests from its own branches; forks of it are not made. */
export const realmOnBitbucket = (
  context: Context,
  name: string,
  address: BitbucketAddress,
  config: GitConfig,
): RealmForge => ({
  pulls: () => onBitbucket(context, name, address, config, noRecords),
  fork: async () => null,
});

/** A request to a realm tells nobody. */
const noRecords = (): Notices => ({
  notices: async () => [],
  notify: async () => null,
  settle: async () => null,
});
