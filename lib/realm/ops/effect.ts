import { RealmError } from '../../errors.ts';
import { graceOf, isOver } from '../grace.ts';
import { paths } from '../kinds.ts';
import { changesOf } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface EffectOp extends Op {
  verb: 'effect';
  domain: string;
  contract: string;
  version: string;
  /** The repos that acknowledged the version, as the notes had it. */
  acknowledged: string[];
}

/** A breaking version takes effect before its date, since every consumer is ready for it. */
export const effect: Verb<EffectOp> = {
  reads: (op) => [paths.contract(op.domain, op.contract)],
  plan: (op, view) => {
    const at = Date.parse(op.at);
    const grace = graceOf(view.model, op.domain, op.contract, new Set(op.acknowledged), at);
    if (grace === null || grace.version !== op.version)
      return { kind: 'nothing', why: `'${op.contract}' ${op.version} has no running grace period` };
    if (!isOver(grace))
      throw new RealmError(
        'grace-period',
        `'${op.contract}' ${op.version} waits for ${grace.missing.join(', ') || 'its date'}`,
        { exitCode: 1, hint: 'git realm status' },
      );
    const changes = changesOf(view);
    changes.edit(paths.contract(op.domain, op.contract), [
      { op: 'set', path: ['effective_at'], value: op.at },
    ]);
    return changes.commit({
      subject: `${op.domain}/${op.contract}: ${op.version} in effect, ${grace.ready.join(', ')} ready`,
      nothing: 'it is already in effect',
    });
  },
};
