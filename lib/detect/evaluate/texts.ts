import type { Evaluator } from './evaluator.ts';
import { withoutReceiver } from './scopes.ts';
import { collapse } from './strip.ts';
import { type Hole, joinParts, MOST, partsOf, text, unknown, type Value } from './values.ts';

const LONGEST_TEXT = 100_000;

/** The texts that values come to, each once, in pieces: what is not a text is a hole. */
export function piecesOf(values: readonly Value[], e: Evaluator): ReturnType<typeof partsOf>[] {
  const seen = new Map<string, ReturnType<typeof partsOf>>();
  for (const value of values.flatMap((value) => settle(value, e))) {
    if (value.t === 'null') continue;
    const parts = partsOf(value);
    seen.set(JSON.stringify(parts), parts);
  }
  return [...seen.values()];
}

/** Every combination of the pieces' alternatives, bounded. */
export function concat(pieces: Value[][], e: Evaluator): Value[] {
  let texts: ReturnType<typeof partsOf>[] = [[]];
  for (const piece of pieces) {
    const settled = piece.flatMap((value) => settle(value, e));
    const options = settled.filter((value) => value.t !== 'null');
    const chosen = options.length > 0 ? options : [unknown('no value')];
    const usable: Value[] = texts.length * chosen.length > MOST ? [unknown('too many alternatives')] : chosen;
    texts = texts.flatMap((before) => usable.map((value) => joinParts(before, partsOf(value))));
  }
  return texts.map((parts) =>
    sizeOf(parts) > LONGEST_TEXT ? unknown('too long a text') : { t: 'text', parts },
  );
}

/** Pieces joined with one `/` between them, as path libraries do. */
export function joinPaths(pieces: Value[][], e: Evaluator): Value[] {
  const slash = [text('/')];
  const joined = concat(
    pieces.flatMap((piece, i) => (i === 0 ? [piece] : [slash, piece])),
    e,
  );
  return joined.map((value) => (value.t === 'text' ? { t: 'text', parts: collapse(value.parts) } : value));
}

/** A method used as a property, or a class whose members are texts, where a text is wanted. */
export function settle(value: Value, e: Evaluator): Value[] {
  if (value.t === 'function' && withoutReceiver(value.scope).length === 0)
    return e.invoke(value.scope, [], { env: value.env, module: value.scope.module }, value.env, value.self);
  if (value.t === 'thing') return value.props.get('text') ?? [value];
  if (value.t === 'instance') return e.members.asText(value) ?? [value];
  return [value];
}

const sizeOf = (parts: readonly (string | Hole)[]): number =>
  parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 100), 0);
