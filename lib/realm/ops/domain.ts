import { RealmError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { kindNamed } from '../../kinds/index.ts';
import { mustNotCloseDomainCycle } from '../cycles.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { isOutsider, maintains, mustMaintain, ownerOf } from '../ownership.ts';
import type { BindingFile, ContentEntry, ContractFile, DetectorEntry, Role } from '../types.ts';
import { changesOf, union } from './changes.ts';
import { type Dependent, stillNeeded } from './leave.ts';
import type { Op, Verb } from './types.ts';

/** A contract that is made together with its domain, or by `export`. */
export interface NewContract {
  name: string;
  version: string;
  description?: string;
  schema: JsonObject;
  value: ContractFile['value'];
  /** What it is about and the files that say it, in the place of `schema` and `value`. */
  kind?: string;
  content?: ContentEntry[];
  /** The provider's commit it was read from; absent for a value written by hand. */
  source?: string;
  source_files?: string[];
  extract?: DetectorEntry;
}

export interface DomainCreateOp extends Op {
  verb: 'domain-create';
  domain: string;
  members: string[];
  provider: string;
  description?: string;
}

/** A coordination context: its members, an empty binding with a role for each, and the provider's first contracts. */
export const domainCreate: Verb<DomainCreateOp> = {
  reads: () => [],
  plan: (op, view) => {
    if (view.model.domainNames().includes(op.domain)) {
      throw new RealmError('domain-exists', `domain '${op.domain}' already exists`, {
        hint: `git realm domain show ${op.domain}`,
      });
    }
    const consumers = op.members.filter((member) => member !== op.provider);
    mustNotCloseDomainCycle(view.model, op.domain, [op.provider], consumers);
    const contracts = contractsIn(op.payload);
    const changes = changesOf(view);
    changes.create('domain', paths.domain(op.domain), {
      name: op.domain,
      ...(op.description === undefined ? {} : { description: op.description }),
      created_at: op.at,
      members: op.members,
    });
    for (const member of op.members) {
      const provides = member === op.provider;
      changes.create('binding', paths.binding(op.domain, member), {
        repo: member,
        role: provides ? 'provider' : 'consumer',
        ...(provides && contracts.length > 0 ? { exports: contracts.map(exportEntry) } : {}),
      });
    }
    for (const contract of contracts) {
      changes.create(
        'contract',
        paths.contract(op.domain, contract.name),
        contractFile(contract, op.provider, op.at),
      );
    }
    return changes.commit({
      subject: `${op.domain}: create domain of ${op.members.join(', ')}`,
      body: contracts.map((contract) => `${contract.name} ${contract.version} from ${op.provider}`),
      nothing: 'the domain already exists',
    });
  },
  restore: (op, own) => ({
    contracts: own.model.contractNames(op.domain).flatMap((name) => {
      const contract = own.model.contract(op.domain, name);
      const entry = own.model
        .binding(op.domain, op.provider)
        ?.file.exports?.find((exported) => exported.contract === name);
      return contract === undefined ? [] : [newContractOf(contract, entry) as unknown as JsonObject];
    }),
  }),
};

export interface DomainMembersOp extends Op {
  verb: 'domain-add' | 'domain-remove';
  domain: string;
  repos: string[];
  role?: Role;
}

/** More members, each with an empty binding. */
export const domainAdd: Verb<DomainMembersOp> = {
  reads: (op) => [paths.domain(op.domain)],
  plan: (op, view) => {
    const domain = liveDomain(op.domain, view.model);
    const added = op.repos.filter((repo) => !domain.members?.includes(repo));
    const inRole = (role: Role) =>
      view.model.bindings(op.domain).flatMap(({ file }) => (file.role === role ? [file.repo] : []));
    const role = op.role ?? 'consumer';
    if (role === 'consumer') mustNotCloseDomainCycle(view.model, op.domain, inRole('provider'), added);
    if (role === 'provider') mustNotCloseDomainCycle(view.model, op.domain, added, inRole('consumer'));
    const changes = changesOf(view);
    if (added.length > 0) {
      const members = union(domain.members, added);
      changes.edit(paths.domain(op.domain), [{ op: 'set', path: ['members'], value: members }]);
    }
    for (const repo of added) {
      if (view.model.binding(op.domain, repo) !== undefined) continue;
      const binding: BindingFile = { repo, role };
      changes.create('binding', paths.binding(op.domain, repo), binding);
    }
    const subject = `${op.domain}: add ${added.join(', ')}`;
    return changes.commit({ subject, nothing: `already in '${op.domain}': ${op.repos.join(', ')}` });
  },
};

/** Members that neither export to nor import from the domain go. */
export const domainRemove: Verb<DomainMembersOp> = {
  reads: (op) => [paths.domain(op.domain)],
  plan: (op, view) => {
    const domain = theDomain(op.domain, view.model);
    const removed = op.repos.filter((repo) => domain.members?.includes(repo));
    const changes = changesOf(view);
    for (const repo of removed) {
      const binding = view.model.binding(op.domain, repo);
      const uses = [...(binding?.file.exports ?? []), ...(binding?.file.imports ?? [])].map(
        (entry) => entry.contract,
      );
      if (uses.length > 0) {
        throw new RealmError(
          'member-in-use',
          `'${repo}' still has ${uses.join(', ')} in domain '${op.domain}'`,
          {
            exitCode: 1,
            hint: `git realm show ${op.domain}/${uses[0]}`,
          },
        );
      }
      if (binding !== undefined) changes.remove(binding.path);
    }
    if (removed.length > 0) {
      const members = (domain.members ?? []).filter((repo) => !removed.includes(repo));
      // With its last member a domain goes as a whole: nobody could change what is left of it.
      if (members.length === 0 && view.model.contractNames(op.domain).length === 0)
        for (const path of view.model.under(`domains/${op.domain}/`)) changes.remove(path);
      else changes.edit(paths.domain(op.domain), [{ op: 'set', path: ['members'], value: members }]);
    }
    const subject = `${op.domain}: remove ${removed.join(', ')}`;
    return changes.commit({ subject, nothing: `not in '${op.domain}': ${op.repos.join(', ')}` });
  },
};

/** The domain's file, or a refusal that names the ones there are. */
export function theDomain(name: string, model: RealmModel) {
  const found = model.domain(name);
  if (found !== undefined) return found;
  const known = model.domainNames();
  const hint =
    known.length === 0 ? `git realm domain create ${name} --repos …` : `domains: ${known.join(', ')}`;
  throw new RealmError('no-such-domain', `no domain '${name}' in this realm`, { hint });
}

/** A domain that things still happen in. Throws `domain-archived`. */
export function liveDomain(name: string, model: RealmModel) {
  const domain = theDomain(name, model);
  if (domain.archived !== true) return domain;
  throw new RealmError(
    'domain-archived',
    `domain '${name}' is archived: nothing can be published or imported there`,
    {
      exitCode: 1,
      hint: `git realm domain archive ${name} --undo`,
    },
  );
}

export interface DomainArchiveOp extends Op {
  verb: 'domain-archive';
  domain: string;
  /** The member that says so. */
  repo: string;
  archived: boolean;
}

/** A domain goes to rest, or comes back. Refused while others still rely on a contract in it. */
export const domainArchive: Verb<DomainArchiveOp> = {
  reads: (op) => [paths.domain(op.domain)],
  plan: (op, view) => {
    const domain = theDomain(op.domain, view.model);
    mustMaintain(view.model, op.repo, op.by);
    if (!domain.members?.includes(op.repo))
      throw new RealmError('not-a-member', `'${op.repo}' is not in domain '${op.domain}'`, { exitCode: 1 });
    const others = usersOf(view.model, op.domain).filter(({ repo }) => !maintains(view.model, repo, op.by));
    if (op.archived && others.length > 0) throw stillNeeded(`domain '${op.domain}' is in use`, others);
    const changes = changesOf(view);
    if ((domain.archived ?? false) !== op.archived)
      changes.edit(paths.domain(op.domain), [
        op.archived ? { op: 'set', path: ['archived'], value: true } : { op: 'delete', path: ['archived'] },
      ]);
    return changes.commit({
      subject: `${op.domain}: ${op.archived ? 'archive' : 'unarchive'}`,
      nothing: `domain '${op.domain}' ${op.archived ? 'is already archived' : 'is not archived'}`,
    });
  },
};

/** Which members of a domain import something there that another repo owns. */
export const usersOf = (model: RealmModel, domain: string): Dependent[] =>
  model
    .bindings(domain)
    .filter(({ file }) => !isOutsider(model, domain, file.repo))
    .flatMap(({ file }) =>
      (file.imports ?? [])
        .filter(({ contract }) => ownerOf(model, domain, contract) !== file.repo)
        .map(({ contract, version }) => ({ repo: file.repo, domain, contract, range: version })),
    );

/** What a new contract promises: most kinds, that what was relied on before still holds. */
const promisesOf = (kind: string | undefined): { backwards: boolean; forwards: boolean } => ({
  ...((kind === undefined ? undefined : kindNamed(kind)?.promises) ?? { backwards: true, forwards: false }),
});

export function contractFile(contract: NewContract, owner: string, at: string): ContractFile {
  const says =
    contract.content === undefined
      ? { schema: contract.schema, value: contract.value ?? null }
      : { content: contract.content };
  return {
    name: contract.name,
    ...(contract.kind === undefined ? {} : { kind: contract.kind }),
    version: contract.version,
    owner,
    ...(contract.description === undefined ? {} : { description: contract.description }),
    compatibility: promisesOf(contract.kind),
    ...says,
    changelog: [{ version: contract.version, date: at.slice(0, 10), changes: ['First version'] }],
    ...(contract.source === undefined ? {} : { source_commit: contract.source }),
  };
}

export const exportEntry = (contract: NewContract) => ({
  contract: contract.name,
  ...(contract.source_files?.length ? { source_files: contract.source_files } : {}),
  ...(contract.extract === undefined ? {} : { extract: contract.extract }),
});

export function newContractOf(
  file: ContractFile,
  entry?: { source_files?: string[]; extract?: DetectorEntry },
): NewContract {
  return {
    name: file.name,
    version: file.version,
    ...(file.description === undefined ? {} : { description: file.description }),
    schema: (typeof file.schema === 'object' ? file.schema : {}) as JsonObject,
    value: file.value,
    ...(file.kind === undefined ? {} : { kind: file.kind }),
    ...(file.content === undefined ? {} : { content: file.content }),
    ...(file.source_commit === undefined ? {} : { source: file.source_commit }),
    ...(entry?.source_files === undefined ? {} : { source_files: entry.source_files }),
    ...(entry?.extract === undefined ? {} : { extract: entry.extract }),
  };
}

const contractsIn = (payload: JsonObject | undefined): NewContract[] =>
  (payload?.contracts ?? []) as unknown as NewContract[];
