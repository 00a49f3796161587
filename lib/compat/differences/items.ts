import type { JsonObject, JsonValue } from '../../json.ts';
import { withKeyword } from './keywords.ts';
import type { Pair } from './pair.ts';
import type { Walking } from './walking.ts';
import { compareAsWritten } from './written.ts';

/** `items` and `prefixItems`: position by position where both sides list positions by the same keyword, else as one schema. */
export function compareItems(walk: Walking, pair: Pair): void {
  const [first, second] = [positions(pair.was), positions(pair.is)];
  const isComparable = first && second && keywordOf(pair.was) === keywordOf(pair.is);
  if (isComparable) comparePositions(walk, pair, first.length, second.length);
  else if (first || second) {
    compareAsWritten(walk, pair, 'prefixItems', { fact: 'items-changed', effect: 'unclear' });
    compareAsWritten(walk, pair, 'items', { fact: 'items-changed', effect: 'unclear' });
  }
  compareAsWritten(walk, pair, 'additionalItems', { fact: 'items-changed', effect: 'unclear' });
  if (!isComparable && (first || second)) return;
  if (!Array.isArray(pair.was.items) && !Array.isArray(pair.is.items)) compareRest(walk, pair);
}

const keywordOf = (schema: JsonObject): 'prefixItems' | 'items' =>
  Array.isArray(schema.prefixItems) ? 'prefixItems' : 'items';

/** The schemas of the first positions, if the schema lists any. */
function positions(schema: JsonObject): JsonValue[] | undefined {
  const list = schema[keywordOf(schema)];
  return Array.isArray(list) ? list : undefined;
}

function comparePositions(walk: Walking, pair: Pair, had: number, has: number): void {
  const keyword = keywordOf(pair.was);
  for (let at = 0; at < Math.max(had, has); at++) {
    const [old, now] = pair.inside(keyword, at);
    const path = `${pair.path}[${at}]`;
    if (at < had && at < has) {
      walk.pair(old, now, path);
      continue;
    }
    const gone = at < had;
    walk.report.note(
      pair,
      {
        fact: 'items-changed',
        keyword,
        kind: gone ? 'removed' : 'added',
        effect: 'unclear',
        reason: gone ? `position ${at} no longer has a schema` : `position ${at} now has a schema`,
        alone: (schema) => withKeyword(schema, keyword, pair.is[keyword]),
      },
      gone ? { oldPointer: old.pointer } : { pointer: now.pointer },
      path,
    );
  }
}

/** `items` where it is one schema: for all items, or for those after the positions. */
function compareRest(walk: Walking, pair: Pair): void {
  const [before, after] = [pair.was.items, pair.is.items];
  if (before === undefined && after === undefined) return;
  if (before !== undefined && after !== undefined) walk.pair(...pair.inside('items'), `${pair.path}[]`);
  else if (before === undefined)
    walk.report.keyword(pair, 'items', {
      fact: 'items-added',
      effect: 'narrows',
      reason: 'the items now have a schema',
    });
  else
    walk.report.keyword(pair, 'items', {
      fact: 'items-removed',
      effect: 'widens',
      reason: 'the items no longer have a schema',
    });
}
