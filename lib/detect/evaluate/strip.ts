import { type Hole, partsOf, type Value } from './values.ts';

/** A text without what is stripped from its ends: `removeprefix`, `removesuffix`, `lstrip`, `rstrip`, or both sides. */
export function strip(value: Value, how: string, what: string | undefined): Value {
  if (value.t !== 'text') return value;
  const parts = [...value.parts];
  const first = parts[0];
  const last = parts.at(-1);
  const set = what === undefined ? /\s/ : undefined;
  const drops = (char: string) => (set ? set.test(char) : (what ?? '').includes(char));
  if (how === 'removeprefix') {
    if (typeof first === 'string' && what && first.startsWith(what)) parts[0] = first.slice(what.length);
  } else if (how === 'removesuffix') {
    if (typeof last === 'string' && what && last.endsWith(what))
      parts[parts.length - 1] = last.slice(0, -what.length);
  } else {
    if (how !== 'rstrip' && typeof first === 'string') {
      let i = 0;
      while (i < first.length && drops(first.charAt(i))) i++;
      parts[0] = first.slice(i);
    }
    const end = parts.at(-1);
    if (how !== 'lstrip' && typeof end === 'string') {
      let i = end.length;
      while (i > 0 && drops(end.charAt(i - 1))) i--;
      parts[parts.length - 1] = end.slice(0, i);
    }
  }
  return { t: 'text', parts: parts.filter((part) => part !== '') };
}

/** The pieces with `to` for each `from` in what is known of them. */
export function replaceIn(parts: readonly (string | Hole)[], from: string, to: Value): Value {
  const replaced = parts.flatMap((part) => {
    if (typeof part !== 'string') return [part];
    return part.split(from).flatMap((piece, i) => (i === 0 ? [piece] : [...partsOf(to), piece]));
  });
  return { t: 'text', parts: replaced.filter((part) => part !== '') };
}

/** `a//b` and `/` at the seams made one, `./` dropped. */
export function collapse(parts: ReturnType<typeof partsOf>): ReturnType<typeof partsOf> {
  return parts.map((part) =>
    typeof part === 'string' ? part.replace(/(^|[^:/])\/{2,}/g, '$1/').replace(/\/(?:\.\/)+/g, '/') : part,
  );
}
