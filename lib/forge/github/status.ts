import { cut } from '../same-text.ts';
import { STATUS, shaped } from '../shapes.ts';
import type { CommitStatus, Forge } from '../types.ts';
import type { GithubPlace } from './index.ts';
import { callsTo } from './pull-reads.ts';

/** GitHub refuses a longer description. */
const LONGEST = 140;

/** Commit statuses of one repository. */
export function statusesOn(place: GithubPlace): Pick<Forge, 'setStatus'> {
  const { ask, tell, at } = callsTo(place);
  const newest = async (sha: string, context: string) => {
    const found = await ask(`read the status of ${sha.slice(0, 12)}`, ({ rest }) =>
      rest.repos.getCombinedStatusForRef({ ...at, ref: sha, per_page: 100 }),
    );
    return shaped(found.data.statuses, [STATUS]).find((status) => status.context === context);
  };
  return {
    setStatus: async (sha, { context, state, description }: CommitStatus, known) => {
      const text = cut(description, LONGEST);
      const now = known === undefined || known === state ? await newest(sha, context) : undefined;
      if (now?.state === state && now.description === text) return false;
      await tell(`set the status ${context}`, ({ rest }) =>
        rest.repos.createCommitStatus({ ...at, sha, context, state, description: text }),
      );
      return true;
    },
  };
}
