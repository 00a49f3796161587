import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { detectors } from '../../lib/detect/index.ts';
import { isGenerated, isProduct } from '../../lib/detect/product.ts';
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

t.test('what is left out without a word is what the page says', (t) => {
  const text = readFileSync(page, 'utf8');
  const [, section = ''] = /\*\*What is left out without a word\*\*([\s\S]*?)\n\n\*\*/.exec(text) ?? [];
  const [others = '', tests = ''] = section.split('\n- ').slice(1);
  const named = (of: string): string[] => [...of.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const file = (name: string): string => (name.endsWith('.js') ? name : `a/${name}/x.py`);
  for (const name of named(others).map((pattern) => pattern.replace('*', 'x')))
    t.ok(isGenerated(file(name)), name);
  // Tests inside of other files are written as code; what is read after all is a whole path.
  const paths = named(tests).filter(
    (name) => /^[\w.]+$/.test(name) && !/^(?:(?:is)?[A-Z]\w+|import.*|src|com|org)$/.test(name),
  );
  for (const name of paths) t.equal(isProduct(/^[_a-z]+$/.test(name) ? `${name}/x.py` : name), false, name);
  t.ok(named(others).length > 10 && paths.length > 10);
  t.end();
});
