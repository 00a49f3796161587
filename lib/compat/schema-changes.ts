import { isObject, type JsonValue, pointerToken, sameJson } from '../json.ts';

/** One place where two schemas differ, as text differs: what it means is the verdict's to say. */
export interface SchemaChange {
  kind: 'added' | 'removed' | 'changed';
  /** JSON pointer into the schemas. */
  pointer: string;
  before?: JsonValue;
  after?: JsonValue;
}

/** Where two schemas differ, key by key; lists that differ in length are compared position by position too. */
export function schemaChanges(before: JsonValue, after: JsonValue): SchemaChange[] {
  const changes: SchemaChange[] = [];
  walk('', before, after, changes);
  return changes;
}

function walk(pointer: string, before: JsonValue, after: JsonValue, changes: SchemaChange[]): void {
  if (sameJson(before, after)) return;
  const [old, now] = [membersOf(before), membersOf(after)];
  if (old === undefined || now === undefined || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({ kind: 'changed', pointer, before, after });
    return;
  }
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const at = `${pointer}/${pointerToken(key)}`;
    const [was, is] = [old.get(key), now.get(key)];
    if (was === undefined && is !== undefined) changes.push({ kind: 'added', pointer: at, after: is });
    else if (was !== undefined && is === undefined)
      changes.push({ kind: 'removed', pointer: at, before: was });
    else if (was !== undefined && is !== undefined) walk(at, was, is, changes);
  }
}

/** Members by key or position; nothing for what has none. */
function membersOf(value: JsonValue): Map<string, JsonValue> | undefined {
  if (Array.isArray(value)) return new Map(value.map((item, at) => [String(at), item]));
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}
