import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { counted, forCount } from '../lib/count.ts';

t.test('a number with its noun', async (test) => {
  test.equal(counted(0, 'import'), '0 imports');
  test.equal(counted(1, 'import'), '1 import');
  test.equal(counted(2, 'import'), '2 imports');
  test.equal(counted(2, 'entry', 'entries'), '2 entries');
  test.equal(forCount(1, 'waits', 'wait'), 'waits');
});

t.test('no file makes a plural of its own', async (test) => {
  const root = resolve(import.meta.dirname, '..');
  const wrong = ['lib', 'commands'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && join(folder, name) !== 'lib/count.ts')
      .flatMap((name) => {
        const text = readFileSync(join(root, folder, name), 'utf8');
        const own = text.match(/=== 1 \? '(\w*)' : '\1\w+'|=== 1 \? '' : 'e?s'/g);
        return (own ?? []).map((found) => `${folder}/${name}: ${found}`);
      }),
  );
  test.same(wrong, []);
});
