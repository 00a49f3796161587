import type { BitbucketAddress } from '../address.ts';
import type { Connection } from '../connection.ts';
import type { Forge } from '../types.ts';
import type { BitbucketClient } from './client.ts';
import { bucketCommentsOn } from './comments.ts';
import { bucketMergerOn } from './merge.ts';
import { bucketPullsOn } from './pulls.ts';
import { bucketStatusesOn } from './status.ts';

export interface BitbucketPlace {
  /** The repo's name in the realm. */
  repo: string;
  address: BitbucketAddress;
  connection: Connection<BitbucketClient>;
  /** Used where the branch allows it; otherwise its own default applies. */
  method?: 'merge' | 'squash' | 'rebase' | undefined;
}

/** Notices, which the forge of a repo also has: not every repository on Bitbucket has issues. */
type Notices = Pick<Forge, 'notices' | 'notify' | 'settle'>;

/** Bitbucket Cloud: every write is read back, and nothing is made twice (docs/design/forges.md). `notices`: where those are kept. */
export const bitbucketForge = (place: BitbucketPlace, notices: Notices): Forge => ({
  kind: 'bitbucket',
  pace: place.connection.pace,
  ...bucketPullsOn(place),
  ...bucketMergerOn(place),
  ...bucketStatusesOn(place),
  ...bucketCommentsOn(place),
  ...notices,
});
