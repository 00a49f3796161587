import { canonical, isObject, type JsonValue } from '../../json.ts';
import type { Work } from '../schema/work.ts';
import type { Reader } from './types.ts';

/** Which element of one list of schemas is which of the other. */
export interface Paired {
  pairs: [old: number, now: number][];
  gone: number[];
  come: number[];
}

/**
 * Pairs the elements of two lists of schemas: those with the same text first, then those that say of themselves what they
 * are in the same way (a constant in a property, a title), those that were only given another name, and what is left by its
 * place.
 */
export function paired(
  old: readonly JsonValue[],
  now: readonly JsonValue[],
  before: Reader,
  after: Reader,
  work: Work,
): Paired {
  const pairs: [number, number][] = [];
  const [left, right] = [new Set(old.keys()), new Set(now.keys())];
  const match = (
    identity: (node: JsonValue | undefined, reader: Reader, work: Work) => string | undefined,
  ): void => {
    // Last first, so that the first is taken from the end.
    const waiting = new Map<string, number[]>();
    for (const at of [...right].reverse()) {
      const key = identity(now[at], after, work);
      const others = key === undefined ? undefined : waiting.get(key);
      if (others) others.push(at);
      else if (key !== undefined) waiting.set(key, [at]);
    }
    for (const at of [...left]) {
      const key = identity(old[at], before, work);
      const found = key === undefined ? undefined : waiting.get(key)?.pop();
      if (found === undefined) continue;
      pairs.push([at, found]);
      left.delete(at);
      right.delete(found);
    }
  };
  match((node) => {
    const text = canonical(node ?? true);
    work.spend(1 + (text.length >> 3));
    return text;
  });
  match(identityOf);
  match(contentOf);
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

/** What the schema says that a reference leads to. */
function contentOf(node: JsonValue | undefined, reader: Reader, work: Work): string | undefined {
  if (!isObject(node) || typeof node.$ref !== 'string') return undefined;
  const target = reader.follow(node.$ref, '')?.node;
  if (!isObject(target)) return undefined;
  const text = canonical(target);
  work.spend(1 + (text.length >> 3));
  return text;
}

/** What tells a variant from the others: its reference, its title, or the constants in its properties. */
function identityOf(node: JsonValue | undefined, reader: Reader, work: Work): string | undefined {
  if (!isObject(node)) return undefined;
  if (typeof node.title === 'string') return JSON.stringify(['title', node.title]);
  const target = typeof node.$ref === 'string' ? reader.follow(node.$ref, '')?.node : node;
  const properties = isObject(target) && isObject(target.properties) ? target.properties : {};
  const entries = Object.entries(properties);
  work.spend(2 + entries.length);
  const constants = entries.flatMap(([name, schema]): JsonValue[] => {
    if (!isObject(schema)) return [];
    const only = Array.isArray(schema.enum) && schema.enum.length === 1 ? schema.enum[0] : schema.const;
    return only === undefined ? [] : [[name, only]];
  });
  return constants.length > 0 ? canonical(constants) : undefined;
}
