/**
 * The files that an answer was worked out from: one, by its path, or those of several other answers. Answers share these, for
 * there may be a million of them, and each may be from thousands of files.
 */
export type Touched = string | readonly Touched[];

/** The paths themselves, each once. */
export function pathsIn(touched: Iterable<Touched>): Set<string> {
  const all = new Set(touched);
  const paths = new Set<string>();
  // What is added meanwhile is looked at too.
  for (const item of all)
    if (typeof item === 'string') paths.add(item);
    else for (const inner of item) all.add(inner);
  return paths;
}

/** Several as one. The first is in the second where that begins with it: most answers are from the file that they stand in. */
export function together(touched: readonly Touched[]): Touched {
  const [first, second, ...more] = new Set(touched);
  if (first === undefined) return [];
  if (second === undefined) return first;
  if (more.length === 0 && typeof second !== 'string' && second[0] === first) return second;
  return [first, second, ...more];
}
