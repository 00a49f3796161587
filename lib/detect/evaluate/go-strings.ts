import type { Expr } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { splitText } from './split.ts';
import { replaceIn, strip } from './strip.ts';
import { type Located, plain, unknown, type Value } from './values.ts';

const stripping: Record<string, string> = {
  TrimPrefix: 'removeprefix',
  TrimSuffix: 'removesuffix',
  TrimLeft: 'lstrip',
  TrimRight: 'rstrip',
  Trim: 'strip',
  TrimSpace: 'strip',
};

/** Go's `strings` package, on texts whose pieces are known in part; undefined for what is not of it. */
export function goStrings(
  name: string,
  [first, second, third]: readonly Expr[],
  here: (expr: Expr) => Located,
  e: Evaluator,
): Value[] | undefined {
  if (!first) return undefined;
  const owner = e.evaluate(here(first));
  const given = second && e.evaluate(here(second))[0];
  const how = Object.hasOwn(stripping, name) ? stripping[name] : undefined;
  if (how !== undefined) return owner.map((value) => strip(value, how, given && plain(given)));
  switch (name) {
    case 'ToUpper':
    case 'ToLower': {
      const change = (part: string) => (name === 'ToUpper' ? part.toUpperCase() : part.toLowerCase());
      return owner.map((value) =>
        value.t === 'text'
          ? { t: 'text', parts: value.parts.map((part) => (typeof part === 'string' ? change(part) : part)) }
          : value,
      );
    }
    case 'Split':
      return splitText(owner, 'split', second, undefined, here, e);
    case 'SplitN':
      return splitText(owner, 'split', second, third, here, e);
    case 'Cut':
      return splitText(owner, 'cut', second, undefined, here, e);
    case 'Replace':
    case 'ReplaceAll': {
      const from = given && plain(given);
      const to = third ? e.evaluate(here(third))[0] : undefined;
      if (!from || !to) return [unknown('result of a replacement')];
      return owner.map((value) => (value.t === 'text' ? replaceIn(value.parts, from, to) : value));
    }
    default:
      return undefined;
  }
}
