import { Budget, pathsContain } from '../../compat/paths/index.ts';

/** A pattern, and the others that it covers, which need not be shown. */
export interface Folded {
  path: string;
  covers: string[];
}

/** Comparisons for one list; past them patterns stand side by side. */
const MOST = 4000;

/** Patterns in the dialect of IAM, each of those that a wider one covers under it; the order of the wider ones stays. */
export function folded(paths: readonly string[]): Folded[] {
  const all = [...new Set(paths)];
  const budget = new Budget();
  const under = new Map<string, string>();
  let asked = 0;
  for (const wide of all.filter((path) => path.includes('*'))) {
    const start = wide.slice(0, wide.indexOf('*'));
    for (const path of all) {
      if (path === wide || under.has(path) || !path.startsWith(start)) continue;
      if (asked++ >= MOST || budget.spent) break;
      const answer = pathsContain([wide], [path], 'iam', budget);
      // Of two that cover each other the first one stays.
      if ('contained' in answer && answer.contained && !isUnder(under, wide, path)) under.set(path, wide);
    }
  }
  return all
    .filter((path) => !under.has(path))
    .map((path) => ({ path, covers: all.filter((other) => isUnder(under, other, path)) }));
}

/** Is a pattern under another, directly or through others? */
function isUnder(under: ReadonlyMap<string, string>, path: string, wide: string): boolean {
  for (let at = under.get(path); at !== undefined; at = under.get(at)) if (at === wide) return true;
  return false;
}
