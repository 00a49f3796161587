import { readMembership } from '../checkout/member.ts';
import { readUserIndex } from '../checkout/user-index.ts';
import type { ImportState } from '../compat/imports.ts';
import { RealmError } from '../errors.ts';
import { discover } from '../git/repository.ts';
import { consumersOf } from '../realm/exports.ts';
import type { RealmModel } from '../realm/model.ts';
import { theDomain } from '../realm/ops/domain.ts';
import { hasJoined, ownerOf } from '../realm/ownership.ts';
import type { IndexRealm, ProofState, Role } from '../realm/types.ts';
import { readSnapshot, type Snapshot } from '../store/snapshot.ts';
import { openStore, type Store } from '../store/store.ts';
import { tellRewrite } from './alarm.ts';
import type { Flow } from './flow.ts';
import { recordedProof, stateOf } from './resolve.ts';
import { openWorkspace } from './workspace.ts';

/** A realm looked at: from a member repository, or from inside the realm itself. */
export interface Look {
  store: Store;
  snapshot: Snapshot;
  /** The member repository we are in, by its name; `null` inside a realm. */
  repo: string | null;
}

/** Open whichever realm is meant where the user is, work, close. */
export async function inRealm<T>(flow: Flow, work: (look: Look) => Promise<T>): Promise<T> {
  const repo = await discover(flow.cwd, { env: flow.env });
  if ((await readMembership(repo)) !== null) {
    const workspace = await openWorkspace(flow);
    try {
      return await work({ store: workspace.store, snapshot: workspace.snapshot, repo: workspace.name });
    } finally {
      workspace.close();
    }
  }
  const store = await openStore(repo.worktree ?? repo.gitDir, flow.env);
  try {
    const main = await readSnapshot(store);
    // CI checks out one commit, detached, without any branch.
    const snapshot = main.commit === null ? await readSnapshot(store, 'HEAD') : main;
    if (!snapshot.model.has('realm.yaml')) {
      throw new RealmError('not-joined', 'this repository is in no realm yet', {
        hint: 'git realm join <path or URL of a realm>',
      });
    }
    await tellRewrite(flow, store);
    return await work({ store, snapshot, repo: null });
  } finally {
    store.close();
  }
}

export interface DomainShown {
  name: string;
  description: string;
  archived: boolean;
  members: { repo: string; role: Role; joined: boolean }[];
  contracts: ContractShown[];
}

export interface ContractShown {
  name: string;
  version: string;
  owner: string | null;
  description: string;
  consumers: {
    repo: string;
    range: string;
    binding: string | null;
    state: ImportState['state'];
    proof: ProofState;
  }[];
}

export const listDomains = (flow: Flow): Promise<DomainShown[]> =>
  inRealm(flow, async ({ snapshot }) =>
    snapshot.model.domainNames().map((name) => domainShown(snapshot.model, name, flow.now())),
  );

export const showDomain = (flow: Flow, name: string): Promise<DomainShown> =>
  inRealm(flow, async ({ snapshot }) => {
    theDomain(name, snapshot.model);
    return domainShown(snapshot.model, name, flow.now());
  });

export function domainShown(model: RealmModel, name: string, now: Date): DomainShown {
  const domain = model.domain(name);
  return {
    name,
    description: domain?.description ?? '',
    archived: domain?.archived ?? false,
    members: (domain?.members ?? []).map((repo) => ({
      repo,
      role: model.binding(name, repo)?.file.role ?? 'consumer',
      joined: hasJoined(model, repo),
    })),
    contracts: model.contractNames(name).map((contract) => contractShown(model, name, contract, now)),
  };
}

export function contractShown(model: RealmModel, domain: string, contract: string, now: Date): ContractShown {
  const file = model.contract(domain, contract);
  return {
    name: contract,
    version: file?.version ?? 'does not validate',
    owner: ownerOf(model, domain, contract) ?? null,
    description: file?.description ?? '',
    consumers: consumersOf(model, domain, contract).map(({ repo, entry }) => ({
      repo,
      range: entry.version,
      binding: entry.binding ?? null,
      state: stateOf({ entry, published: file }, now).state,
      proof: recordedProof({ entry, published: file }),
    })),
  };
}

/** The realms of the user's index. */
export const listRealms = async (flow: Flow): Promise<IndexRealm[]> => (await readUserIndex(flow.env)).realms;
