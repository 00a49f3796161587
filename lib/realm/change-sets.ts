import type { RealmModel } from './model.ts';
import type { PullFile, WorktreeFile } from './types.ts';

/** A change set with where its tracking file lies. */
export interface TrackedChange {
  path: string;
  file: WorktreeFile;
}

/** Every change set that the realm tracks, by path. */
export const changeSets = (model: RealmModel): TrackedChange[] =>
  model.under('worktrees/').flatMap((path) => {
    const file = model.file('worktree', path);
    return file === undefined ? [] : [{ path, file }];
  });

/** The change set of a branch, whatever its file is called. */
export const changeSetOf = (model: RealmModel, branch: string): TrackedChange | undefined =>
  changeSets(model).find(({ file }) => file.name === branch);

/** Its repos that still have something to do. */
export const activeRepos = (file: WorktreeFile): string[] =>
  (file.repos ?? []).filter((repo) => (repo.status ?? 'active') === 'active').map((repo) => repo.name);

/** Its domains; a single `domain:` is read too. */
export const domainsOfChange = (file: WorktreeFile): string[] =>
  file.domains ?? (file.domain === undefined ? [] : [file.domain]);

/** The embedded forge's pull requests of a repo, by number. */
export function pullsOf(model: RealmModel, repo: string): PullFile[] {
  const pulls = model.under(`forge/${repo}/pulls/`).flatMap((path) => model.file('pull', path) ?? []);
  return pulls.sort((a, b) => a.number - b.number);
}

/** Do two repos meet in a domain? Only then may the one name the other. */
export const shareDomain = (model: RealmModel, a: string, b: string): boolean =>
  model.domainNames().some((name) => {
    const members = model.domain(name)?.members ?? [];
    return members.includes(a) && members.includes(b);
  });
