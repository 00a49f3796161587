import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { breakingChanges, compare } from '../../lib/compat/library.ts';
import type * as declared from '../../lib/compat/library-types.d.ts';

const root = resolve(import.meta.dirname, '../..');
const built: typeof declared = { breakingChanges, compare };

t.test('compares two versions of each kind', async (test) => {
  const api = (paths: object) => ({ openapi: '3.1.0', paths });
  const [old, now] = [api({ '/a': { get: { responses: {} } } }), api({})];
  const comparison = await built.compare('openapi', old, now);
  test.equal(comparison.verdict.verdict, 'breaking');
  test.strictSame(
    built.breakingChanges(comparison).map(({ rule }) => rule),
    ['openapi/path-removed'],
  );
  const schema = 'type Query { a: Int }';
  test.equal((await compare('graphql', schema, schema)).verdict.verdict, 'equal');
  test.equal(
    (await compare('json-schema', { type: 'integer' }, { type: 'number' })).verdict.verdict,
    'compatible',
  );
  test.equal((await compare('value', ['a'], ['a'])).verdict.verdict, 'equal');
  await test.rejects(compare('grpc' as 'value', 1, 2), { name: 'TypeError', message: "unknown kind 'grpc'" });
});

t.test('the example of the documentation prints what it says, in a folder of its own', async (test) => {
  const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const [, printed = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = test.testdir({
    node_modules: {
      'git-realm': { dist: { compat: test.fixture('symlink', join(root, 'dist', 'compat')) } },
    },
  });
  writeFileSync(
    join(folder, 'node_modules', 'git-realm', 'package.json'),
    readFileSync(join(root, 'package.json')),
  );
  const run = (text: string): string => {
    writeFileSync(join(folder, 'example.mjs'), text);
    return execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  };
  test.equal(run(example), printed);
  const swagger = (paths: object) => ({ swagger: '2.0', info: { title: 'a', version: '1' }, paths });
  const pairs = [
    ['graphql', 'type Query { a: Int }', 'type Query { b: Int }'],
    ['openapi', swagger({ '/a': { get: { responses: {} } } }), swagger({})],
    ['json-schema', { format: 'uuid' }, { format: 'uuid', pattern: '^a' }],
    ['value', ['a'], ['b']],
  ];
  const asked = `import { compare } from 'git-realm/compat';
    for (const pair of ${JSON.stringify(pairs)}) console.log((await compare(...pair)).verdict.verdict);`;
  test.equal(run(asked), 'breaking\n'.repeat(pairs.length), 'each kind with what it is bundled with');
});
