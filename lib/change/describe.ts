import { code, inline } from '../markdown.ts';
import type { MergePlan } from './order.ts';

export interface BlockFacts {
  branch: string;
  rfc: string | null;
  /** The repo whose pull request this is. */
  own: string;
  /** Repos that may be named here, in merge order, with how their pull requests stand. */
  siblings: { repo: string; state: string }[];
  plan: MergePlan;
}

/**
 * The marked block of a pull request: what belongs together, in which order, and why. `{#<repo>}` stands for a number that
 * is known later.
 */
export function blockOf({ branch, rfc, own, siblings, plan }: BlockFacts): string {
  const visible = new Set(siblings.map(({ repo }) => repo));
  const blockers = (plan.blockedBy.get(own) ?? []).filter((repo) => visible.has(repo));
  const lines = [
    `**Change set ${code(branch)}**${rfc === null ? '' : ` for ${inline(rfc)}`}`,
    '',
    '| merge | repository | pull request | state |',
    '|---|---|---|---|',
    ...siblings.map(
      ({ repo, state }, at) =>
        `| ${at + 1} | ${repo === own ? `**${inline(repo)}**` : inline(repo)} | {#${repo}} | ${inline(state)} |`,
    ),
    '',
    blockers.length === 0 ? 'Not blocked.' : `Blocked by ${blockers.map((repo) => `{#${repo}}`).join(', ')}.`,
  ];
  const mine = plan.edges.filter(
    ({ provider, consumer }) =>
      (provider === own || consumer === own) && visible.has(provider) && visible.has(consumer),
  );
  for (const { contract, why } of mine) if (why !== null) lines.push(`- ${inline(contract)}: ${inline(why)}`);
  if (plan.problems.length > 0) {
    lines.push(
      '',
      '**No order is safe after every step:**',
      ...plan.problems.map((problem) => `- ${inline(problem)}`),
    );
    lines.push(...plan.split.map((reason) => inline(reason)));
  }
  return lines.join('\n');
}
