import type { Change, ChangeLevel } from '../../compat/types.ts';
import type { JsonValue } from '../../json.ts';

interface Said {
  rule: string;
  level: ChangeLevel;
  where: string;
  reason: string;
  pointer: string;
  oldPointer?: string;
  kind?: 'added' | 'removed';
  subject?: JsonValue;
  before?: JsonValue;
  witness?: JsonValue;
}

/** A change of what is not a schema. */
export function changeOf({
  rule,
  level,
  kind,
  subject,
  where,
  pointer,
  oldPointer = pointer,
  ...more
}: Said): Change {
  return {
    kind: level === 'none' ? 'described' : (kind ?? 'changed'),
    pointer: kind === 'removed' ? oldPointer : pointer,
    ...(kind === undefined ? { oldPointer } : kind === 'removed' ? { oldPointer, gone: true as const } : {}),
    ...{ subject: subject ?? where, breaking: level === 'breaking' || level === 'unknown' },
    ...{ rule: `helm/${rule}`, level, where, ...more },
  };
}
