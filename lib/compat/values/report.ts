import type { JsonValue } from '../../json.ts';
import type { Annotation } from '../annotations.ts';
import { shown } from '../shown.ts';
import type { Change, ValueComparison, Verdict } from '../types.ts';

/** A place in the value. */
export interface Place {
  /** JSON pointer. */
  pointer: string;
  /** What a change below this place may mean at most. */
  allowance: Annotation['change'];
}

/** What a comparison of two values has found, in the order in which it met it. */
export class Report {
  private readonly changes: Change[] = [];
  private breaking: Verdict | undefined;
  private unknown: Verdict | undefined;

  constructor(private readonly weakened: Verdict | undefined) {}

  result(): ValueComparison {
    const { weakened } = this;
    if (weakened && 'reason' in weakened) {
      const { reason, pointer } = weakened;
      this.changes.push({
        ...{ kind: 'changed', pointer, subject: reason, breaking: true, rule: 'value/promise-weakened' },
        ...{ level: 'breaking', where: placeOf(pointer), reason },
      });
    }
    const settled: Verdict = { verdict: this.changes.length > 0 ? 'compatible' : 'equal' };
    return { verdict: this.breaking ?? weakened ?? this.unknown ?? settled, changes: this.changes };
  }

  /** A value that the old side had and the new one does not; the first one is the witness of the whole. */
  breaks({ pointer, allowance }: Place, witness: JsonValue, keyword: string, reason: string): void {
    if (!allowance) this.breaking ??= { verdict: 'breaking', witness, pointer, keyword, reason };
  }

  /** What cannot be decided. */
  undecided({ pointer, allowance }: Place, keyword: string, reason: string): void {
    if (!allowance) this.unknown ??= { verdict: 'unknown', reason, pointer, keyword };
  }

  note({ pointer, allowance }: Place, change: Omit<Change, 'pointer' | 'where'>): void {
    const { kind, ...facts } = change;
    const placed: Change = { kind, pointer, ...facts, where: placeOf(pointer) };
    if (!allowance) {
      this.changes.push(placed);
      return;
    }
    const { witness: _allowed, ...rest } = placed;
    this.changes.push({
      ...rest,
      kind: allowance === 'described' ? 'described' : kind,
      breaking: false,
      level: allowance === 'described' ? 'none' : 'compatible',
    });
  }
}

/** An element or key that went. */
export const gone = (rule: string, subject: JsonValue): Omit<Change, 'pointer' | 'where'> => ({
  ...{ kind: 'removed', subject, breaking: true, rule, level: 'breaking', gone: true },
  ...{ witness: subject, reason: `${shown(subject)} was removed` },
});

/** An element or key that came. */
export const come = (rule: string, subject: JsonValue): Omit<Change, 'pointer' | 'where'> => ({
  ...{ kind: 'added', subject, breaking: false, rule, level: 'compatible' },
  reason: `${shown(subject)} was added`,
});

/** A pointer as people write a place: `write`, `buckets.logs`. */
const placeOf = (pointer: string): string =>
  pointer === ''
    ? 'the value'
    : pointer
        .slice(1)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join('.');
