import type { Evaluator } from './evaluator.ts';
import { type Located, text, unknown, type Value } from './values.ts';

/** The elements of a list as one text, a separator between them; once for each list that it may be. */
export function joinList(list: Located, separators: Value[], e: Evaluator): Value[] {
  const lists = e.evaluate(list).filter((value) => value.t === 'list');
  if (lists.length < 2) return joined(list, separators, e);
  const { line, at } = list.expr;
  return lists.flatMap((value) =>
    joined({ ...list, expr: { kind: 'placed', value, line, at } }, separators, e),
  );
}

function joined(list: Located, separators: Value[], e: Evaluator): Value[] {
  const separator = separators[0] ?? text(',');
  if (e.evaluate(list).some((value) => value.t === 'list' && value.open))
    return [unknown('a part of a list')];
  const items = e.elements(list);
  if (items.length === 0) return [text('')];
  return e.concat(
    items.flatMap((item, i) => (i === 0 ? [e.evaluate(item)] : [[separator], e.evaluate(item)])),
  );
}
