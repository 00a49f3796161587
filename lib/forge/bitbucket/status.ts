import { RealmError } from '../../errors.ts';
import { cut } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { Forge } from '../types.ts';
import type { BitbucketPlace } from './index.ts';
import { bucketCallsTo, bucketStatusesOf, rulesOf } from './reads.ts';
import { BUCKET_STATUS, type BucketStatus } from './shapes.ts';

/** Bitbucket refuses a longer description. */
const LONGEST = 255;

const STATES = { success: 'SUCCESSFUL', pending: 'INPROGRESS', failure: 'FAILED' } as const;

/** Build statuses of one repository on Bitbucket; of a key there is one, which is replaced. */
export function bucketStatusesOn(place: BitbucketPlace): Pick<Forge, 'setStatus' | 'requires'> {
  const calls = bucketCallsTo(place);
  const { ask, tell, at, name, page } = calls;
  return {
    setStatus: async (sha, { context, state, description }, known) => {
      const text = cut(description, LONGEST);
      const isIt = (status: BucketStatus | undefined) =>
        status?.key === context && status.state === STATES[state] && status.description === text;
      if (known === undefined || known === state) {
        const all = await ask(`read the status of ${sha.slice(0, 12)}`, (client) =>
          bucketStatusesOf(calls, client, sha),
        );
        if (isIt(all.find(({ key }) => key === context))) return false;
      }
      const made = await tell(`set the status ${context}`, async (client) => {
        const status = {
          key: context,
          name: context,
          state: STATES[state],
          description: text,
          url: `${page}/commits/${sha}`,
        };
        const { data } = await client.POST(
          '/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build',
          { params: { path: { ...at, commit: sha } }, body: status as never },
        );
        return shaped(data as unknown as BucketStatus, BUCKET_STATUS);
      });
      if (isIt(made)) return true;
      throw new RealmError(
        'not-kept',
        `the forge did not keep the status ${context} of ${name} as it was sent`,
        { hint: 'git realm pr refresh' },
      );
    },
    // Builds are counted, not named: ours is one of those that have to pass.
    requires: async (branch) => {
      const rules = await ask(`read the rules of ${branch}`, (client) => rulesOf(calls, client, branch));
      return (
        rules?.some(({ kind, value }) => kind === 'require_passing_builds_to_merge' && (value ?? 0) > 0) ??
        null
      );
    },
  };
}
