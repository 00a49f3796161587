import type { GiteaAddress } from './address.ts';
import type { Connection } from './connection.ts';
import type { GiteaClient } from './gitea-client.ts';
import { teaCommentsOn } from './gitea-comments.ts';
import { teaIssuesOn } from './gitea-issues.ts';
import { teaMergerOn } from './gitea-merge.ts';
import { teaPullsOn } from './gitea-pulls.ts';
import { teaStatusesOn } from './gitea-status.ts';
import type { Forge } from './types.ts';

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
