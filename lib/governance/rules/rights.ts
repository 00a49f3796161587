import { guardOf, peopleOf } from '../../realm/guards.ts';
import { paths } from '../../realm/kinds.ts';
import type { RealmModel } from '../../realm/model.ts';
import { hasJoined } from '../../realm/ownership.ts';
import { samePerson } from '../../realm/people.ts';
import { repoAt } from '../renames.ts';
import type { Step } from './step.ts';

/** The rule table. */
export function mayChange({ before, actor }: Step, path: string): string[] {
  const guard = guardOf(before, path);
  if (peopleOf(before, guard).some((person) => samePerson(person, actor))) return [];
  const whose =
    guard.by === 'approvers'
      ? "the realm's approvers"
      : guard.by === 'anyone'
        ? 'maintainers of a registered repo'
        : `maintainers of ${guard.repos.join(', ')}`;
  return [`only ${whose} may change '${path}': '${actor}' is not one of them`];
}

export const isApprover = ({ before, actor }: Step, domain?: string): boolean =>
  before.governance(domain).approvers.some((approver) => samePerson(approver, actor));

export const maintains = (model: RealmModel, repo: string, person: string): boolean =>
  model.repo(repo)?.maintainers?.some((maintainer) => samePerson(maintainer, person)) ?? false;

/** The same for an active repo: an invited repo, or one that has left, decides nothing. */
export const speaksFor = (model: RealmModel, repo: string, person: string): boolean =>
  maintains(model, repo, person) && hasJoined(model, repo);

/** A repo that nobody maintains yet is the approvers' to look after, as the table has it. */
export function actsFor(step: Step, repo: string): boolean {
  const nobody = (step.before.repo(repo)?.maintainers ?? []).length === 0;
  return maintains(step.before, repo, step.actor) || (nobody && isApprover(step));
}

/** What a repo was called before the commit. */
export function asBefore({ renames }: Step, repo: string): string {
  const old = renames?.get(paths.repo(repo));
  return old === undefined ? repo : repoAt(old);
}

export const registersNow = ({ before, after, actor }: Step, repo: string): boolean =>
  before.repo(repo) === undefined && maintains(after, repo, actor);

/** May the actor bring members to this domain, or take them out? */
export function mayMembership({ before, after, actor }: Step, name: string): boolean {
  const members = before.domain(name)?.members ?? after.domain(name)?.members ?? [];
  return members.some((repo) => speaksFor(before, repo, actor));
}
