import { contractName, domainName } from '../names.ts';
import { paths } from '../realm/kinds.ts';
import type { Release } from '../realm/types.ts';
import { contractVersions, history, type RealmCommit } from '../store/history.ts';
import { type Address, resolveContract } from './address.ts';
import type { Flow } from './flow.ts';
import { inRealm, type Look } from './look.ts';

export interface LogOptions {
  /** `[<domain>/]<contract>`; absent: the whole realm. */
  contract?: string | undefined;
  /** At most so many commits, or versions. */
  count: number;
}

export type LogResult = RealmLog | ContractLog;

export interface RealmLog {
  kind: 'realm';
  realm: string;
  commits: LoggedCommit[];
  /** There are more than were asked for. */
  more: boolean;
}

export interface LoggedCommit extends RealmCommit {
  /** The repo whose operation it was; `null` where it was of none, or by hand. */
  repo: string | null;
}

export interface ContractLog {
  kind: 'contract';
  domain: string;
  contract: string;
  versions: LoggedVersion[];
  more: boolean;
}

export interface LoggedVersion {
  version: string;
  /** When it was published, ISO 8601. */
  date: string;
  by: string;
  repo: string | null;
  /** The realm commit that published it. */
  commit: string;
  /** The provider's commit that its value was read from. */
  source: string | null;
  /** The lines of the changelog. */
  changes: string[];
}

/** The history of the realm, or of one contract by version; the newest first. */
export const logOf = (flow: Flow, options: LogOptions): Promise<LogResult> =>
  inRealm(flow, async (look): Promise<LogResult> => {
    const tip = look.snapshot.commit?.oid ?? look.store.branch;
    if (options.contract === undefined) return realmLog(look, tip, options.count);
    return contractLog(look, tip, addressIn(look, options.contract), options.count);
  });

/** A contract that is gone still has its history, under its full name. */
function addressIn(look: Look, text: string): Address {
  const [domain = '', contract = '', ...rest] = text.split('/');
  const { model } = look.snapshot;
  if (contract === '' || rest.length > 0 || model.contractNames(domain).includes(contract))
    return resolveContract(model, text);
  return { domain: domainName(domain), contract: contractName(contract) };
}

async function realmLog(look: Look, tip: string, count: number): Promise<RealmLog> {
  const commits: LoggedCommit[] = [];
  for await (const commit of history(look.store, tip, { limit: count + 1 })) {
    commits.push({ ...commit, repo: repoOf(commit) });
  }
  const realm = look.snapshot.model.realm?.name ?? '';
  return { kind: 'realm', realm, commits: commits.slice(0, count), more: commits.length > count };
}

async function contractLog(look: Look, tip: string, address: Address, count: number): Promise<ContractLog> {
  const path = paths.contract(address.domain, address.contract);
  const versions: LoggedVersion[] = [];
  for await (const { version, file, commit } of contractVersions(look.store, tip, path)) {
    versions.push({
      version,
      date: commit.date,
      by: commit.author.email,
      repo: repoOf(commit),
      commit: commit.oid,
      source: file.source_commit ?? null,
      changes: changesIn(file.changelog ?? file.evolution ?? [], version),
    });
    if (versions.length > count) break;
  }
  // Never there: refused with the contracts that are.
  if (versions.length === 0) resolveContract(look.snapshot.model, `${address.domain}/${address.contract}`);
  return { kind: 'contract', ...address, versions: versions.slice(0, count), more: versions.length > count };
}

const changesIn = (releases: readonly Release[], version: string): string[] =>
  releases.find((release) => release.version === version)?.changes ?? [];

function repoOf({ op }: RealmCommit): string | null {
  const repo = op?.repo ?? op?.provider;
  return typeof repo === 'string' ? repo : null;
}
