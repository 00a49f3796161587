import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '..');

/** Folder of `lib` to the folders that its files may not import: dependencies point one way (docs/architecture.md). */
const EDGES = ['git', 'store', 'checkout', 'detect', 'hooks', 'forge', 'session', 'plugins'];
const ABOVE = ['flow', 'cli', 'mcp'];
const forbidden: Record<string, readonly string[]> = {
  realm: [...EDGES, ...ABOVE],
  compat: [...EDGES, ...ABOVE],
  graph: [...EDGES, ...ABOVE],
  governance: [...EDGES, ...ABOVE],
  change: [...EDGES, ...ABOVE],
  findings: [...EDGES, ...ABOVE],
  ...Object.fromEntries(EDGES.map((edge) => [edge, ABOVE])),
  flow: ['cli', 'mcp'],
};

const imports = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, to = '']) =>
    relative(join(root, 'lib'), resolve(file, '..', to)),
  );

t.test('dependencies point one way', async (test) => {
  for (const [folder, never] of Object.entries(forbidden)) {
    const files = readdirSync(join(root, 'lib', folder), { recursive: true, encoding: 'utf8' });
    const wrong = files
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        imports(join(root, 'lib', folder, name))
          .filter((to) => never.includes(to.split('/')[0] ?? ''))
          .map((to) => `lib/${folder}/${name} imports lib/${to}`),
      );
    test.same(wrong, [], folder);
    test.ok(files.length > 0);
  }
});
