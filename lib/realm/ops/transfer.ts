import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { mustNotCloseOwnerCycle } from '../cycles.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { hasJoined, mustMaintain, ownerOf } from '../ownership.ts';
import type { ContractFile } from '../types.ts';
import { type Changes, changesOf } from './changes.ts';
import { liveDomain } from './domain.ts';
import type { Op, Verb, View } from './types.ts';

export interface OfferOp extends Op {
  verb: 'contract-offer';
  domain: string;
  contract: string;
  /** Who says it: the owner, or the recipient who declines the offer. */
  repo: string;
  /** The repo it is offered to; `null`: the offer is withdrawn, or declined. */
  to: string | null;
}

/** An owner gives a contract to another member, who has to accept it; either of them takes the offer back. */
export const offerContract: Verb<OfferOp> = {
  reads: (op) => [paths.contract(op.domain, op.contract)],
  plan: (op, { model, ...view }) => {
    const { file, owner } = owned(model, op);
    mustMaintain(model, op.repo, op.by);
    const mayDecline = op.to === null && offeredTo(model, file) === op.repo;
    if (owner !== op.repo && !mayDecline) throw notYours(op, owner);
    if (op.to !== null) mustBeAble(model, op, op.to);
    const changes = changesOf({ model, ...view });
    const path = paths.contract(op.domain, op.contract);
    if (op.to === null) {
      if (file.offered_to !== undefined) changes.edit(path, [{ op: 'delete', path: ['offered_to'] }]);
    } else if (file.offered_to !== op.to)
      changes.edit(path, [{ op: 'set', path: ['offered_to'], value: op.to }]);
    const name = `${op.domain}/${op.contract}`;
    const away = owner === op.repo ? `${op.repo} keeps it` : `${op.repo} declines it`;
    return changes.commit({
      subject: op.to === null ? `${name}: ${away}` : `${name}: ${op.repo} offers it to ${op.to}`,
      nothing: op.to === null ? `'${name}' is not offered` : `'${name}' is already offered to '${op.to}'`,
    });
  },
};

export interface AcceptOp extends Op {
  verb: 'contract-accept';
  domain: string;
  contract: string;
  repo: string;
}

/**
 * The new owner accepts: the contract is theirs, and their binding exports it, without a source until they set one. The
 * old owner's binding must be fixed by the old owner. Consumers see no change.
 */
export const acceptContract: Verb<AcceptOp> = {
  reads: (op, model) => [
    paths.contract(op.domain, op.contract),
    model.binding(op.domain, op.repo)?.path ?? paths.binding(op.domain, op.repo),
  ],
  plan: (op, view) => {
    const { model } = view;
    const { file, owner } = owned(model, op);
    mustMaintain(model, op.repo, op.by);
    if (owner === op.repo && file.offered_to === undefined)
      return { kind: 'nothing', why: `'${op.contract}' already belongs to '${op.repo}'` };
    if (offeredTo(model, file) !== op.repo) throw notOffered(op, owner);
    mustBeAble(model, op, op.repo);
    const changes = changesOf(view);
    changes.edit(paths.contract(op.domain, op.contract), [
      { op: 'set', path: ['owner'], value: op.repo },
      { op: 'delete', path: ['offered_to'] },
      // It names a commit of the old owner's repository.
      ...(file.source_commit === undefined ? [] : [{ op: 'delete' as const, path: ['source_commit'] }]),
    ]);
    exportFrom(view, changes, op);
    return changes.commit({
      subject: `${op.domain}/${op.contract}: ${op.repo} takes over from ${owner}`,
      facts: { from: owner ?? null, to: op.repo },
      nothing: 'it is already taken over',
    });
  },
};

/** The new owner's binding exports the contract, and imports it no longer. */
function exportFrom({ model }: View, changes: Changes, op: AcceptOp): void {
  const entry: JsonObject = { contract: op.contract };
  const binding = model.binding(op.domain, op.repo);
  if (binding === undefined) {
    const file = { repo: op.repo, role: 'provider' as const, exports: [{ contract: op.contract }] };
    changes.create('binding', paths.binding(op.domain, op.repo), file);
    return;
  }
  const imports = (binding.file.imports ?? []).filter((imported) => imported.contract !== op.contract);
  const kept = imports as unknown as JsonValue[];
  const role = imports.length > 0 ? 'both' : 'provider';
  changes.edit(binding.path, [
    ...(imports.length === (binding.file.imports ?? []).length
      ? []
      : [{ op: 'set' as const, path: ['imports'], value: kept }]),
    ...(binding.file.exports?.some((exported) => exported.contract === op.contract)
      ? []
      : binding.file.exports?.length
        ? [{ op: 'append' as const, path: ['exports'], value: entry }]
        : [{ op: 'set' as const, path: ['exports'], value: [entry] }]),
    ...(binding.file.role === role ? [] : [{ op: 'set' as const, path: ['role'], value: role }]),
  ]);
}

/** The recipient of an offer may have been renamed since. */
const offeredTo = (model: RealmModel, { offered_to: to }: ContractFile): string | undefined =>
  to === undefined ? undefined : model.repoNow(to);

type Addressed = Pick<OfferOp, 'domain' | 'contract' | 'repo'>;

function owned(model: RealmModel, op: Addressed): { file: ContractFile; owner: string | undefined } {
  liveDomain(op.domain, model);
  const file = model.contract(op.domain, op.contract);
  if (file !== undefined) return { file, owner: ownerOf(model, op.domain, op.contract) };
  throw new RealmError('no-such-contract', `no contract '${op.contract}' in domain '${op.domain}'`, {
    hint: `git realm domain show ${op.domain}`,
  });
}

/** Anyone who owns a contract is a member that has joined, and relies on nobody who relies on it. */
function mustBeAble(model: RealmModel, op: Addressed, to: string): void {
  const name = `${op.domain}/${op.contract}`;
  if (ownerOf(model, op.domain, op.contract) === to)
    throw new RealmError('owner-already', `'${name}' already belongs to '${to}'`, { exitCode: 1 });
  if (!hasJoined(model, to))
    throw new RealmError('not-joined', `'${to}' has not joined this realm: it cannot own '${name}'`, {
      exitCode: 1,
      hint: `repos: ${model.repoNames().join(', ')}`,
    });
  if (!model.domain(op.domain)?.members?.includes(to))
    throw new RealmError('not-a-member', `'${to}' is not in domain '${op.domain}'`, {
      exitCode: 1,
      hint: `git realm domain add ${op.domain} --repos ${to}`,
    });
  mustNotCloseOwnerCycle(model, op.domain, op.contract, to);
}

const notYours = (op: OfferOp, owner: string | undefined): RealmError =>
  new RealmError('not-owner', `'${op.contract}' belongs to '${owner}': '${op.repo}' cannot give it away`, {
    exitCode: 1,
    hint: `ask the maintainers of ${owner}`,
  });

const notOffered = (op: AcceptOp, owner: string | undefined): RealmError =>
  new RealmError('not-offered', `'${op.domain}/${op.contract}' is not offered to '${op.repo}'`, {
    exitCode: 1,
    hint: `ask a maintainer of ${owner} to run: git realm contract transfer ${op.domain}/${op.contract} --to ${op.repo}`,
  });
