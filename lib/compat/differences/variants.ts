import { canonical, isObject, type JsonValue } from '../../json.ts';
import type { Reader } from './types.ts';

/** Which element of one list of schemas is which of the other. */
export interface Paired {
  pairs: [old: number, now: number][];
  gone: number[];
  come: number[];
}

/**
 * Pairs the elements of two lists of schemas: those with the same text first, then those that say of themselves what they
 * are in the same way (a constant in a property, a title), and what is left by its place.
 */
export function paired(
  old: readonly JsonValue[],
  now: readonly JsonValue[],
  before: Reader,
  after: Reader,
): Paired {
  const pairs: [number, number][] = [];
  const [left, right] = [new Set(old.keys()), new Set(now.keys())];
  const match = (identity: (node: JsonValue | undefined, reader: Reader) => string | undefined): void => {
    const waiting = new Map<string, number[]>();
    for (const at of right) {
      const key = identity(now[at], after);
      if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), at]);
    }
    for (const at of [...left]) {
      const key = identity(old[at], before);
      const found = key === undefined ? undefined : waiting.get(key)?.shift();
      if (found === undefined) continue;
      pairs.push([at, found]);
      left.delete(at);
      right.delete(found);
    }
  };
  match((node) => canonical(node ?? true));
  match(identityOf);
  if (left.size === right.size) {
    const rest = [...right];
    for (const [i, at] of [...left].entries()) {
      const other = rest[i];
      if (other === undefined || !alike(old[at], now[other])) continue;
      pairs.push([at, other]);
      left.delete(at);
      right.delete(other);
    }
  }
  return { pairs, gone: [...left], come: [...right] };
}

/** A schema under a name of its own is not another one that stands in its place. */
const alike = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  !(isObject(a) && isObject(b) && typeof a.$ref === 'string' && typeof b.$ref === 'string');

/** What tells a variant from the others: its reference, its title, or the constants in its properties. */
function identityOf(node: JsonValue | undefined, reader: Reader): string | undefined {
  if (!isObject(node)) return undefined;
  if (typeof node.title === 'string') return JSON.stringify(['title', node.title]);
  const target = typeof node.$ref === 'string' ? reader.follow(node.$ref, '')?.node : node;
  const properties = isObject(target) && isObject(target.properties) ? target.properties : {};
  const constants = Object.entries(properties).flatMap(([name, schema]): JsonValue[] => {
    if (!isObject(schema)) return [];
    const only = Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : schema.const;
    return only === undefined ? [] : [[name, only]];
  });
  return constants.length > 0 ? canonical(constants) : undefined;
}
