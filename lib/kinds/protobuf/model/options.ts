import type { JsonObject, JsonValue } from '../../../json.ts';
import type { ProtoOption } from '../parse/types.ts';

/** The value of an option that is set by its own name; the last one counts. */
export const optionOf = (options: readonly ProtoOption[], name: string): JsonValue | undefined =>
  options.findLast((option) => option.name === name)?.value;

/** Options that anybody defines, and features of single languages, in parentheses. */
export const isCustom = ({ name }: ProtoOption): boolean => name.includes('(');

/** Options that are not of the descriptor's own messages: they are fields of the definition. */
const OWN = new Set(['default', 'json_name']);

/** The options that Protocol Buffers itself has, as the JSON of their message. */
export function builtIn(options: readonly ProtoOption[]): JsonObject | undefined {
  const found: JsonObject = {};
  for (const { name, value } of options) {
    if (name.includes('(') || OWN.has(name)) continue;
    const keys = name.split('.');
    let here = found;
    for (const key of keys.slice(0, -1)) {
      const inner = here[key];
      const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
      here[key] = next;
      here = next;
    }
    here[keys.at(-1) ?? ''] = value;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
