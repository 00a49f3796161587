import type { RealmModel } from './model.ts';
import { ownerOf } from './ownership.ts';
import type { BindingFile, ContractFile, ExportEntry, ImportEntry } from './types.ts';

/** A contract that a repo exports, with how its value is read. */
export interface OwnExport {
  domain: string;
  contract: string;
  file: ContractFile;
  entry: ExportEntry;
}

/** What the repo's bindings export, of the contracts that it owns. */
export function ownExports(model: RealmModel, repo: string): OwnExport[] {
  return model.domainNames().flatMap((domain) =>
    (liveBinding(model, domain, repo)?.exports ?? []).flatMap((entry) => {
      const file = model.contract(domain, entry.contract);
      const owner = file === undefined ? undefined : ownerOf(model, domain, entry.contract);
      if (file === undefined || (owner !== undefined && owner !== repo)) return [];
      return [{ domain, contract: entry.contract, file, entry }];
    }),
  );
}

/** An import as the consumer's binding declares it, with the contract as published (`undefined`: gone). */
export interface OwnImport {
  domain: string;
  contract: string;
  entry: ImportEntry;
  published: ContractFile | undefined;
}

export function ownImports(model: RealmModel, repo: string): OwnImport[] {
  return model.domainNames().flatMap((domain) =>
    (liveBinding(model, domain, repo)?.imports ?? []).map((entry) => ({
      domain,
      contract: entry.contract,
      entry,
      published: model.contract(domain, entry.contract),
    })),
  );
}

/** A repo's binding in a domain that is not at rest. */
function liveBinding(model: RealmModel, domain: string, repo: string): BindingFile | undefined {
  const binding = model.binding(domain, repo);
  return binding === undefined || model.domain(domain)?.archived === true ? undefined : binding.file;
}

/** A repo that imports a contract, and what it last recorded. */
export interface Consumer {
  repo: string;
  entry: ImportEntry;
}

export function consumersOf(model: RealmModel, domain: string, contract: string): Consumer[] {
  return model.bindings(domain).flatMap(({ file }) => {
    const entry = file.imports?.find((imported) => imported.contract === contract);
    return entry === undefined ? [] : [{ repo: file.repo, entry }];
  });
}
