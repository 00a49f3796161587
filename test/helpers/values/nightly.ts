/** Whether the long form of the tests runs: `REALM_NIGHTLY=1` (docs/testing.md, "What runs when"). */
export const nightly = process.env.REALM_NIGHTLY !== undefined;

/** All cases at night, and by day the first one of each kind. */
export function firstOfEach<T>(cases: readonly T[], kindOf: (item: T) => unknown): T[] {
  if (nightly) return [...cases];
  const seen = new Set<unknown>();
  return cases.filter((item) => !seen.has(kindOf(item)) && seen.add(kindOf(item)));
}
