import { cut } from '../same-text.ts';
import { STATUS, shaped } from '../shapes.ts';
import type { CommitStatus, Forge } from '../types.ts';
import type { GithubPlace } from './index.ts';
import { callsTo } from './pull-reads.ts';

/** GitHub refuses a longer description. */
const LONGEST = 140;

/** Commit statuses of one repository. */
export function statusesOn(place: GithubPlace): Pick<Forge, 'setStatus' | 'requires'> {
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
    requires: async (branch, context) => {
      const rules = await ask(`read the rules of ${branch}`, ({ rest }) =>
        rest.repos
          .getBranchRules({ ...at, branch, per_page: 100 })
          .then(({ data }) => shaped(data as unknown as BranchRule[], [BRANCH_RULE]))
          .catch(noneOf),
      );
      const named = rules.flatMap(({ type, parameters }) =>
        type === 'required_status_checks' ? (parameters?.required_status_checks ?? []) : [],
      );
      if (named.some((check) => check.context === context)) return true;
      const { data } = await ask(`read the protection of ${branch}`, ({ rest }) =>
        rest.repos.getBranch({ ...at, branch }),
      );
      const { protection } = shaped(data as unknown as ProtectedBranch, PROTECTED_BRANCH);
      return protection?.required_status_checks?.contexts?.includes(context) ?? false;
    },
  };
}

interface BranchRule {
  type: string;
  parameters?: { required_status_checks?: { context: string }[] };
}
const BRANCH_RULE = {
  type: 'string',
  'parameters?': { 'required_status_checks?': [{ context: 'string' }] },
} as const;

interface ProtectedBranch {
  protection?: { required_status_checks?: { contexts?: string[] } };
}
const PROTECTED_BRANCH = {
  'protection?': { 'required_status_checks?': { 'contexts?': ['string'] } },
} as const;

/** A server from before there were rules has none. */
function noneOf(error: { status?: number }): [] {
  if (error.status === 404) return [];
  throw error;
}
