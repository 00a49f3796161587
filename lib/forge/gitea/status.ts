import { RealmError } from '../../errors.ts';
import { cut } from '../same-text.ts';
import { shaped } from '../shapes.ts';
import type { Forge } from '../types.ts';
import type { GiteaPlace } from './index.ts';
import { branchOf, statusesOf, teaCallsTo } from './reads.ts';
import { TEA_STATUS, type TeaStatus } from './shapes.ts';

/** What its pages show of a description. */
const LONGEST = 255;

/** Commit statuses of one repository on a Gitea or a Forgejo. */
export function teaStatusesOn(place: GiteaPlace): Pick<Forge, 'setStatus' | 'requires'> {
  const calls = teaCallsTo(place);
  const { ask, tell, at, name } = calls;
  return {
    setStatus: async (sha, { context, state, description }, known) => {
      const text = cut(description, LONGEST);
      const isIt = (status: TeaStatus | undefined) =>
        status?.context === context && status.status === state && status.description === text;
      if (known === undefined || known === state) {
        const all = await ask(`read the status of ${sha.slice(0, 12)}`, (client) =>
          statusesOf(calls, client, sha),
        );
        if (isIt(all.find((status) => status.context === context))) return false;
      }
      const made = await tell(`set the status ${context}`, async ({ repos }) => {
        const asked = { context, state, description: text };
        const { data } = await repos.repoCreateStatus(...at, encodeURIComponent(sha), asked);
        return shaped(data as unknown as TeaStatus, TEA_STATUS);
      });
      if (isIt(made)) return true;
      throw new RealmError(
        'not-kept',
        `the forge did not keep the status ${context} of ${name} as it was sent`,
        {
          hint: 'git realm pr refresh',
        },
      );
    },
    requires: async (branch, context) => {
      const found = await ask(`read the protection of ${branch}`, (client) =>
        branchOf(calls, client, branch),
      );
      if (found === null) return null;
      // A `*` stands for any letters there.
      const isIt = (pattern: string): boolean => pattern === context || pattern === '*';
      return found.enable_status_check === true && (found.status_check_contexts ?? []).some(isIt);
    },
  };
}
