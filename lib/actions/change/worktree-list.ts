import { mapPool } from '../../change/pool.ts';
import { changeSets, domainsOfChange, pullsOf } from '../../realm/change-sets.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace } from '../open/workspace.ts';
import { closeCheckouts, localWidth, openCheckouts, worktreesOf } from './checkouts.ts';

export interface ListedChange {
  branch: string;
  rfc: string | null;
  domains: string[];
  repos: {
    name: string;
    status: string;
    commits: number;
    /** `null`: no worktree of it on this machine. */
    path: string | null;
    pull: string | null;
  }[];
}

/** The change sets of the realm, with where their worktrees lie on this machine. */
export function listChanges(context: Context, all: boolean): Promise<ListedChange[]> {
  return inWorkspace(context, async (workspace) => {
    const { model } = workspace.snapshot;
    const shown = changeSets(model).filter(
      ({ file }) => all || (file.repos ?? []).some((repo) => repo.status !== 'removed'),
    );
    const names = [...new Set(shown.flatMap(({ file }) => (file.repos ?? []).map((repo) => repo.name)))];
    const checkouts = await openCheckouts(context, workspace, names, () => {});
    try {
      const worktrees = new Map(
        await mapPool(
          [...checkouts.values()],
          localWidth(),
          async (checkout) => [checkout.name, await worktreesOf(checkout)] as const,
        ),
      );
      return shown.map(({ file }) => ({
        branch: file.name,
        rfc: file.source_rfc ?? null,
        domains: domainsOfChange(file),
        repos: (file.repos ?? []).map((repo) => {
          const pull = file.prs?.find((pr) => pr.repo === repo.name);
          const record = pull && pullsOf(model, repo.name).find((found) => found.number === pull.number);
          return {
            name: repo.name,
            status: repo.status ?? 'active',
            commits: repo.commits ?? 0,
            path:
              worktrees.get(repo.name)?.find((found) => found.branch === file.name && !found.missing)?.path ??
              null,
            pull: pull === undefined ? null : `#${pull.number}${record ? ` ${record.state}` : ''}`,
          };
        }),
      }));
    } finally {
      closeCheckouts(checkouts);
    }
  });
}
