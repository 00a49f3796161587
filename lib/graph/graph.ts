/**
 * `lib/graph`: who depends on whom: the graph of a realm, and the same graph as text, DOT, Mermaid and SVG.
 */

import { type Dependency, dependencies, ownersIn, type RealmView } from '../realm/dependencies.ts';
import type { ProofState, Role } from '../realm/types.ts';

/** `pending`: one of the two repos has not joined. */
export type EdgeState = 'current' | 'stale' | 'broken' | 'pending';

export interface GraphNode {
  repo: string;
  /** `invited`: also who is named by a domain or binding and has not joined. */
  status: 'active' | 'invited' | 'left';
  domains: { name: string; role: Role | undefined }[];
}

/** One import: from the repo that exports the contract to the one that relies on it. */
export interface GraphEdge {
  /** `undefined`: nobody is known to export the contract. */
  provider: string | undefined;
  consumer: string;
  domain: string;
  contract: string;
  /** The published version; `undefined`: the contract was removed. */
  version: string | undefined;
  range: string;
  resolved: string | undefined;
  state: EdgeState;
  /** Absent while the import waits for somebody to join. */
  proof?: ProofState;
}

export interface GraphDomain {
  name: string;
  archived: boolean;
  contracts: { name: string; version: string; owner: string | undefined }[];
}

/** Who depends on whom, over which contract, and how each import stands. Names sorted: the same realm, the same graph. */
export interface Graph {
  /** Its name; `null`: the realm does not say one that can be read. */
  realm: string | null;
  nodes: GraphNode[];
  edges: GraphEdge[];
  domains: GraphDomain[];
}

export interface GraphOptions {
  realm: string | null;
  /** How an import stands by the realm and the clock. */
  stateOf: (dependency: Dependency) => Exclude<EdgeState, 'pending'>;
  /** Whether a reading of the binding showed that it goes with the published version, as the consumer recorded it. */
  proofOf?: (dependency: Dependency) => ProofState;
  /** Only these domains. */
  domains?: readonly string[];
}

/** The dependency graph of a realm. */
export function graphOf(view: RealmView, { realm, stateOf, proofOf, domains: only }: GraphOptions): Graph {
  const names = view.domainNames().filter((name) => only?.includes(name) ?? true);
  const nodes = new Map<string, GraphNode>();
  const node = (repo: string): GraphNode => {
    const known = nodes.get(repo);
    if (known) return known;
    const registration = view.repo(repo);
    const made: GraphNode = {
      repo,
      status: registration ? (registration.status ?? 'active') : 'invited',
      domains: [],
    };
    nodes.set(repo, made);
    return made;
  };
  if (!only) for (const repo of view.repoNames()) if (view.repo(repo)?.status !== 'left') node(repo);
  for (const name of names) {
    const roles = new Map<string, Role | undefined>();
    for (const repo of view.domain(name)?.members ?? []) roles.set(repo, undefined);
    for (const { file } of view.bindings(name)) roles.set(file.repo, file.role);
    for (const [repo, role] of roles) node(repo).domains.push({ name, role });
  }
  const edges = dependencies(view)
    .filter(({ domain }) => names.includes(domain))
    .map((dependency): GraphEdge => {
      const joined = [dependency.provider, dependency.consumer].every(
        (repo) => repo === undefined || node(repo).status === 'active',
      );
      return {
        provider: dependency.provider,
        consumer: dependency.consumer,
        domain: dependency.domain,
        contract: dependency.contract,
        version: dependency.published?.version,
        range: dependency.entry.version,
        resolved: dependency.entry.resolved_version,
        state: joined ? stateOf(dependency) : 'pending',
        ...(joined && proofOf !== undefined ? { proof: proofOf(dependency) } : {}),
      };
    });
  return {
    realm,
    nodes: [...nodes.values()].sort(by((node) => node.repo)),
    edges: edges.sort(by((edge) => [edge.domain, edge.contract, edge.consumer].join('\n'))),
    domains: names.map((name) => domainOf(view, name)).sort(by((domain) => domain.name)),
  };
}

function domainOf(view: RealmView, name: string): GraphDomain {
  const ownerOf = ownersIn(view, name);
  return {
    name,
    archived: view.domain(name)?.archived ?? false,
    contracts: view.contractNames(name).flatMap((contract) => {
      const file = view.contract(name, contract);
      return file ? [{ name: contract, version: file.version, owner: ownerOf(contract) }] : [];
    }),
  };
}

/** How an import stands, in words: `current, unproved`. What is not current is not proved either. */
export const standing = ({ state, proof }: Pick<GraphEdge, 'state' | 'proof'>): string =>
  proof !== undefined && (state === 'current' || proof === 'failing') ? `${state}, ${proof}` : state;

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
