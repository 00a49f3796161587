import { sunsetOf } from '../../compat/deprecations.ts';
import { RealmError } from '../../errors.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { mustMaintain, ownerOf } from '../ownership.ts';
import type { ContractFile, Deprecation } from '../types.ts';
import { changesOf, required } from './changes.ts';
import { theDomain } from './domain.ts';
import { type Dependent, dependentsOf, stillNeeded } from './leave.ts';
import type { Op, Verb } from './types.ts';

export interface RetireOp extends Op {
  verb: 'contract-retire';
  domain: string;
  contract: string;
  repo: string;
  /** The day from which it may go, `YYYY-MM-DD`; `null`: it is not retired after all. */
  sunset: string | null;
  reason?: string;
}

/** The owner announces that a contract will go: every consumer is warned until that day. */
export const retireContract: Verb<RetireOp> = {
  reads: (op) => [paths.contract(op.domain, op.contract)],
  plan: (op, view) => {
    const file = ownContract(view.model, op);
    const list = file.deprecations ?? [];
    const at = list.findIndex((deprecation) => deprecation.pointer === '');
    const entry = {
      pointer: '',
      since: file.version,
      ...(op.sunset === null ? {} : { sunset: op.sunset }),
      ...(op.reason === undefined ? {} : { reason: op.reason }),
    };
    const changes = changesOf(view);
    const edits = op.sunset === null ? withdrawn(list, at) : announced(list, at, entry);
    if (edits.length > 0) changes.edit(paths.contract(op.domain, op.contract), edits);
    const name = `${op.domain}/${op.contract}`;
    return changes.commit({
      subject:
        op.sunset === null
          ? `${name}: cancel its removal`
          : `${name}: ${op.repo} will remove it on ${op.sunset}`,
      facts: { sunset: op.sunset },
      nothing:
        op.sunset === null
          ? `'${name}' is not scheduled for removal`
          : `'${name}' is already scheduled for removal on ${op.sunset}`,
    });
  },
};

function announced(
  list: readonly Deprecation[],
  at: number,
  entry: Deprecation & { pointer: string },
): Edit[] {
  const known = list[at];
  if (known?.sunset === entry.sunset && known?.reason === entry.reason) return [];
  const value = entry as unknown as { [key: string]: string };
  if (at >= 0) return [{ op: 'set', path: ['deprecations', at], value }];
  return list.length === 0
    ? [{ op: 'set', path: ['deprecations'], value: [value] }]
    : [{ op: 'append', path: ['deprecations'], value }];
}

function withdrawn(list: readonly Deprecation[], at: number): Edit[] {
  if (at < 0) return [];
  return [{ op: 'delete', path: list.length === 1 ? ['deprecations'] : ['deprecations', at] }];
}

export interface RemoveContractOp extends Op {
  verb: 'contract-remove';
  domain: string;
  contract: string;
  repo: string;
  /** Although others still import it: only once its announced day is past. */
  force: boolean;
}

/**
 * A contract goes, with its export. At once where nobody imports it: a first publication by mistake costs nobody anything.
 * Throws `still-needed` where members import it, and `before-sunset` where it is forced before the day that was announced.
 */
export const removeContract: Verb<RemoveContractOp> = {
  reads: (op, model) => [model.binding(op.domain, op.repo)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const file = ownContract(view.model, op);
    const name = `${op.domain}/${op.contract}`;
    const dependents = importersOf(view.model, op);
    if (dependents.length > 0) {
      if (!op.force)
        throw stillNeeded(
          `'${name}' is still imported`,
          dependents,
          `or announce it: git realm contract retire ${name} --sunset <date>`,
        );
      if (!isRetired(file, new Date(op.at))) throw beforeSunset(name, file);
    }
    const changes = changesOf(view);
    const binding = view.model.binding(op.domain, op.repo);
    const exports = binding?.file.exports ?? [];
    const at = exports.findIndex((entry) => entry.contract === op.contract);
    if (binding !== undefined && at >= 0)
      changes.edit(binding.path, [
        { op: 'delete', path: exports.length === 1 ? ['exports'] : ['exports', at] },
      ]);
    changes.remove(paths.contract(op.domain, op.contract));
    return changes.commit({
      subject: `${name}: ${op.repo} removes it`,
      body: dependents.map((dependent) => `${dependent.repo} loses it (${dependent.range})`),
      nothing: `'${name}' does not exist`,
    });
  },
};

/** Is the day past from which the whole contract may go? */
export const isRetired = (file: ContractFile, now: Date): boolean =>
  (file.deprecations ?? []).some(
    (deprecation) => deprecation.pointer === '' && sunsetOf(deprecation, now).state === 'past',
  );

/** Members that import a contract. */
export const importersOf = (
  model: RealmModel,
  { domain, contract, repo }: { domain: string; contract: string; repo: string },
): Dependent[] =>
  dependentsOf(model, repo).filter(
    (dependent) => dependent.domain === domain && dependent.contract === contract,
  );

function beforeSunset(name: string, file: ContractFile): RealmError {
  const sunset = file.deprecations?.find((deprecation) => deprecation.pointer === '')?.sunset;
  const message =
    sunset === undefined
      ? `'${name}' has no announced removal date, and others import it`
      : `'${name}' will be removed on ${sunset}, and others still import it`;
  return new RealmError('before-sunset', message, {
    exitCode: 1,
    hint: `git realm contract retire ${name} --sunset <date>`,
  });
}

/** The contract of this repo. Throws `no-such-contract`, `not-owner`. */
function ownContract(
  model: RealmModel,
  op: { domain: string; contract: string; repo: string; by: string },
): ContractFile {
  theDomain(op.domain, model);
  mustMaintain(model, op.repo, op.by);
  const name = `${op.domain}/${op.contract}`;
  const file = required(
    model.contract(op.domain, op.contract),
    'no-such-contract',
    `no contract '${op.contract}' in domain '${op.domain}'`,
    `git realm domain show ${op.domain}`,
  );
  const owner = ownerOf(model, op.domain, op.contract);
  if (owner === undefined || owner === op.repo) return file;
  throw new RealmError('not-owner', `'${name}' belongs to '${owner}'`, {
    exitCode: 1,
    hint: `ask its maintainers: ${(model.repo(owner)?.maintainers ?? []).join(', ')}`,
  });
}

export interface RemoveImportOp extends Op {
  verb: 'import-remove';
  domain: string;
  contract: string;
  repo: string;
}

/** A repo no longer relies on a contract; it stays a member of the domain. */
export const removeImport: Verb<RemoveImportOp> = {
  reads: (op, model) => [model.binding(op.domain, op.repo)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    mustMaintain(view.model, op.repo, op.by);
    const binding = view.model.binding(op.domain, op.repo);
    const imports = binding?.file.imports ?? [];
    const at = imports.findIndex((entry) => entry.contract === op.contract);
    const changes = changesOf(view);
    if (binding !== undefined && at >= 0) {
      const last = imports.length === 1;
      changes.edit(binding.path, [
        { op: 'delete', path: last ? ['imports'] : ['imports', at] },
        ...(last && binding.file.role === 'both'
          ? [{ op: 'set' as const, path: ['role'], value: 'provider' }]
          : []),
      ]);
    }
    return changes.commit({
      subject: `${op.domain}/${op.contract}: ${op.repo} no longer imports it`,
      nothing: `'${op.repo}' does not import '${op.domain}/${op.contract}'`,
    });
  },
};

export interface DropDomainOp extends Op {
  verb: 'domain-drop';
  domain: string;
  repo: string;
}

/**
 * A domain goes with everything in it. Refused while a member imports anything there, or another repo has contracts there:
 * throws `still-needed`, `member-in-use`.
 */
export const dropDomain: Verb<DropDomainOp> = {
  reads: () => [],
  plan: (op, view) => {
    const { model } = view;
    const domain = model.domain(op.domain);
    if (domain === undefined) return { kind: 'nothing', why: `no domain '${op.domain}' in this realm` };
    mustMaintain(model, op.repo, op.by);
    const users = model.bindings(op.domain).flatMap(({ file }) =>
      (file.imports ?? []).map(({ contract, version }) => ({
        repo: file.repo,
        domain: op.domain,
        contract,
        range: version,
      })),
    );
    if (users.length > 0) throw stillNeeded(`domain '${op.domain}' is in use`, users);
    const foreign = model
      .contractNames(op.domain)
      .find((contract) => (ownerOf(model, op.domain, contract) ?? op.repo) !== op.repo);
    if (foreign !== undefined)
      throw new RealmError(
        'member-in-use',
        `'${ownerOf(model, op.domain, foreign)}' still has ${foreign} in domain '${op.domain}'`,
        { exitCode: 1, hint: `there: git realm export --remove ${op.domain}/${foreign}` },
      );
    const changes = changesOf(view);
    for (const path of model.under(`domains/${op.domain}/`)) changes.remove(path);
    return changes.commit({
      subject: `${op.domain}: remove the domain`,
      nothing: `no domain '${op.domain}' in this realm`,
    });
  },
};
