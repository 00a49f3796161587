import { judged, verdictByReason } from '../../compat/differences/order.ts';
import type { Change, ChangeLevel, ValueComparison } from '../../compat/types.ts';
import type { JsonValue } from '../../json.ts';

/** What every change means, where the comparison does not say otherwise. */
export const levels = {
  'type-changed': 'breaking',
  'type-removed': 'breaking',
  'type-added': 'compatible',
  'type-promoted': 'compatible',
  'name-changed': 'breaking',
  'name-changed-with-alias': 'compatible',
  'namespace-changed': 'compatible',
  'field-added': 'compatible',
  'field-without-default': 'breaking',
  'field-removed': 'compatible',
  'field-renamed-with-alias': 'compatible',
  'field-alias-ambiguous': 'unknown',
  'field-moved': 'compatible',
  'field-default-changed': 'compatible',
  'enum-symbol-removed': 'breaking',
  'enum-symbol-read-as-default': 'compatible',
  'enum-symbol-added': 'compatible',
  'enum-default-changed': 'compatible',
  'fixed-size-changed': 'breaking',
  'union-branch-removed': 'breaking',
  'union-branch-added': 'compatible',
  'union-order-changed': 'compatible',
  'union-removed': 'compatible',
  'union-introduced': 'compatible',
  'decimal-changed': 'breaking',
  'decimal-widened': 'unknown',
  'logical-type-changed': 'breaking',
  'logical-type-unclear': 'unknown',
  'aliases-changed': 'compatible',
  'attribute-changed': 'compatible',
  'doc-changed': 'none',
  'reference-unresolved': 'unknown',
  'message-removed': 'breaking',
  'message-added': 'compatible',
  'message-one-way-changed': 'breaking',
} as const satisfies Record<string, ChangeLevel>;

export type RuleName = keyof typeof levels;

/** One change as the comparison finds it. */
export interface Found {
  kind: Change['kind'];
  /** In words: `acme.Invoice.total`. */
  where: string;
  old?: string | undefined;
  now?: string | undefined;
  reason: string;
  witness?: JsonValue | undefined;
}

/** The changes that were found, each once. */
export class Report {
  private readonly changes: Change[] = [];
  private readonly seen = new Set<string>();

  add(rule: RuleName, { kind, where, old, now, reason, witness }: Found): void {
    const key = JSON.stringify([rule, old, now, reason]);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const level: ChangeLevel = levels[rule];
    this.changes.push({
      kind,
      pointer: now ?? old ?? '',
      ...(old === undefined ? {} : { oldPointer: old }),
      ...(now === undefined ? { gone: true as const } : {}),
      subject: reason,
      breaking: level === 'breaking' || level === 'unknown',
      ...{ rule: `avro/${rule}`, level, where },
      ...(level === 'breaking' ? { witness: witness ?? where } : {}),
      reason,
    });
  }

  result(): ValueComparison {
    return judged(this.changes, verdictByReason);
  }
}
