import type { TrackedChange } from '../../realm/change-sets.ts';
import type { OpHeads } from '../../realm/ops/types.ts';
import { blockOf } from '../describe.ts';
import type { MergePlan } from '../order.ts';
import type { Plan, Step } from '../types.ts';

/** The pull request of one repo of the change set. */
export interface MergePlace {
  repo: string;
  number: number | null;
  url: string | null;
  /** What is to merge, pinned to a commit; `null`: it is merged, or not on this machine. */
  pending: { base: string; sha: string } | null;
  /** The repos that its text may name, itself among them. */
  visible: readonly string[];
}

export interface MergeAsked {
  /** Seconds to wait, in each repo, for what ends by itself: checks that run, the merge queue. */
  patience: number;
  /** Merge also where nothing proves that it is safe. */
  unproved: boolean;
}

/** Merge what is not merged, each after what blocks it; then their texts say so, and the realm. `places` is in merge order. */
export function planMerges(
  branch: string,
  known: TrackedChange | undefined,
  { places, merges }: { places: readonly MergePlace[]; merges: MergePlan },
  asked: MergeAsked,
  heads: OpHeads,
): Plan {
  const merging = mergeSteps(branch, places, merges, asked);
  const repos = places.map(({ repo }) => repo);
  const done = (known?.file.repos ?? []).every(
    ({ name, status }) => !repos.includes(name) || status !== 'active',
  );
  const plan: Plan = { verb: 'pr-merge', branch, args: {}, steps: merging };
  if (done && merging.length === 0) return plan;
  // Also where all are merged: a run that was killed may not have come so far.
  const after = merging.map((step) => step.id);
  const rfc = known?.file.source_rfc ?? null;
  const describing = blockSteps(branch, rfc, places, merges).map((step) => ({ ...step, after }));
  const steps = [...merging, ...describing];
  const op = { verb: 'change-status', branch };
  const tracked: Step = {
    id: 'realm:merged',
    repo: null,
    effect: {
      kind: 'realm',
      op: { ...op, ...heads.op, statuses: Object.fromEntries(repos.map((repo) => [repo, 'merged'])) },
      undo: { ...op, ...heads.undo, statuses: Object.fromEntries(repos.map((repo) => [repo, 'active'])) },
    },
    after: steps.map((step) => step.id),
    words: `realm: mark ${branch} as merged`,
  };
  return { ...plan, steps: [...steps, tracked] };
}

function mergeSteps(
  branch: string,
  places: readonly MergePlace[],
  merges: MergePlan,
  { patience, unproved }: MergeAsked,
): Step[] {
  const steps: Step[] = [];
  for (const { repo, number, pending } of places) {
    if (number === null || pending === null) continue;
    steps.push({
      id: `pull-merge:${repo}`,
      repo,
      effect: {
        kind: 'pull-merge',
        number,
        head: branch,
        ...pending,
        patience,
        ...(unproved ? { unproved } : {}),
      },
      after: (merges.blockedBy.get(repo) ?? [])
        .map((blocker) => `pull-merge:${blocker}`)
        .filter((id) => steps.some((step) => step.id === id)),
      words: `merge ${repo}#${number} into ${pending.base}`,
    });
  }
  return steps;
}

/** Once all are merged, their bodies say so, and no longer that they wait, or why. */
function blockSteps(
  branch: string,
  rfc: string | null,
  places: readonly MergePlace[],
  merges: MergePlan,
): Step[] {
  const plan = { ...merges, blockedBy: new Map<string, string[]>(), edges: [], problems: [], split: [] };
  return places.flatMap(({ repo, number, visible }): Step[] => {
    if (number === null) return [];
    const named = places.filter((other) => visible.includes(other.repo));
    const siblings = named.map((other) => ({ repo: other.repo, state: 'merged' }));
    const block = blockOf({ branch, rfc, own: repo, siblings, plan }).replace(
      /\{#([^{}]+)\}/g,
      (whole, name: string) => {
        const found = named.find((other) => other.repo === name);
        return found === undefined ? whole : (found.url ?? `${found.repo}#${found.number}`);
      },
    );
    const effect = { kind: 'pull-block' as const, head: branch, block, number };
    const words = `describe the merged change set in ${repo}`;
    return [{ id: `pull-block:${repo}`, repo, effect, after: [], words }];
  });
}
