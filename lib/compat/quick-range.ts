// Numbers as semver has them: no leading zeros, within what a double holds exactly (semver.org, 2; node-semver, MAX_SAFE_COMPONENT_LENGTH).
const NUMBER = '(0|[1-9]\\d{0,14})';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);
const RANGE = new RegExp(`^(>=|\\^|~|=|)${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);

/** Major, minor and patch of a version that is nothing else: `1.2.3`. `undefined` for any other. */
export function plainVersion(version: string): [major: number, minor: number, patch: number] | undefined {
  const [, major, minor, patch] = VERSION.exec(version) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/**
 * Does a version satisfy a range, where both are as plain as nearly all are: `>=1.2.3`, `^1.2.3`, `~1.2.3`, `1.2.3`.
 * `undefined` wherever it takes more to know (`semver` decides then): its patterns cost every start of `status` 5 ms.
 */
export function quickAccepts(range: string, version: string): boolean | undefined {
  const wanted = RANGE.exec(range);
  const have = plainVersion(version);
  if (wanted === null || have === undefined) return undefined;
  const least = wanted.slice(2).map(Number);
  const atLeast = compare(have, least) >= 0;
  const sameDown = (count: number) => least.slice(0, count).every((number, n) => number === have[n]);
  switch (wanted[1]) {
    case '>=':
      return atLeast;
    case '~':
      return atLeast && sameDown(2);
    case '^':
      // Up to and with the first number that is not zero.
      return atLeast && sameDown(least.findIndex((number) => number > 0) + 1 || 3);
    default:
      return sameDown(3);
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, n) => number !== b[n]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
