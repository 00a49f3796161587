import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { isOutsider } from '../ownership.ts';
import { samePerson } from '../people.ts';
import { changesOf } from './changes.ts';
import { notApprover } from './land.ts';
import { dependentsOf, stillNeeded } from './leave.ts';
import type { Op, Verb } from './types.ts';

export interface EvictOp extends Op {
  verb: 'evict';
  repo: string;
}

/**
 * Approvers clear away what a repo has in a realm without being a member: its bindings in domains that it is not a member of, and
 * its registration where it is a member of none. What members have stays with the members.
 */
export const evict: Verb<EvictOp> = {
  reads: () => [],
  plan: (op, view) => {
    const { model } = view;
    const all = model.domainNames().flatMap((domain) =>
      model
        .bindings(domain)
        .filter(({ file }) => file.repo === op.repo)
        .map(({ path }) => ({ domain, path })),
    );
    const member = model.domainNames().filter((domain) => model.domain(domain)?.members?.includes(op.repo));
    const strange = all.filter(({ domain }) => isOutsider(model, domain, op.repo));
    const registered = model.repo(op.repo) !== undefined;
    if (!registered && all.length === 0)
      throw new RealmError('no-such-repo', `no repo '${op.repo}' in this realm`, {
        hint: `repos: ${model.repoNames().join(', ')}`,
      });
    for (const { domain } of strange) mustBeApprover(model, op.by, domain);
    const goes = registered && member.length === 0;
    if (goes) mustBeApprover(model, op.by);
    if (strange.length === 0 && !goes)
      throw new RealmError('still-member', `'${op.repo}' is a member of ${member.join(', ')}`, {
        exitCode: 1,
        hint: `a member must remove it first: git realm domain remove ${member[0]} --repos ${op.repo}`,
      });
    const dependents = goes ? dependentsOf(model, op.repo) : [];
    if (dependents.length > 0) throw stillNeeded(`others import from '${op.repo}'`, dependents);
    const changes = changesOf(view);
    for (const { path } of strange) changes.remove(path);
    if (goes) changes.remove(paths.repo(op.repo));
    return changes.commit({
      subject: `evict repo ${op.repo}`,
      body: [
        ...strange.map(({ domain }) => `its binding in ${domain}`),
        ...(goes ? ['its registration'] : []),
      ],
      facts: { domains: strange.map(({ domain }) => domain), registration: goes },
      nothing: `'${op.repo}' has no bindings or registration in this realm`,
    });
  },
};

function mustBeApprover(model: RealmModel, by: string, domain?: string): void {
  const { approvers } = model.governance(domain);
  if (!approvers.some((approver) => samePerson(approver, by))) throw notApprover(by, approvers);
}
