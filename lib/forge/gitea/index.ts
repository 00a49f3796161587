import type { GiteaAddress } from '../address.ts';
import type { Connection } from '../connection.ts';
import type { Forge } from '../types.ts';
import type { GiteaClient } from './client.ts';
import { teaCommentsOn } from './comments.ts';
import { teaIssuesOn } from './issues.ts';
import { teaMergerOn } from './merge.ts';
import { teaPullsOn } from './pulls.ts';
import { teaStatusesOn } from './status.ts';

export interface GiteaPlace {
  /** The repo's name in the realm. */
  repo: string;
  address: GiteaAddress;
  connection: Connection<GiteaClient>;
  /** A fork in which the heads of the pull requests are. Default: the repository itself. */
  headsIn?: { owner: string; repo: string } | undefined;
  /** Used where the repository allows it; otherwise the repository's own default applies. */
  method?: 'merge' | 'squash' | 'rebase' | undefined;
}

/** Gitea and Forgejo: every write is read back, and nothing is made twice (docs/design/forges.md). */
export const giteaForge = (place: GiteaPlace): Forge => ({
  kind: 'gitea',
  pace: place.connection.pace,
  ...teaPullsOn(place),
  ...teaMergerOn(place),
  ...teaStatusesOn(place),
  ...teaIssuesOn(place),
  ...teaCommentsOn(place),
});
