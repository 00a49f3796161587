import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..', '..');

t.test('every pain of docs/change-sets.md names a test that there is', async (test) => {
  const text = readFileSync(join(root, 'docs', 'change-sets.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| .+ \| .+ \| `(test\/[^`]+)` "([^"]+)" \|$/gm)];
  test.same(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 15 }, (_, at) => at + 1),
  );
  for (const [, number, file = '', title = ''] of rows) {
    const source = readFileSync(join(root, file), 'utf8');
    const titles = [...source.matchAll(/\bt\.test\(\s*(['"`])(.*?)\1,/gs)].map(
      ([, , quoted]) => quoted ?? '',
    );
    test.ok(
      titles.some((known) => known.startsWith(title)),
      `pain ${number}: ${file} "${title}"`,
    );
  }
});
