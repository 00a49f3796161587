import type { Evaluator } from './evaluator.ts';
import { type Located, text, type Value } from './values.ts';

/** The elements of a list as one text, a separator between them. */
export function joinList(list: Located, separators: Value[], e: Evaluator): Value[] {
  const separator = separators[0] ?? text(',');
  const items = e.elements(list);
  if (items.length === 0) return [text('')];
  return e.concat(
    items.flatMap((item, i) => (i === 0 ? [e.evaluate(item)] : [[separator], e.evaluate(item)])),
  );
}
