import { RealmError } from '../errors.ts';
import type { RealmModel } from './model.ts';
import { samePerson } from './people.ts';

/** The repo that may change a contract: its `owner`, else the one provider of its domain; `undefined` when neither says. */
export function ownerOf(model: RealmModel, domain: string, contract: string): string | undefined {
  const owner = model.contract(domain, contract)?.owner;
  if (owner !== undefined) return owner;
  const exporters = model
    .bindings(domain)
    .filter((binding) => binding.file.exports?.some((entry) => entry.contract === contract));
  return exporters.length === 1 ? exporters[0]?.file.repo : undefined;
}

/** Is the repo registered and active? A member that is not shows as `invited`. */
export function hasJoined(model: RealmModel, repo: string): boolean {
  const registration = model.repo(repo);
  return registration !== undefined && (registration.status ?? 'active') === 'active';
}

/**
 * Does a repo have no part in a domain: is it not among the members, invited and not here yet, or has it left? What its binding
 * says there binds nobody. A realm by another hand may list no members, or register no repos.
 */
export function isOutsider(model: RealmModel, domain: string, repo: string): boolean {
  const file = model.domain(domain);
  const isMember = file !== undefined && (file.members ?? [repo]).includes(repo);
  return !isMember || (model.repo(repo)?.status ?? 'active') !== 'active';
}

/** May this e-mail address act for the repo? A registration without maintainers binds nobody (a realm by another hand). */
export function maintains(model: RealmModel, repo: string, email: string): boolean {
  const maintainers = model.repo(repo)?.maintainers ?? [];
  return maintainers.length === 0 || maintainers.some((maintainer) => samePerson(maintainer, email));
}

/** Throws `not-maintainer` unless `email` may act for the repo. */
export function mustMaintain(model: RealmModel, repo: string, email: string): void {
  if (maintains(model, repo, email)) return;
  const maintainers = model.repo(repo)?.maintainers ?? [];
  throw new RealmError('not-maintainer', `'${email}' is not a maintainer of '${repo}'`, {
    exitCode: 1,
    hint: `ask ${maintainers.join(', ')}, or set user.email to your registered address`,
    data: { repo, email, maintainers },
  });
}
