import type { Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { joinParts, type Located, type partsOf, plain, unknown, type Value } from './values.ts';

/** An `s3://` address taken apart: its bucket is the host, its key the path with a slash before it. */
export function parsedAddress(value: Value): Value {
  if (value.t !== 'text') return value;
  const [first, ...more] = value.parts;
  const scheme = typeof first === 'string' ? /^s3[an]?:\/\//.exec(first)?.[0] : undefined;
  if (typeof first !== 'string' || scheme === undefined) return unknown('an unknown address');
  const [before, after] = atFirst([first.slice(scheme.length), ...more], '/');
  const host: Value[] = [{ t: 'text', parts: before }];
  const path: Value[] = [{ t: 'text', parts: joinParts(['/'], after) }];
  const props = new Map<string, Value[]>([['text', [value]]]);
  for (const name of ['netloc', 'hostname', 'host', 'Host', 'getHost', 'host_str', 'authority'])
    props.set(name, host);
  for (const name of ['path', 'pathname', 'Path', 'getPath']) props.set(name, path);
  // The SDK's own parsers give the key without a slash.
  for (const name of ['getBucket', 'bucket']) props.set(name, host);
  for (const name of ['getKey', 'key']) props.set(name, [{ t: 'text', parts: after }]);
  return { t: 'thing', type: 'address', props };
}

type Pieces = ReturnType<typeof partsOf>;

/** The pieces before and after the first separator that is known to stand in them. */
function atFirst(pieces: Pieces, separator: string): [before: Pieces, after: Pieces] {
  const i = pieces.findIndex((piece) => typeof piece === 'string' && piece.includes(separator));
  const piece = pieces[i];
  if (typeof piece !== 'string') return [pieces, []];
  const at = piece.indexOf(separator);
  const parts = (all: Pieces): Pieces => all.filter((part) => part !== '');
  return [
    parts([...pieces.slice(0, i), piece.slice(0, at)]),
    parts([piece.slice(at + separator.length), ...pieces.slice(i + 1)]),
  ];
}

/** Python's `split`, `rsplit` and `partition`, and JavaScript's `split`, of a text whose separators are known. */
export function splitText(
  owner: Value[],
  how: string,
  separator: Expr | undefined,
  limit: Expr | undefined,
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] | undefined {
  const by = separator && plain(e.evaluate(here(separator))[0]);
  if (!separator || !by || !owner.some((value) => value.t === 'text')) return undefined;
  const { language } = here(separator).module;
  const given = limit ? Number(plain(e.evaluate(here(limit))[0])) : 101;
  // Python counts the cuts, Go and Java the pieces.
  const cuts = language === 'python' ? given : /^(?:go|java)$/.test(language) && given > 0 ? given - 1 : 100;
  const most = how === 'partition' || how === 'cut' ? 1 : cuts;
  return owner.map((value): Value => {
    const whole = plain(value);
    if (value.t !== 'text' || (how === 'rsplit' && whole === undefined))
      return unknown('split of an unknown value');
    const pieces: Pieces[] = [];
    let rest: Pieces = value.parts;
    for (let i = 0; i < most; i++) {
      const [before, after] = atFirst(rest, by);
      if (before === rest) break;
      pieces.push(before, ...(how === 'partition' ? [[by]] : []));
      rest = after;
    }
    const all =
      how === 'rsplit' && whole !== undefined
        ? lastSplits(whole, by, most).map((piece): Pieces => [piece])
        : [...pieces, rest];
    return { t: 'list', items: all.map((parts) => here(asExpr(parts, separator))) };
  });
}

function lastSplits(whole: string, by: string, most: number): string[] {
  const all = whole.split(by);
  const tail = all.splice(Math.max(1, all.length - most));
  return [all.join(by), ...tail];
}

/** Pieces as an expression at some place, for a list that no code writes down. */
function asExpr(pieces: Pieces, { line, at }: Expr): Expr {
  const parts = pieces.map(
    (piece): Expr =>
      typeof piece === 'string'
        ? { kind: 'text', value: piece, line, at }
        : { kind: 'opaque', text: piece.label, line, at },
  );
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: 'template', parts, line, at };
}
