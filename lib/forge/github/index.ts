import type { GithubAddress } from '../address.ts';
import type { Forge } from '../types.ts';
import type { Connection } from './client.ts';
import { commentsOn } from './comments.ts';
import { issuesOn } from './issues.ts';
import { mergerOn } from './merge.ts';
import { pullsOn } from './pulls.ts';
import { statusesOn } from './status.ts';

export interface GithubPlace {
  /** The repo's name in the realm. */
  repo: string;
  address: GithubAddress;
  connection: Connection;
  /** The repository whose branches are the heads of pull requests: a fork. Default: the repository itself. */
  headsIn?: Pick<GithubAddress, 'owner' | 'repo'> | undefined;
  /** How pull requests are merged where the repository lets us choose (`realm.mergeMethod`); default: a merge commit. */
  method?: MergeMethod | undefined;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** GitHub, or GitHub Enterprise: every write is read back, and nothing is made twice (docs/design/forges.md). */
export function githubForge(place: GithubPlace): Forge {
  const pulls = pullsOn(place);
  return {
    kind: 'github',
    pace: place.connection.pace,
    ...pulls,
    ...mergerOn(place, pulls),
    ...statusesOn(place),
    ...issuesOn(place),
    ...commentsOn(place),
  };
}
