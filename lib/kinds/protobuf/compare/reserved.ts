import type { Reserved } from '../parse/types.ts';
import { lacking, rangesText } from './ranges.ts';
import type { Comparison, Found, RuleName } from './report.ts';

/** Numbers and names that are no longer kept free, or are kept free now. */
export function reservedChanges(
  comparison: Comparison,
  rule: RuleName,
  places: Pick<Found, 'where' | 'old' | 'now'>,
  was: Reserved,
  is: Reserved,
): void {
  const gone = wordsOf(was, is);
  if (gone !== '')
    comparison.add(rule, {
      kind: 'changed',
      ...places,
      reason: `${gone} of '${places.where}' are no longer reserved`,
    });
  const added = wordsOf(is, was);
  if (added !== '')
    comparison.add('reserved-added', {
      kind: 'changed',
      ...places,
      reason: `${added} of '${places.where}' are reserved`,
    });
}

function wordsOf(list: Reserved, without: Reserved): string {
  const ranges = lacking(list.ranges, without.ranges);
  const names = list.names.filter((name) => !without.names.includes(name));
  return [rangesText(ranges), names.map((name) => `'${name}'`).join(', ')]
    .filter((words) => words !== '')
    .join(', ');
}
