import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');

/** The tables of the page: files with the functions of each, in call order. */
const walks = read('docs/walk-throughs.md')
  .split(/^## /m)
  .slice(1)
  .map((section) =>
    [...section.matchAll(/^\| `([\w./-]+)` \| ([^|]*) \|/gm)].map(([, file = '', functions = '']) => ({
      file,
      functions: [...functions.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    })),
  );

t.test('every file and function of the walk-throughs exists', async (test) => {
  test.equal(walks.length, 4, 'four actions');
  for (const rows of walks) {
    test.ok(rows.length > 15, `${rows[0]?.file}: ${rows.length} rows`);
    for (const { file, functions } of rows) {
      test.ok(existsSync(join(root, file)), file);
      // A definition, not a mention: `function x`, `const x`, `class x`, a method, or a function of sh.
      for (const name of functions)
        test.match(
          read(file),
          new RegExp(
            `(?:function|const|class) ${name}\\b|^ +(?:async )?#?${name}\\(.*\\{$|^ +${name}: |^${name}\\(\\) \\{`,
            'm',
          ),
          `${file}: ${name}`,
        );
    }
  }
});

t.test('each function is named by a file above it', async (test) => {
  for (const rows of walks)
    for (const [at, { file, functions }] of rows.entries())
      for (const name of at === 0 ? [] : functions) {
        const above = rows.slice(0, at).some((row) => row.file !== file && read(row.file).includes(name));
        test.ok(above || read(file).split(new RegExp(`\\b${name}\\b`)).length > 2, `${file}: ${name}`);
      }
});
