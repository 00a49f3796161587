import { judged, verdictByReason } from '../../../compat/differences/order.ts';
import type { Change, ChangeLevel, ValueComparison } from '../../../compat/types.ts';
import { breaks, breaksAt, type CompatibilityLevel } from '../levels.ts';
import type { Model } from '../model/model.ts';
import type { Definition } from '../model/tree.ts';
import { Witnesses } from '../witness.ts';

/** What changes under no rule of `breaksAt`. */
export type OtherRule =
  | 'definition-added'
  | 'file-added'
  | 'field-added'
  | 'enum-value-added'
  | 'rpc-added'
  | 'oneof-added'
  | 'reserved-added'
  | 'extension-range-added'
  | 'field-presence-changed'
  | 'field-packed-changed'
  | 'deprecation-changed'
  | 'option-changed'
  | 'custom-option-changed'
  | 'import-unresolved';

export type RuleName = keyof typeof breaksAt | OtherRule;

/** One change as the comparison finds it. */
export interface Found {
  kind: Change['kind'];
  /** In words: `acme.Invoice.total`. */
  where: string;
  /** Pointers into the two sides; one that has no new side is gone. */
  old?: string | undefined;
  now?: string | undefined;
  reason: string;
  /** What the rule means here, where that is not the same everywhere. */
  level?: ChangeLevel | undefined;
  witness?: Change['witness'] | undefined;
}

/** Two trees that are compared, and the changes that were found. */
export class Comparison {
  private readonly changes: Change[] = [];
  readonly witnesses: Witnesses;
  /** The path that a file of the old side has in the new one. */
  readonly paths = new Map<string, string>();

  constructor(
    readonly old: Model,
    readonly now: Model,
    readonly level: CompatibilityLevel,
  ) {
    this.witnesses = new Witnesses(this);
  }

  /** The full name that a definition of the old side has in the new one: another package renames all that is in a file. */
  renamed(name: string): string {
    const file = this.old.tree.definitions.get(name)?.file;
    const path = file === undefined ? undefined : this.paths.get(file.path);
    const other = this.now.tree.files.find((candidate) => candidate.path === path);
    if (file === undefined || other === undefined || other.package === file.package) return name;
    const rest = file.package === '' ? name : name.slice(file.package.length + 1);
    return other.package === '' ? rest : `${other.package}.${rest}`;
  }

  /** The same definition in the new side. */
  counterpart<K extends Definition['kind']>(
    old: Definition & { kind: K },
  ): (Definition & { kind: K }) | undefined {
    const found = this.now.tree.definitions.get(this.renamed(old.name));
    return found?.kind === old.kind ? (found as Definition & { kind: K }) : undefined;
  }

  /** Does what breaks from that level on break here? */
  breaksFrom(level: CompatibilityLevel): boolean {
    return breaks(level, this.level);
  }

  add(rule: RuleName, { kind, where, old, now, reason, level, witness }: Found): void {
    const at = rule in breaksAt ? breaksAt[rule as keyof typeof breaksAt] : undefined;
    const means = level ?? (at !== undefined && this.breaksFrom(at) ? 'breaking' : 'compatible');
    this.changes.push({
      kind,
      pointer: now ?? old ?? '',
      ...(old === undefined ? {} : { oldPointer: old }),
      ...(now === undefined ? { gone: true as const } : {}),
      subject: reason,
      breaking: means === 'breaking' || means === 'unknown',
      ...{ rule: `protobuf/${rule}`, level: means, where },
      ...(means === 'breaking' ? { witness: witness ?? where } : {}),
      reason,
    });
  }

  result(): ValueComparison {
    return judged(this.changes, verdictByReason);
  }
}
