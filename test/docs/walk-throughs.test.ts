import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/walk-throughs.md'), 'utf8');

t.test('every file and function of the walk-throughs exists', async (test) => {
  const rows = [...page.matchAll(/^\| `([\w./-]+)` \| ([^|]*) \|/gm)];
  const gone = rows.flatMap(([, file = '', functions = '']) => {
    if (!existsSync(join(root, file))) return [file];
    const text = readFileSync(join(root, file), 'utf8');
    // A definition, not a mention: `function x`, `const x`, `class x`, a method, or a function of sh.
    return [...functions.matchAll(/`(\w+)`/g)].flatMap(([, name = '']) =>
      new RegExp(
        `(?:function|const|class) ${name}\\b|^ +(?:async )?#?${name}\\(.*\\{$|^ +${name}: |^${name}\\(\\) \\{`,
        'm',
      ).test(text)
        ? []
        : [`${file}: ${name}`],
    );
  });
  test.same(gone, []);
  test.ok(rows.length > 60, `${rows.length} rows`);
  test.equal(page.match(/^## /gm)?.length, 4, 'four actions');
});
