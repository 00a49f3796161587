import type { JsonValue } from '../../json.ts';
import type { Why } from './formula.ts';

/**
 * What is known about a set of constraints: a value that satisfies them (`sure`, or only if the predicates nobody can
 * look into happen to hold), a proof that there is none, or neither.
 */
export type Outcome =
  | { is: 'sat'; value: JsonValue; sure: true }
  | { is: 'sat'; value: JsonValue; sure: false; why: Why }
  | { is: 'unsat' }
  | { is: 'unknown'; why: Why };

/** Keeps the most telling of several outcomes, any of which would do. */
export class Best {
  outcome: Outcome = { is: 'unsat' };

  /** True once nothing better can come. */
  take(outcome: Outcome): boolean {
    const rank = (candidate: Outcome): number =>
      candidate.is === 'unsat' ? 0 : candidate.is === 'unknown' ? 1 : candidate.sure ? 3 : 2;
    if (rank(outcome) > rank(this.outcome)) this.outcome = outcome;
    return rank(this.outcome) === 3;
  }
}
