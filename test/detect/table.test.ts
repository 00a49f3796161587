import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { detectors } from '../../lib/detect/index.ts';
import { snippets } from './corpus.ts';
import { withTable } from './table.ts';

const page = new URL('../../docs/detectors.md', import.meta.url);

t.test('the table in the docs is the one that the tests prove', (t) => {
  const text = readFileSync(page, 'utf8');
  const due = withTable(text);
  // GIT_REALM_UPDATE=1 rewrites it, for review in the diff
  if (process.env.GIT_REALM_UPDATE === '1') writeFileSync(page, due);
  else t.equal(text, due, 'run this test with GIT_REALM_UPDATE=1');
  for (const name of detectors.keys()) t.match(text, `\`${name}\``, `${name} is described`);
  t.end();
});

t.test('there are enough labelled snippets', (t) => {
  t.ok(snippets().length >= 150);
  t.end();
});
