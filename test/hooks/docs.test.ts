import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { managerLine } from '../../lib/hooks/manager-lines.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/hooks.md'), 'utf8');

t.test('docs/hooks.md shows the lines that are printed', async (t) => {
  for (const manager of ['husky', 'lefthook', 'pre-commit'] as const) {
    t.ok(page.includes(`\n${managerLine(manager, 'pre-commit').line}\n`), manager);
  }
});
