import type { ImportState } from '../../compat/imports.ts';
import { consumersOf } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { theDomain } from '../../realm/ops/domain.ts';
import { hasJoined, ownerOf } from '../../realm/ownership.ts';
import type { ProofState, Role } from '../../realm/types.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { importStateOf, recordedProof } from './resolve.ts';
export interface DomainShown {
  name: string;
  description: string | null;
  archived: boolean;
  members: { repo: string; role: Role; joined: boolean }[];
  contracts: ContractShown[];
}

export interface ContractShown {
  name: string;
  version: string;
  owner: string | null;
  description: string | null;
  consumers: {
    repo: string;
    range: string;
    binding: string | null;
    state: ImportState['state'];
    proof: ProofState;
  }[];
}

export const listDomains = (context: Context): Promise<DomainShown[]> =>
  inRealm(context, async ({ snapshot }) =>
    snapshot.model.domainNames().map((name) => domainShown(snapshot.model, name, context.now())),
  );

export const showDomain = (context: Context, name: string): Promise<DomainShown> =>
  inRealm(context, async ({ snapshot }) => {
    theDomain(name, snapshot.model);
    return domainShown(snapshot.model, name, context.now());
  });

export function domainShown(model: RealmModel, name: string, now: Date): DomainShown {
  const domain = model.domain(name);
  return {
    name,
    description: domain?.description ?? null,
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
    version: file?.version ?? 'is not valid',
    owner: ownerOf(model, domain, contract) ?? null,
    description: file?.description ?? null,
    consumers: consumersOf(model, domain, contract).map(({ repo, entry }) => ({
      repo,
      range: entry.version,
      binding: entry.binding ?? null,
      state: importStateOf({ entry, published: file }, now).state,
      proof: recordedProof({ entry, published: file }),
    })),
  };
}
