import type { GitlabAddress } from '../address.ts';
import type { Connection } from '../connection.ts';
import type { Forge } from '../types.ts';
import type { GitlabClient } from './client.ts';
import { labCommentsOn } from './comments.ts';
import { labIssuesOn } from './issues.ts';
import { labMergerOn } from './merge.ts';
import { requestsOn } from './pulls.ts';
import { labStatusesOn } from './status.ts';

export interface GitlabPlace {
  /** The repo's name in the realm. */
  repo: string;
  address: GitlabAddress;
  connection: Connection<GitlabClient>;
  /** `squash` is asked for where the project allows it; otherwise the project's own settings apply. */
  method?: 'merge' | 'squash' | 'rebase' | undefined;
}

/** GitLab: every write is read back, and nothing is made twice (docs/design/forges.md). */
export const gitlabForge = (place: GitlabPlace): Forge => ({
  kind: 'gitlab',
  pace: place.connection.pace,
  ...requestsOn(place),
  ...labMergerOn(place),
  ...labStatusesOn(place),
  ...labIssuesOn(place),
  ...labCommentsOn(place),
});
