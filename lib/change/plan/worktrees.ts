import type { JsonObject } from '../../json.ts';
import { domainsOfChange, type TrackedChange } from '../../realm/change-sets.ts';
import type { OpHeads } from '../../realm/ops/types.ts';
import type { Plan, Step } from '../types.ts';

/** Where the branch of a change is, or will be, in one repo. */
export interface WorktreePlace {
  repo: string;
  target: string;
  base: string;
  /** It is there already. */
  there: boolean;
  from: 'new' | 'local' | 'remote';
}

export interface WorktreesAsked {
  branch: string;
  rfc: string | null;
  domains: readonly string[];
  args: JsonObject;
  /** Whether the realm notes what is not tracked yet. */
  tracks: boolean;
}

/** One worktree per repo where it is missing, then the tracking file. `known`: the change set as the realm tracks it. */
export function planWorktrees(
  { branch, rfc, domains, args, tracks }: WorktreesAsked,
  places: readonly WorktreePlace[],
  known: TrackedChange | undefined,
  heads: OpHeads,
): Plan {
  const steps = places
    .filter(({ there }) => !there)
    .map(
      ({ repo, target, base, from }): Step => ({
        id: `worktree:${repo}`,
        repo,
        effect: { kind: 'worktree', branch, base, from },
        after: [],
        words: `${repo}: ${target} from ${base.slice(0, 12)}`,
      }),
    );
  const repos = places.map(({ repo }) => repo);
  const tracked = (known?.file.repos ?? [])
    .filter(({ status }) => (status ?? 'active') === 'active')
    .map(({ name }) => name);
  const news = repos.filter((repo) => !tracked.includes(repo));
  const newDomains = domains.some(
    (name) => known === undefined || !domainsOfChange(known.file).includes(name),
  );
  if (tracks && (news.length > 0 || newDomains)) {
    const undo = known === undefined ? { what: 'all' } : { what: 'repos', repos: news };
    steps.push({
      id: 'realm:open',
      repo: null,
      effect: {
        kind: 'realm',
        op: { verb: 'change-open', ...heads.op, branch, rfc, domains: [...domains], repos },
        undo: { verb: 'change-drop', ...heads.undo, branch, ...undo },
      },
      after: steps.map((step) => step.id),
      words: `realm: track ${branch}`,
    });
  }
  return { verb: 'worktree', branch, args, steps };
}
