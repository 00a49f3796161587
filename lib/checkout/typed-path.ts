import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * A path or pathspec that a person typed, named from the repository's root: relative to the current directory, as in git, or to
 * the root where only that is there. Magic (`:(top)…`) and absolute paths are left as they are.
 */
export async function typedPath(top: string | null, cwd: string, typed: string): Promise<string> {
  if (top === null || typed.startsWith(':') || path.isAbsolute(typed)) return typed;
  const below = path.relative(await realpath(top), await realpath(cwd));
  if (below === '' || below.startsWith('..') || path.isAbsolute(below)) return typed;
  const here = path.posix.join(below.split(path.sep).join('/'), typed);
  const exists = (name: string) =>
    stat(path.join(top, name)).then(
      () => true,
      () => false,
    );
  return !(await exists(here)) && (await exists(typed)) ? typed : here;
}
