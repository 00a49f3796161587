import { canonical, type JsonValue, sameJson } from '../../json.ts';
import { shown } from '../shown.ts';
import { come, gone, type Place } from './report.ts';
import type { Side, Walking } from './side.ts';

/** A list whose order has no meaning: removing an element breaks, adding an element does not. */
export function compareSets({ report }: Walking, place: Place, old: JsonValue[], now: JsonValue[]): void {
  const had = byText(old);
  const has = byText(now);
  for (const [text, element] of had) {
    if (has.has(text)) continue;
    report.breaks(place, element, 'set', `${shown(element)} was removed`);
    report.note(place, gone('value/element-removed', element));
  }
  for (const [text, element] of has)
    if (!had.has(text)) report.note(place, come('value/element-added', element));
}

/** A list in order. Elements that stay in place are compared by their own kind. */
export function compareLists(
  walk: Walking,
  place: Place,
  { side: before, list: old }: Listed,
  { side: after, list: now }: Listed,
): void {
  const { report } = walk;
  const { head, tail } = common(old, now);
  const lost = old.slice(head, old.length - tail);
  const fresh = now.slice(head, now.length - tail);
  const appended = lost.length === 0 && tail === 0;
  // Where the lengths agree, or only more follows, each position is compared with itself.
  const inPlace = fresh.length === lost.length || (tail === 0 && fresh.length > lost.length);
  const paired = inPlace ? lost.length : 0;
  for (let i = head; i < head + paired; i++)
    walk.visit(
      { ...place, pointer: `${place.pointer}/${i}` },
      { ...before, value: old[i], guide: before.guide.item(i) },
      { ...after, value: now[i], guide: after.guide.item(i) },
    );
  for (const element of lost.slice(paired)) {
    report.breaks(place, element, 'list', `${shown(element)} is no longer at its position`);
    report.note(place, gone('value/item-removed', element));
  }
  for (const element of fresh.slice(paired)) {
    if (appended || inPlace) {
      report.note(place, come('value/item-added', element));
      continue;
    }
    const moved = old[head + paired];
    if (moved !== undefined)
      report.breaks(place, moved, 'list', `${shown(element)} replaced ${shown(moved)}`);
    const meaning = { level: 'breaking', breaking: true, witness: moved ?? element } as const;
    report.note(place, { ...come('value/item-inserted', element), ...meaning });
  }
}

/** One side of two lists. */
interface Listed {
  side: Side;
  list: JsonValue[];
}

/** How many elements the lists have in common at their beginnings, and how many more at their ends. */
function common(old: JsonValue[], now: JsonValue[]): { head: number; tail: number } {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && sameJson(old[head] ?? null, now[head] ?? null)) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    sameJson(old[old.length - 1 - tail] ?? null, now[now.length - 1 - tail] ?? null)
  ) {
    tail++;
  }
  return { head, tail };
}

const byText = (list: readonly JsonValue[]): Map<string, JsonValue> =>
  new Map(list.map((element) => [canonical(element), element]));
