import { RealmError } from '../errors.ts';
import { consumersOf } from '../realm/exports.ts';
import type { RealmModel } from '../realm/model.ts';
import { theDomain } from '../realm/ops/domain.ts';
import { hasJoined } from '../realm/ownership.ts';

export interface Selection {
  domains: string[];
  repos: string[];
  /** Members left out because they have not joined. */
  invited: string[];
}

/**
 * The repos that a change affects: those asked for; else where this repo's contracts drift their consumers; else all members
 * of its domains, or of the one asked for. This repo comes first.
 */
export function selectRepos(
  model: RealmModel,
  own: string,
  asked: { domain: string | undefined; repos: readonly string[] },
  drifting: readonly { domain: string; contract: string }[],
): Selection {
  const all = model.domainNames().filter((name) => memberOf(model, name).includes(own));
  const domains = asked.domain === undefined ? all : [asked.domain];
  if (asked.domain !== undefined) theDomain(asked.domain, model);
  if (asked.repos.length > 0) {
    for (const repo of asked.repos) {
      if (hasJoined(model, repo)) continue;
      throw new RealmError('no-such-repo', `no repo '${repo}' in this realm`, {
        hint: `repos: ${model.repoNames().join(', ')}`,
      });
    }
    const met = domains.filter((name) =>
      memberOf(model, name).some((member) => asked.repos.includes(member)),
    );
    return { domains: met, repos: [...new Set(asked.repos)], invited: [] };
  }
  const touched = drifting.filter(({ domain }) => domains.includes(domain));
  const affected = touched.flatMap(({ domain, contract }) =>
    consumersOf(model, domain, contract).map(({ repo }) => repo),
  );
  const members =
    affected.length > 0
      ? [own, ...affected]
      : [own, ...domains.flatMap((name) => memberOf(model, name))].filter(
          (repo) => asked.domain === undefined || repo !== own || memberOf(model, asked.domain).includes(own),
        );
  const unique = [...new Set(members)];
  return {
    domains: affected.length > 0 ? [...new Set(touched.map(({ domain }) => domain))] : domains,
    repos: unique.filter((repo) => hasJoined(model, repo)),
    invited: unique.filter((repo) => !hasJoined(model, repo)),
  };
}

const memberOf = (model: RealmModel, domain: string): string[] => model.domain(domain)?.members ?? [];

/** `feat/<title>`, the title as a branch name can have it. */
export const branchOf = (rfc: string): string =>
  `feat/${rfc
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$|\.lock$/g, '')
    .toLowerCase()}`;
