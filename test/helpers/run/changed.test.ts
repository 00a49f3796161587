import t from 'tap';
import { affectedTests } from './changed.ts';
import { importGraph } from './imports.ts';

const graph = new Map([
  ['lib/git/run.ts', []],
  ['lib/store/store.ts', ['lib/git/run.ts']],
  ['commands/git-realm-show.ts', ['lib/store/store.ts']],
  ['test/git/run.test.ts', []],
  ['test/store/store.test.ts', ['lib/store/store.ts']],
  ['test/commands/show.test.ts', ['test/helpers/world/cli.ts']],
  ['test/helpers/world/cli.ts', []],
  ['test/hooks/fires.test.ts', []],
  ['test/docs/pages.test.ts', []],
]);

t.test('a change reaches the tests that import it, and those of its name', async (t) => {
  t.same(affectedTests(['lib/git/run.ts'], graph), ['test/git/run.test.ts', 'test/store/store.test.ts']);
  t.same(affectedTests(['commands/git-realm-show.ts'], graph), ['test/commands/show.test.ts']);
  t.same(affectedTests(['test/helpers/world/cli.ts'], graph), ['test/commands/show.test.ts']);
  t.same(affectedTests(['test/git/run.test.ts'], graph), ['test/git/run.test.ts']);
  t.same(affectedTests(['hooks/lib/look', 'docs/hooks.md'], graph), [
    'test/hooks/fires.test.ts',
    'test/docs/pages.test.ts',
  ]);
  t.same(affectedTests(['package.json'], graph), []);
});

t.test('the graph of this repository has the arrows that imports make', async (t) => {
  const graph = importGraph();
  t.ok(graph.get('test/helpers/run/changed.test.ts')?.includes('test/helpers/run/changed.ts'));
  t.ok(affectedTests(['test/helpers/run/imports.ts'], graph).includes('test/helpers/run/changed.test.ts'));
});
