import { execFileSync } from 'node:child_process';
import { importGraph, root } from './imports.ts';

const git = (...args: string[]): string[] =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

/** What differs from HEAD, new files that are not ignored included. */
export const changedFiles = (): string[] => [
  ...git('diff', '--name-only', '-z', '--no-renames', 'HEAD'),
  ...git('ls-files', '-z', '--others', '--exclude-standard'),
];

/**
 * The test files that a change of these files may break: those that import one of them, over any number of files, and those of
 * the same name. What only the built program has in it is not seen: scenarios run it and import nothing of it.
 */
export function affectedTests(changed: readonly string[], graph = importGraph()): string[] {
  const importers = new Map<string, string[]>();
  for (const [from, files] of graph)
    for (const to of files) importers.set(to, [...(importers.get(to) ?? []), from]);
  const reached = new Set<string>();
  const waiting = [...changed];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    waiting.push(...(importers.get(file) ?? []));
  }
  const named = new Set(changed.flatMap(testsOf));
  return [...graph.keys()].filter(
    (file) =>
      file.endsWith('.test.ts') &&
      (reached.has(file) || named.has(file) || changed.some((other) => folderOf(other, file))),
  );
}

/** `lib/git/tree.ts` → `test/git/tree.test.ts`; a command has its tests under either name. */
function testsOf(file: string): string[] {
  const [, top = '', name = ''] = /^(commands|lib|schemas)\/(.*)\.\w+$/.exec(file) ?? [];
  if (top === 'lib') return [`test/${name}.test.ts`, `test/${name.replace(/\/index$/, '')}.test.ts`];
  return top === ''
    ? []
    : [name, name.replace(/^git-realm-/, '')].map((word) => `test/${top}/${word}.test.ts`);
}

/** Hooks, documents and fixtures are read by the tests of the folder, which cannot import them. */
const folderOf = (changed: string, test: string): boolean =>
  (/^hooks\//.test(changed) && test.startsWith('test/hooks/')) ||
  (/^(docs\/|[A-Z]+\.md$)/.test(changed) && test.startsWith('test/docs/')) ||
  (/^schemas\/.*\.json$/.test(changed) && test.startsWith('test/schemas/')) ||
  (changed === 'install.sh' && test === 'test/install.test.ts');
