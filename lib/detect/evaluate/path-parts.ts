import { type Hole, unknown, type Value } from './values.ts';

type Pieces = (string | Hole)[];
type Text = Extract<Value, { t: 'text' }>;

/** What Python's paths have of themselves: `path.name`, `stem`, `suffix` and `parent`; undefined for anything else. */
export function pathPart({ parts }: Text, what: string): Value | undefined {
  if (!/^(?:name|stem|suffix|parent)$/.test(what)) return undefined;
  const slash = parts.findLastIndex((part) => typeof part === 'string' && part.includes('/'));
  const [folder, name] = slash < 0 ? [undefined, parts] : cut(parts, slash, '/');
  if (what === 'parent') return folder ? { t: 'text', parts: folder } : unknown('the folder of a path', what);
  if (what === 'name') return { t: 'text', parts: name };
  const last = name.at(-1);
  const dot = typeof last === 'string' ? last.lastIndexOf('.') : -1;
  const isWhole = name.every((part) => typeof part === 'string');
  if (dot < 0 || (dot === 0 && name.length === 1)) {
    if (what === 'stem') return { t: 'text', parts: name };
    return isWhole ? { t: 'text', parts: [] } : unknown('the ending of a path', what);
  }
  const [stem, ending] = cut(name, name.length - 1, '.');
  return { t: 'text', parts: what === 'stem' ? stem : [`.${ending.join('')}`] };
}

/** The pieces before and after the last separator of one of them. */
function cut(parts: Pieces, i: number, separator: string): [before: Pieces, after: Pieces] {
  const piece = String(parts[i]);
  const at = piece.lastIndexOf(separator);
  const without = (pieces: Pieces): Pieces => pieces.filter((part) => part !== '');
  return [
    without([...parts.slice(0, i), piece.slice(0, at)]),
    without([piece.slice(at + 1), ...parts.slice(i + 1)]),
  ];
}
