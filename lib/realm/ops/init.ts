import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import { changesOf } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface InitOp extends Op {
  verb: 'init';
  name: string;
}

/** A new realm: admission by approval, with its creator as the approver. */
export const init: Verb<InitOp> = {
  reads: () => [paths.realm],
  plan: (op, view) => {
    const there = view.model.realm;
    if (there !== undefined || view.model.has(paths.realm)) {
      throw new RealmError('realm-exists', `this is already a realm: '${there?.name ?? paths.realm}'`, {
        hint: 'to join it, in another repository: git realm join <path of this realm>',
      });
    }
    const changes = changesOf(view);
    changes.create('realm', paths.realm, {
      name: op.name,
      version: '1.0.0',
      created_at: op.at,
      governance: {
        admission: 'approval',
        approvers: [op.by],
        breaking_changes: { require_approval: true, grace_period_days: 14 },
      },
    });
    return changes.commit({ subject: `create realm ${op.name}`, nothing: 'the realm already exists' });
  },
};
