import { atPointer, canonical, type JsonObject, type JsonValue } from '../../json.ts';
import { references } from '../openapi/compare/unchanged.ts';

/** A value as text, with all that its references lead to. */
export function closureOf(document: JsonObject, value: JsonValue): string {
  const found = [canonical(value)];
  const seen = new Set<string>();
  const waiting = references(value);
  for (let $ref = waiting.pop(); $ref !== undefined; $ref = waiting.pop()) {
    if (seen.has($ref) || !$ref.startsWith('#/')) continue;
    seen.add($ref);
    const target = atPointer(document, $ref.slice(1)) ?? null;
    found.push(`${$ref} ${canonical(target)}`);
    waiting.push(...references(target));
  }
  return [found[0], ...found.slice(1).sort()].join('\n');
}
