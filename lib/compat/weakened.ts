import { isObject, type JsonValue, pointerToken, sameJson } from '../json.ts';
import { type Annotation, Guide, type Kind } from './annotations.ts';
import type { Verdict } from './types.ts';

/**
 * The first place of a value whose schema promises less than before about what may change there, or nothing: a kind that
 * allows more, or `x-realm.change` where there was none. It breaks by itself, since the next change below it would not.
 */
export function weakened(
  value: JsonValue,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): (Verdict & { verdict: 'breaking' }) | undefined {
  return sameJson(before ?? {}, after ?? {}) ? undefined : at('', value, new Guide(before), new Guide(after));
}

function at(
  pointer: string,
  value: JsonValue,
  before: Guide,
  after: Guide,
): (Verdict & { verdict: 'breaking' }) | undefined {
  const { annotation: was } = before;
  const { annotation: is } = after;
  // Below it anything could change all along.
  if (was.change !== undefined) return undefined;
  const breaks = (keyword: string, reason: string) =>
    ({ verdict: 'breaking', witness: value, pointer, keyword, reason }) as const;
  const where = pointer === '' ? 'the value' : `'${pointer}'`;
  if (is.change !== undefined)
    return breaks('x-realm.change', `${where} could now change freely (x-realm.change: ${is.change})`);
  if (strength(value, is) < strength(value, was))
    return breaks(
      'x-realm.kind',
      `${where} is now compared as '${kindOf(value, is)}' instead of '${kindOf(value, was)}', which promises less`,
    );
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = at(`${pointer}/${index}`, item, before.item(index), after.item(index));
      if (found !== undefined) return found;
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const found = at(`${pointer}/${pointerToken(key)}`, item, before.property(key), after.property(key));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What each kind holds a provider to: the higher, the fewer changes pass. */
function strength(value: JsonValue, annotation: Annotation): number {
  const kind = kindOf(value, annotation);
  if (Array.isArray(value)) return { paths: 0, set: 1, record: 2, list: 2, scalar: 3 }[kind];
  if (isObject(value)) return kind === 'scalar' || kind === 'paths' ? 1 : 0;
  return typeof value === 'string' && kind === 'paths' ? 0 : 1;
}

function kindOf(value: JsonValue, { kind }: Annotation): Kind {
  if (kind !== undefined) return kind;
  if (Array.isArray(value))
    return value.every((item) => typeof item !== 'object' || item === null) ? 'set' : 'list';
  return isObject(value) ? 'record' : 'scalar';
}
