import Range from 'semver/classes/range.js';
import subset from 'semver/ranges/subset.js';

/**
 * A version constraint of Terraform as a range of semver ("Version Constraints"); `null`: it cannot be read. `~>` lets only the last
 * number that it names grow.
 */
function rangeOf(constraint: string): string | null {
  const parts = constraint.split(',').map((part) => part.trim());
  const ranges = parts.map((part) => {
    const [, operator = '=', text = ''] =
      /^(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2}(?:-[\w.]+)?)$/.exec(part) ?? [];
    if (text === '') return null;
    const [core = '', tag = ''] = text.split(/(?=-)/, 2);
    const numbers = core.split('.').map(Number);
    const whole = `${[0, 1, 2].map((at) => numbers[at] ?? 0).join('.')}${tag}`;
    // A version that is excluded is a hole, which no range of one piece has.
    if (operator === '!=') return `<${whole} || >${whole}`;
    if (operator !== '~>') return `${operator}${whole}`;
    const most = numbers.slice(0, -1);
    if (most.length === 0) return `>=${whole}`;
    const next = most.map((number, at) => (at === most.length - 1 ? number + 1 : number));
    return `>=${whole} <${[0, 1, 2].map((at) => next[at] ?? 0).join('.')}`;
  });
  if (ranges.some((range) => range === null)) return null;
  return ranges
    .map((range) => (range ?? '').split(' || '))
    .reduce((all, some) => all.flatMap((left) => some.map((right) => `${left} ${right}`.trim())), [''])
    .join(' || ');
}

/** Does the second constraint allow every version that the first allows? `null` where that cannot be decided. */
export function allowsAll(old: string | null, now: string | null): boolean | null {
  if (now === null) return true;
  const [before, after] = [old === null ? '*' : rangeOf(old), rangeOf(now)];
  if (before === null || after === null) return null;
  try {
    return subset(new Range(before), new Range(after));
  } catch {
    return null;
  }
}
