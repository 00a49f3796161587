import { paths } from '../kinds.ts';
import { samePerson } from '../people.ts';
import { changesOf } from './changes.ts';
import { notApprover } from './land.ts';
import type { Op, Verb } from './types.ts';

export interface InviteOp extends Op {
  verb: 'invite';
  repo: string;
  maintainers: string[];
}

/** An approver names a repo that may join, and who joins it. */
export const invite: Verb<InviteOp> = {
  reads: () => [],
  plan: (op, view) => {
    const { approvers } = view.model.governance();
    if (!approvers.some((approver) => samePerson(approver, op.by))) throw notApprover(op.by, approvers);
    const there = view.model.repo(op.repo);
    if (there !== undefined)
      return { kind: 'nothing', why: `'${op.repo}' is already ${there.status ?? 'active'}` };
    const changes = changesOf(view);
    changes.create('repo', paths.repo(op.repo), {
      name: op.repo,
      maintainers: op.maintainers,
      status: 'invited',
    });
    return changes.commit({ subject: `invite repo ${op.repo}`, nothing: 'already invited' });
  },
};
