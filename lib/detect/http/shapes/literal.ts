import type { JsonValue } from '../../../json.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import { type Located, plain } from '../../evaluate/values.ts';

const DEEPEST = 20;

/** The JSON value that code writes down, through names and imports; undefined where a part of it is not known. */
export function literalOf(at: Located, e: Evaluator, depth = 0): JsonValue | undefined {
  if (depth > DEEPEST) return undefined;
  const [value, ...others] = e.evaluate(at);
  if (value === undefined || others.length > 0) return undefined;
  if (value.t === 'null') return null;
  if (value.t === 'text') return value.literal ?? plain(value);
  if (value.t === 'list') {
    const items = e.elements(at).map((item) => literalOf(item, e, depth + 1));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (value.t !== 'map') return undefined;
  const found: Record<string, JsonValue> = {};
  for (const entry of value.entries) {
    const [key] = e.evaluate(entry.key);
    const name = plain(key);
    const inner = literalOf(entry.value, e, depth + 1);
    if (name === undefined || inner === undefined) return undefined;
    found[name] = inner;
  }
  return found;
}
