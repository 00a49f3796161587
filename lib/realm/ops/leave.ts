import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { isOutsider, mustMaintain, ownerOf } from '../ownership.ts';
import { changesOf } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface LeaveOp extends Op {
  verb: 'leave';
  repo: string;
  force: boolean;
}

/** Who imports a contract that this repo owns. */
export interface Dependent {
  repo: string;
  domain: string;
  contract: string;
  range: string;
}

/**
 * A repo leaves: its bindings, memberships and contracts go, its registration stays as `left`. Refused while others import
 * from it; forced, their imports read as broken.
 */
export const leave: Verb<LeaveOp> = {
  reads: (op, model) => [
    paths.repo(op.repo),
    ...model
      .domainNames()
      .filter((domain) => isMember(model, domain, op.repo))
      .map(paths.domain),
  ],
  plan: (op, view) => {
    const { model } = view;
    mustMaintain(model, op.repo, op.by);
    const dependents = dependentsOf(model, op.repo);
    if (dependents.length > 0 && !op.force)
      throw stillNeeded(`others import from '${op.repo}'`, dependents, 'or: git realm leave --force');
    const changes = changesOf(view);
    for (const domain of model.domainNames()) {
      for (const contract of model.contractNames(domain)) {
        if (ownerOf(model, domain, contract) === op.repo) changes.remove(paths.contract(domain, contract));
      }
      const binding = model.binding(domain, op.repo);
      if (binding !== undefined) changes.remove(binding.path);
      if (!isMember(model, domain, op.repo)) continue;
      const members = (model.domain(domain)?.members ?? []).filter((member) => member !== op.repo);
      changes.edit(paths.domain(domain), [{ op: 'set', path: ['members'], value: members }]);
    }
    if (model.repo(op.repo) !== undefined) {
      changes.edit(paths.repo(op.repo), [{ op: 'set', path: ['status'], value: 'left' }]);
    }
    return changes.commit({
      subject: `${op.repo} leaves the realm`,
      body: dependents.map(
        (dependent) =>
          `${dependent.repo} loses ${dependent.domain}/${dependent.contract} (${dependent.range})`,
      ),
      nothing: `'${op.repo}' is not in this realm`,
    });
  },
};

/** Every import, by another active repo, of a contract that `repo` owns. */
export function dependentsOf(model: RealmModel, repo: string): Dependent[] {
  return model.domainNames().flatMap((domain) =>
    model.bindings(domain).flatMap(({ file }) =>
      file.repo === repo || isOutsider(model, domain, file.repo)
        ? []
        : (file.imports ?? [])
            .filter((entry) => ownerOf(model, domain, entry.contract) === repo)
            .map((entry) => ({
              repo: file.repo,
              domain,
              contract: entry.contract,
              range: entry.version,
            })),
    ),
  );
}

const isMember = (model: RealmModel, domain: string, repo: string): boolean =>
  model.domain(domain)?.members?.includes(repo) ?? false;

/** Refused with who still needs what. */
export function stillNeeded(what: string, dependents: Dependent[], otherwise = ''): RealmError {
  const who = dependents
    .map((dependent) => `${dependent.repo} (${dependent.domain}/${dependent.contract} ${dependent.range})`)
    .join(', ');
  return new RealmError('still-needed', `${what}: ${who}`, {
    exitCode: 1,
    hint: ['ask their maintainers first', otherwise].filter(Boolean).join(', '),
    data: { dependents },
  });
}
