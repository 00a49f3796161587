import type { RealmModel } from './model.ts';
import type { ContractFile, ImportEntry } from './types.ts';

/** What the rules below read of a realm. */
export type RealmView = Pick<
  RealmModel,
  'repo' | 'repoNames' | 'domain' | 'domainNames' | 'contract' | 'contractNames' | 'bindings'
>;

/** One repo relies on a contract of another: an import, with the contract as published (`undefined`: gone). */
export interface Dependency {
  consumer: string;
  /** The contract's owner, else its one exporter; `undefined` where neither is known. */
  provider: string | undefined;
  domain: string;
  contract: string;
  entry: ImportEntry;
  published: ContractFile | undefined;
}

/** Every import of a realm with its two ends, by domain; imports of a repo's own contracts are none. */
export function dependencies(view: RealmView): Dependency[] {
  return view.domainNames().flatMap((domain) => dependenciesIn(view, domain));
}

function dependenciesIn(view: RealmView, domain: string): Dependency[] {
  const ownerOf = ownersIn(view, domain);
  return view.bindings(domain).flatMap(({ file }) =>
    (file.imports ?? []).flatMap((entry): Dependency[] => {
      const provider = ownerOf(entry.contract);
      if (provider === file.repo) return [];
      const published = view.contract(domain, entry.contract);
      return [{ consumer: file.repo, provider, domain, contract: entry.contract, entry, published }];
    }),
  );
}

/** The rule of `ownerOf` for all contracts of a domain, with its bindings read once. */
export function ownersIn(view: RealmView, domain: string): (contract: string) => string | undefined {
  const exporters = new Map<string, Set<string>>();
  for (const { file } of view.bindings(domain))
    for (const { contract } of file.exports ?? []) {
      const repos = exporters.get(contract) ?? new Set();
      exporters.set(contract, repos.add(file.repo));
    }
  return (contract) => {
    const owner = view.contract(domain, contract)?.owner;
    const [first, ...others] = exporters.get(contract) ?? [];
    return owner ?? (others.length === 0 ? first : undefined);
  };
}

/** A need of one repo: `from` relies on `to`. */
export interface Need {
  from: string;
  to: string;
}

/**
 * A shortest cycle among the needs, as the list of its needs in order, or nothing. With `through`, only cycles that this need
 * closes are looked for, which is what a new import would bring about. Time grows with needs times repos, with `through` with
 * needs only.
 */
export function findCycle<N extends Need>(needs: readonly N[], through?: N): N[] | undefined {
  const from = new Map<string, Map<string, N>>();
  for (const need of needs) {
    const out = from.get(need.from) ?? new Map<string, N>();
    from.set(need.from, out);
    if (!out.has(need.to)) out.set(need.to, need);
  }
  if (through) {
    const back = through.from === through.to ? [] : shortestWay(from, through.to, through.from);
    return back && [through, ...back];
  }
  let shortest: N[] | undefined;
  for (const repo of from.keys()) {
    const cycle = shortestWay(from, repo, repo);
    if (cycle && (!shortest || cycle.length < shortest.length)) shortest = cycle;
  }
  return shortest;
}

/** The fewest needs, at least one, that lead from one repo to another. */
function shortestWay<N extends Need>(
  from: ReadonlyMap<string, ReadonlyMap<string, N>>,
  start: string,
  goal: string,
): N[] | undefined {
  const reachedBy = new Map<string, N>();
  const queue = [start];
  for (const repo of queue) {
    for (const need of from.get(repo)?.values() ?? []) {
      if (reachedBy.has(need.to)) continue;
      reachedBy.set(need.to, need);
      if (need.to === goal) return wayBack(need);
      queue.push(need.to);
    }
  }
  return undefined;

  function wayBack(last: N): N[] {
    const way = [last];
    for (let at = last.from; at !== start; ) {
      const step = reachedBy.get(at);
      if (!step) break;
      way.unshift(step);
      at = step.from;
    }
    return way;
  }
}

/** `aperture needs job-schema of ml-infra, which needs s3-permissions of aperture`: a cycle spelled out. */
export function cycleWords(cycle: readonly (Need & { domain: string; contract: string })[]): string {
  const [first, ...rest] = cycle.map((need) => `needs ${need.domain}/${need.contract} of ${need.to}`);
  return [`${cycle[0]?.from ?? ''} ${first ?? ''}`, ...rest].join(', which ');
}

/** The dependencies as needs between repos; those without a known provider left out. */
export const needsOf = (list: readonly Dependency[]): (Need & { domain: string; contract: string })[] =>
  list.flatMap(({ consumer, provider, domain, contract }) =>
    provider === undefined ? [] : [{ from: consumer, to: provider, domain, contract }],
  );
