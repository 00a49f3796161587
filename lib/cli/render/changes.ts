import { changeWords, levelOf, worstFirst } from '../../compat/differences/order.ts';
import type { Change, Places } from '../../compat/types.ts';
import { oneLine } from '../../visible.ts';
import { paint } from '../terminal.ts';

interface Paper {
  readonly colour: boolean;
}

const styles = { breaking: 'red', unknown: 'yellow', compatible: 'green', none: 'dim' } as const;

/** Every change on a line, worst first: `breaking  GET /a → 200 → [].b: property removed  [rule]  openapi.yaml:41`. */
export const changesText = (changes: readonly (Change & Places)[], paper: Paper): string[] =>
  worstFirst(changes).map((change) => {
    const level = levelOf(change);
    const { rule } = change;
    const parts = [
      paint(paper, styles[level], level.padEnd(10)),
      oneLine(changeWords(change)),
      ...(rule === undefined ? [] : [` [${rule}]`]),
      ...(placeWords(change) === '' ? [] : [` ${placeWords(change)}`]),
    ];
    return `  ${parts.join(' ')}`;
  });

function placeWords({ old, new: now }: Change & Places): string {
  const [left, right] = [old, now].map((place) =>
    place === undefined ? undefined : `${place.path}:${place.line}`,
  );
  return [left, right].filter((side) => side !== undefined).join(' → ');
}
