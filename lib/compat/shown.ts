import { canonical, type JsonValue } from '../json.ts';

/** A value for a sentence, at most some 80 letters of it. */
export function shown(value: JsonValue): string {
  if (typeof value === 'string') return `'${value.length > 80 ? `${value.slice(0, 79)}…` : value}'`;
  const text = canonical(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `'a' became 'b'`: two long texts by where they differ, since their beginnings may be the same. */
export function becameWords(old: JsonValue, now: JsonValue): string {
  const [before, after] = [shown(old), shown(now)];
  if (before !== after || typeof old !== 'string' || typeof now !== 'string')
    return `${before} became ${after}`;
  const from = Math.max(0, firstDifference(old, now) - 20);
  const part = (text: string) =>
    shown(`…${text.slice(from, from + 60)}${from + 60 < text.length ? '…' : ''}`);
  return `${part(old)} became ${part(now)}`;
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/**
 * The path that a person would name for a pattern: with `x` for every wildcard. The shortest path that it matches has nothing
 * there (`jobs//masks/`), and reads like a mistake. `undefined` where the pattern has more than wildcards.
 */
export const spokenPath = (pattern: string): string | undefined =>
  /[$[\]\\{}!+@()]/.test(pattern) ? undefined : pattern.replace(/\*+|\?/g, 'x');
