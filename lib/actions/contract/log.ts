import { contractName, domainName } from '../../names.ts';
import { domainPath, paths } from '../../realm/kinds.ts';
import { pendingUntil, releasesOf } from '../../realm/releases.ts';
import type { Release } from '../../realm/types.ts';
import { contractVersions, history, type RealmCommit } from '../../store/history.ts';
import { recordsOf } from '../../store/record-notes.ts';
import type { Context } from '../open/context.ts';
import { inRealm, type OpenedRealm } from '../open/in-realm.ts';
import { listProposals, type Proposal } from '../share/proposals.ts';
import { type Address, resolveContract } from './address.ts';

export interface LogOptions {
  /** `[<domain>/]<contract>`; absent: the whole realm. */
  contract?: string | undefined;
  /** At most so many commits, or versions. */
  count: number;
}

export type LogResult = RealmLog | ContractLog;

export interface RealmLog {
  kind: 'realm';
  /** Its name; `null`: the realm does not say one that can be read. */
  realm: string | null;
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
  /** What waits for approval. */
  proposals: Pick<Proposal, 'id' | 'subject' | 'author' | 'date' | 'approvers'>[];
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
  /** What the contract was called then. */
  name: string;
  /** The lines of the changelog. */
  changes: string[];
  /** How it came about: who proposed, approved, withdrew, acknowledged it, in order of time. */
  story: Told[];
  /** A breaking version: from when it counts, ISO 8601, and whether it does. */
  effect: { at: string; passed: boolean } | null;
}

export interface Told {
  what: 'proposed' | 'approval' | 'rejection' | 'withdrawal' | 'acknowledgement';
  by: string;
  /** ISO 8601. */
  at: string;
  /** The repo that acknowledges, or the reason that was given; `null`: none. */
  detail: string | null;
}

/** The history of the realm, or of one contract by version; the newest first. */
export const logOf = (context: Context, options: LogOptions): Promise<LogResult> =>
  inRealm(context, async (opened): Promise<LogResult> => {
    const tip = opened.snapshot.commit?.oid ?? opened.store.branch;
    if (options.contract === undefined) return realmLog(opened, tip, options.count);
    return contractLog(context, opened, tip, addressIn(context, opened, options.contract), options.count);
  });

/** A contract that no longer exists still has its history, under its full name. */
function addressIn(context: Context, opened: OpenedRealm, text: string): Address {
  const [domain = '', contract = '', ...rest] = text.split('/');
  const { model } = opened.snapshot;
  if (contract === '' || rest.length > 0 || model.contractNames(domain).includes(contract))
    return resolveContract(model, text, undefined, context.note);
  if (model.contractNow(domain, contract) !== contract)
    return resolveContract(model, text, undefined, context.note);
  return { domain: domainName(domain), contract: contractName(contract) };
}

async function realmLog(opened: OpenedRealm, tip: string, count: number): Promise<RealmLog> {
  const commits: LoggedCommit[] = [];
  for await (const commit of history(opened.store, tip, { limit: count + 1 })) {
    commits.push({ ...commit, repo: repoOf(commit) });
  }
  const realm = opened.snapshot.model.realm?.name ?? null;
  return { kind: 'realm', realm, commits: commits.slice(0, count), more: commits.length > count };
}

async function contractLog(
  context: Context,
  opened: OpenedRealm,
  tip: string,
  address: Address,
  count: number,
): Promise<ContractLog> {
  const path = paths.contract(address.domain, address.contract);
  const versions: LoggedVersion[] = [];
  const all = await listProposals(opened.store, opened.snapshot);
  for await (const { version, file, commit, path: at } of contractVersions(opened.store, tip, path)) {
    const due = file.effective_at;
    versions.push({
      version,
      date: commit.date,
      by: commit.author.email,
      repo: repoOf(commit),
      commit: commit.oid,
      source: file.source_commit ?? null,
      name: domainPath(at)?.stem ?? file.name,
      changes:
        commit.op?.verb === 'unland'
          ? ['Reverted to this version: the approval of the next version was withdrawn']
          : changesIn(releasesOf(file), version),
      story: await storyOf(opened, commit, at, all),
      effect:
        due === undefined || commit.op?.verb !== 'land'
          ? null
          : { at: due, passed: pendingUntil(file, context.now().getTime()) === null },
    });
    if (versions.length > count) break;
  }
  // Never there: refused with the contracts that are.
  if (versions.length === 0) resolveContract(opened.snapshot.model, `${address.domain}/${address.contract}`);
  const proposals = all
    .filter((proposal) => proposal.state === 'open' && proposal.files.some((file) => file.path === path))
    .map(({ id, subject, author, date, approvers }) => ({ id, subject, author, date, approvers }));
  const more = versions.length > count;
  return { kind: 'contract', ...address, proposals, versions: versions.slice(0, count), more };
}

/** What was said before and after a version was published: on its proposal, and on the commit that published it. */
async function storyOf(
  { store, snapshot }: OpenedRealm,
  commit: RealmCommit,
  path: string,
  proposals: readonly Proposal[],
): Promise<Told[]> {
  const landed = commit.op?.verb === 'land' ? commit.op.proposal : undefined;
  const proposal = proposals.find(
    (candidate) => candidate.id === landed && candidate.files.some((file) => file.path === path),
  );
  if (proposal === undefined) return [];
  const onLanding = await recordsOf(store, snapshot.model, commit.oid);
  const said = [...proposal.records, ...onLanding.records];
  return [
    { what: 'proposed', by: proposal.author, at: proposal.date, detail: proposal.id },
    ...said.flatMap((record): Told[] => {
      if (record.kind === 'rewrite') return [];
      const detail =
        record.kind === 'acknowledgement' ? record.repo : 'why' in record ? record.why : undefined;
      return [{ what: record.kind, by: record.by, at: record.at, detail: detail ?? null }];
    }),
  ];
}

const changesIn = (releases: readonly Release[], version: string): string[] =>
  releases.find((release) => release.version === version)?.changes ?? [];

function repoOf({ op }: RealmCommit): string | null {
  const repo = op?.repo ?? op?.provider;
  return typeof repo === 'string' ? repo : null;
}
