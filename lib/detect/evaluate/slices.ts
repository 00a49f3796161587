import type { Call, Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { joinParts, type Located, type partsOf, plain, unknown, type Value } from './values.ts';

type Pieces = ReturnType<typeof partsOf>;
type Here = (expr: Expr) => Located;

/** `list.slice(1)`, `parts[1:-1]`, `name[:-4]`: undefined where it is neither a list nor a text. */
export function sliced(owner: Value[], { args }: Call, here: Here, e: Evaluator): Value[] | undefined {
  if (!owner.some(({ t }) => t === 'list' || t === 'text')) return undefined;
  const [start = 0, end] = args.map(({ value }) => bound(here(value), e));
  return owner.map((value): Value => {
    const isKnown = Number.isInteger(start) && (end === undefined || Number.isInteger(end));
    if (value.t === 'list')
      return isKnown && !value.open ? itemsBetween(value, start, end, e) : { ...value, open: true };
    if (value.t === 'text' && isKnown) return textBetween(value.parts, start, end);
    return unknown('a part whose ends are unknown');
  });
}

/** A number that stands in the code; `NaN` where it does not or is one of several, undefined where it is left out. */
function bound(at: Located, e: Evaluator): number | undefined {
  const [value, ...others] = e.evaluate(at);
  if (others.length > 0) return Number.NaN;
  return value?.t === 'null' ? undefined : Number(value && plain(value));
}

/** A piece that is not known may hold several items: what is counted from or to the other side of it is not known either. */
function itemsBetween(
  list: Extract<Value, { t: 'list' }>,
  start: number,
  end: number | undefined,
  e: Evaluator,
): Value {
  const items = list.items.slice(start, end);
  const passed = start >= 0 && end === undefined ? [] : list.items;
  const isOpen = passed.some((item) =>
    e
      .evaluate(item)
      .some((value) => value.t === 'unknown' || (value.t === 'text' && plain(value) === undefined)),
  );
  return isOpen ? unknown('a part of an unknown list') : { ...list, items };
}

function textBetween(parts: Pieces, start: number, end: number | undefined): Value {
  const whole = plain({ t: 'text', parts });
  if (whole !== undefined) return { t: 'text', parts: joinParts([whole.slice(start, end)]) };
  const [first] = parts;
  const last = parts.at(-1);
  const begins = start === 0 || (start > 0 && typeof first === 'string' && first.length >= start);
  const ends = end === undefined || (end < 0 && typeof last === 'string' && last.length >= -end);
  if (!begins || !ends) return unknown('a part of a text');
  return {
    t: 'text',
    parts: joinParts(
      parts.map((part, i) => {
        if (typeof part !== 'string') return part;
        const from = i === 0 ? start : 0;
        return part.slice(from, i === parts.length - 1 ? end : undefined);
      }),
    ),
  };
}

/** A regular expression that stands for one text, and whether only the beginning counts: `/^s3:\/\//`. */
export function plainExpression(expr: Expr): { from: string; atStart: boolean } | undefined {
  if (expr.kind !== 'opaque') return undefined;
  const found = /^\/(\^?)((?:\\\W|[^\\.*+?()[\]{}|^$/])+)\/g?$/.exec(expr.text);
  return found ? { from: (found[2] ?? '').replace(/\\(\W)/g, '$1'), atStart: found[1] === '^' } : undefined;
}

/** A list of keys with their values as a map: `Object.fromEntries(…)`. */
export function mapOfPairs(pairs: Located, e: Evaluator): Value {
  const entries = e.elements(pairs).flatMap((pair) => {
    const [key, value] = e.evaluate(pair).some(({ t }) => t === 'list') ? e.elements(pair) : [];
    return key && value ? [{ key, value }] : [];
  });
  return entries.length > 0 ? { t: 'map', entries } : unknown('a map of unknown pairs');
}
