import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, relative, resolve } from 'node:path';

/** The repository. */
export const root = resolve(import.meta.dirname, '../../..');

const folders = ['commands', 'lib', 'schemas', 'test'];

/** Every TypeScript file of the repository, by its path in it. */
export const sources = (): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );

/**
 * The files that each file names by a relative path: imports of either kind, and `join(import.meta.dirname, '…')`. Types count
 * too: what a type says may be what a test is about.
 */
export function importGraph(files: readonly string[] = sources()): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const named = [...text.matchAll(/(?:from |import\(|import |require\()'(\.[^']+)'/g)];
    const to = named.map(([, path = '']) => relative(root, resolve(root, file, '..', path)));
    found.set(file, to.map(normalize));
  }
  return found;
}
