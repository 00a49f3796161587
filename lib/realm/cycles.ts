import { RealmError } from '../errors.ts';
import { cycleWords, dependencies, findCycle, type Need, needsOf } from './dependencies.ts';
import type { RealmModel } from './model.ts';
import { ownerOf } from './ownership.ts';

/**
 * Throws `dependency-cycle` where an import makes its repo rely, over the imports there are, on itself: no order of
 * landing would then keep every main branch whole. An import that is there already closes nothing new.
 */
export function mustNotCloseCycle(model: RealmModel, repo: string, domain: string, contract: string): void {
  const owner = ownerOf(model, domain, contract);
  if (owner === undefined || owner === repo) return;
  const needs = needsOf(dependencies(model));
  if (needs.some((need) => need.from === repo && need.to === owner)) return;
  const cycle = findCycle(needs, { from: repo, to: owner, domain, contract });
  if (cycle !== undefined) throw closed(`'${repo}' cannot import '${domain}/${contract}'`, cycleWords(cycle));
}

/**
 * Throws `dependency-cycle` where new consumers of a domain's provider close a circle of three repos or more, by the roles
 * that domains give and the imports there are. Two repos may swap roles from domain to domain: what each really imports
 * decides between them.
 */
export function mustNotCloseDomainCycle(
  model: RealmModel,
  domain: string,
  providers: readonly string[],
  consumers: readonly string[],
): void {
  const fresh = roleNeeds(domain, providers, consumers);
  const needs: DomainNeed[] = [...needsOf(dependencies(model)), ...rolesIn(model), ...fresh];
  for (const need of fresh) {
    const cycle = findCycle(needs, need);
    if (cycle !== undefined && cycle.length > 2)
      throw closed(
        `domain '${domain}' cannot make '${need.from}' depend on '${need.to}'`,
        domainWords(cycle),
      );
  }
}

/** Throws `dependency-cycle` where a contract's consumers would rely, through its new owner, on themselves. */
export function mustNotCloseOwnerCycle(
  model: RealmModel,
  domain: string,
  contract: string,
  owner: string,
): void {
  const all = dependencies(model);
  const is = (edge: { domain: string; contract: string }) =>
    edge.domain === domain && edge.contract === contract;
  const fresh = all.filter((dependency) => is(dependency) && dependency.consumer !== owner);
  const needs = needsOf([
    ...all.filter((dependency) => !is(dependency)),
    ...fresh.map((dependency) => ({ ...dependency, provider: owner })),
  ]);
  for (const need of needs.filter(is)) {
    const cycle = findCycle(needs, need);
    if (cycle !== undefined) throw closed(`'${owner}' cannot own '${domain}/${contract}'`, cycleWords(cycle));
  }
}

interface DomainNeed extends Need {
  domain: string;
}

const rolesIn = (model: RealmModel): DomainNeed[] =>
  model.domainNames().flatMap((domain) => {
    const inRole = (role: string) =>
      model.bindings(domain).flatMap(({ file }) => (file.role === role ? [file.repo] : []));
    return roleNeeds(domain, inRole('provider'), inRole('consumer'));
  });

const roleNeeds = (
  domain: string,
  providers: readonly string[],
  consumers: readonly string[],
): DomainNeed[] => consumers.flatMap((from) => providers.map((to) => ({ from, to, domain })));

const domainWords = (cycle: readonly DomainNeed[]): string => {
  const [first, ...rest] = cycle.map((need) => `depends on ${need.to} in ${need.domain}`);
  return [`${cycle[0]?.from ?? ''} ${first ?? ''}`, ...rest].join(', which ');
};

const closed = (what: string, words: string): RealmError =>
  new RealmError('dependency-cycle', `${what}: it would close a dependency cycle: ${words}`, {
    exitCode: 1,
    hint: 'move the parts that both sides need into a separate contract; see git realm graph',
  });
