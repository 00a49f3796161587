import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import { mustMaintain, ownerOf } from '../ownership.ts';
import { changesOf } from './changes.ts';
import { theDomain } from './domain.ts';
import { formerly, mustBeFree } from './rename.ts';
import type { Op, Verb } from './types.ts';

export interface ContractRenameOp extends Op {
  verb: 'contract-rename';
  domain: string;
  contract: string;
  repo: string;
  to: string;
}

/**
 * A contract has another name, and its owner's binding follows. Imports by the old one still hold: each consumer's binding
 * follows when the consumer syncs.
 */
export const renameContract: Verb<ContractRenameOp> = {
  reads: (op, model) => [
    paths.contract(op.domain, op.contract),
    ...[model.binding(op.domain, op.repo)?.path ?? []].flat(),
  ],
  plan: (op, view) => {
    const { model } = view;
    theDomain(op.domain, model);
    const name = `${op.domain}/${op.contract}`;
    if (op.contract === op.to) return { kind: 'nothing', why: `its name is already '${op.to}'` };
    const file = model.contract(op.domain, op.contract);
    if (file === undefined)
      throw new RealmError('no-such-contract', `no contract '${op.contract}' in domain '${op.domain}'`, {
        hint: `git realm domain show ${op.domain}`,
      });
    const owner = ownerOf(model, op.domain, op.contract);
    if (owner !== op.repo)
      throw new RealmError('not-owner', `'${name}' belongs to '${owner}': '${op.repo}' may not rename it`, {
        exitCode: 1,
        hint: `ask the maintainers of ${owner}`,
      });
    mustMaintain(model, op.repo, op.by);
    mustBeFree('contract', op.contract, op.to, model.contractNames(op.domain), (contract) =>
      model.contractNow(op.domain, contract),
    );
    const changes = changesOf(view);
    changes.move(paths.contract(op.domain, op.contract), paths.contract(op.domain, op.to), [
      { op: 'set', path: ['name'], value: op.to },
      { op: 'set', path: ['formerly'], value: formerly(file.formerly, op.contract, op.to) },
    ]);
    const binding = model.binding(op.domain, op.repo);
    const at = binding?.file.exports?.findIndex((entry) => entry.contract === op.contract) ?? -1;
    if (binding !== undefined && at >= 0)
      changes.edit(binding.path, [{ op: 'set', path: ['exports', at, 'contract'], value: op.to }]);
    return changes.commit({
      subject: `${name}: rename to ${op.to}`,
      facts: { from: op.contract, to: op.to },
      nothing: `its name is already '${op.to}'`,
    });
  },
};
