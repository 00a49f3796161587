import type { JsonObject } from '../../json.ts';
import type { OpHeads } from '../../realm/ops/types.ts';
import type { Plan, Step } from '../types.ts';

/** A worktree that has something to commit. */
export interface ToCommit {
  repo: string;
  head: string;
  /** The index as a tree, to go back to. */
  index: string;
  /** Commits beyond the base. */
  count: number;
  /** The other repos of this commit that its note may name. */
  siblings: readonly string[];
}

export interface CommitAsked {
  branch: string;
  message: string;
  /** The id that the commits share. */
  change: string;
  link: boolean;
  args: JsonObject;
}

/** Commit everywhere, then link what was committed, then track it. */
export function planCommits(
  { branch, message, change, link, args }: CommitAsked,
  changed: readonly ToCommit[],
  heads: OpHeads,
): Plan {
  const names = changed.map(({ repo }) => repo);
  const linked = link && names.length > 1;
  const commits = changed.map(
    ({ repo, head, index }): Step => ({
      id: `commit:${repo}`,
      repo,
      effect: { kind: 'commit', branch, change, message, parent: head, index },
      after: [],
      words: `commit in ${repo}`,
    }),
  );
  const after = commits.map((step) => step.id);
  const links = changed.flatMap(({ repo, siblings }): Step[] => {
    if (!linked || siblings.length === 0) return [];
    const effect = { kind: 'link' as const, change, siblings: [...siblings] };
    return [{ id: `link:${repo}`, repo, effect, after, words: `link ${repo} to ${siblings.join(', ')}` }];
  });
  const tracked: Step = {
    id: 'realm:commit',
    repo: null,
    effect: {
      kind: 'realm',
      op: {
        verb: 'change-commit',
        ...heads.op,
        branch,
        change,
        message,
        linked,
        commits: Object.fromEntries(names.map((name) => [name, { $from: `commit:${name}`, $key: 'oid' }])),
        counts: Object.fromEntries(changed.map(({ repo, count }) => [repo, count + 1])),
      },
      undo: { verb: 'change-drop', ...heads.undo, branch, what: 'commit', change },
    },
    after: [...after, ...links.map((step) => step.id)],
    words: `realm: track ${change.slice(0, 9)}`,
  };
  return { verb: 'commit', branch, args, steps: [...commits, ...links, tracked] };
}
