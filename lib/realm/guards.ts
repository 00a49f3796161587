import { contentPath, domainPath, kindOf, paths } from './kinds.ts';
import type { RealmModel } from './model.ts';
import { ownerOf } from './ownership.ts';

/** Who may change a file of a realm (docs/design/governance.md). */
export type Guard =
  /** The realm's approvers. */
  | { by: 'approvers' }
  /** The maintainers of these repos, each on their own; of one that has left only where it is about itself. */
  | { by: 'maintainers'; repos: string[]; itself?: true }
  /** The maintainers of any registered repo. */
  | { by: 'anyone' };

/**
 * The rule table: only the owner's maintainers change a contract, only a repo's its binding and registration, only members'
 * the domain; change sets and the embedded forge's records are everybody's; the rules themselves, what nobody owns, and every
 * file that is not the realm's, are the approvers'. Judged by the tree that the model shows: the one before the change.
 */
export function guardOf(model: RealmModel, path: string): Guard {
  const place = domainPath(path);
  const approvers: Guard = { by: 'approvers' };
  switch (kindOf(path)) {
    case 'repo':
      return { by: 'maintainers', repos: [path.slice('repos/'.length, -'.yaml'.length)], itself: true };
    case 'domain':
      return maintainersOf(model.domain(path.split('/')[1] ?? '')?.members ?? []);
    case 'contract': {
      const owner = place && ownerOf(model, place.domain, place.stem);
      return owner === undefined ? approvers : maintainersOf([owner]);
    }
    case 'binding': {
      if (place === undefined) return approvers;
      const repos = [model.file('binding', path)?.repo ?? place.stem];
      return { by: 'maintainers', repos, itself: true };
    }
    case 'worktree':
    case 'issue':
    case 'pull':
      return { by: 'anyone' };
    default: {
      const content = contentPath(path);
      return content === undefined
        ? approvers
        : guardOf(model, paths.contract(content.domain, content.contract));
    }
  }
}

const maintainersOf = (repos: string[]): Guard =>
  repos.length === 0 ? { by: 'approvers' } : { by: 'maintainers', repos };

/** The people behind a guard, sorted; a repo without maintainers is the approvers' to look after. */
export function peopleOf(model: RealmModel, guard: Guard): string[] {
  const { approvers } = model.governance();
  if (guard.by === 'approvers') return sorted(approvers);
  const all = guard.by === 'anyone' ? model.repoNames() : guard.repos;
  const itself = guard.by === 'maintainers' && guard.itself === true;
  const repos = all.filter((repo) => itself || model.repo(repo)?.status !== 'left');
  const people = repos.flatMap((repo) => model.repo(repo)?.maintainers ?? []);
  return sorted(people.length === 0 ? approvers : people);
}

const sorted = (people: readonly string[]): string[] => [...new Set(people)].sort();

/** A file of the realm whose path is its own rule, and the folder of a contract's content: what the generated CODEOWNERS lists. */
export const guardedPaths = (model: RealmModel): string[] =>
  [...model.under('repos/'), ...model.under('domains/')].flatMap((path) => {
    const kind = kindOf(path);
    if (kind !== 'contract') return kind === undefined ? [] : [path];
    const place = domainPath(path);
    const content = model.file('contract', path)?.content;
    return place === undefined || content === undefined
      ? [path]
      : [path, paths.content(place.domain, place.stem)];
  });
