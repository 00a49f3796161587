import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');

/** Folders of `test` that are no folder of `lib`. */
const OWN = ['commands', 'scenarios', 'schemas', 'docs', 'bench', 'fixtures', 'transcripts', 'helpers'];

const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(root, 'test', name)).isFile(),
);
const tests = files.filter((name) => name.endsWith('.test.ts'));

/** The words in backticks in the first column of the table under a heading. */
const listed = (heading: string): string[] => {
  const [, text = ''] = page.split(`${heading}\n`);
  const rows = text.split(/\n#+ /, 1)[0]?.match(/^\| `[^|]*\|/gm) ?? [];
  return rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
};

const topOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

t.test('a folder of test is a folder of lib, or has its line in docs/testing.md', async (t) => {
  const wrong = tests
    .map(dirname)
    .filter((folder) => folder !== '.' && !OWN.includes(folder.split('/')[0] ?? ''))
    .filter((folder) => !existsSync(join(root, 'lib', folder)));
  t.same([...new Set(wrong)], []);
  t.same(
    listed('## Where a test goes').filter(
      (name) => name.startsWith('test/') && !name.includes('.') && !name.includes('<'),
    ),
    OWN.map((folder) => `test/${folder}`),
  );
});

t.test('a test is named after what it is about', async (t) => {
  const whole = listed('### Tests of a whole folder');
  const used = new Set<string>();
  const isNamed = (file: string): boolean => {
    const path = file.replace(/\.test\.ts$/, '');
    const folder = dirname(path);
    const name = basename(path);
    if (topOf(file) === 'commands')
      return readdirSync(join(root, 'commands')).some((module) => {
        const command = module.replace(/^git-realm-|\.ts$/g, '');
        return name.replace(/^git-realm-/, '').replace(/-.*/, '') === command.replace(/-.*/, '');
      });
    if (OWN.includes(topOf(file))) return true;
    const modules = folder === '.' ? readdirSync(join(root, 'lib')) : readdirSync(join(root, 'lib', folder));
    if (name === basename(folder)) return true;
    if (modules.some((module) => module.replace(/\.\w+$/, '') === name)) return true;
    if (!whole.includes(name)) return false;
    used.add(name);
    return true;
  };
  t.same(
    tests.filter((file) => !isNamed(file)),
    [],
  );
  t.same(
    whole.filter((name) => !used.has(name)),
    [],
    'docs/testing.md lists no name that is not there',
  );
});

t.test('every folder of helpers has its line, and a test in it is beside what it tests', async (t) => {
  const helpers = readdirSync(join(root, 'test/helpers'), { withFileTypes: true });
  t.same(
    helpers.filter((helper) => !helper.isDirectory()).map(({ name }) => name),
    [],
    'helpers lie in folders',
  );
  t.same(
    listed('## Helpers')
      .filter((name) => !/[.()/]/.test(name) || name === 'test/helpers')
      .slice(0),
    helpers.map(({ name }) => name).sort(),
  );
  const alone = tests.filter(
    (file) => topOf(file) === 'helpers' && !existsSync(join(root, 'test', file.replace('.test.ts', '.ts'))),
  );
  t.same(alone, []);
  const inside = files.filter(
    (file) =>
      topOf(file) === 'helpers' &&
      !file.endsWith('.test.ts') &&
      /^(?:t|tap)\.test\(/m.test(readFileSync(join(root, 'test', file), 'utf8')),
  );
  t.same(inside, [], 'no helper runs tests of its own');
});

t.test('random tests take their seed from where it is printed', async (t) => {
  const wrong = tests.filter((file) => {
    const text = readFileSync(join(root, 'test', file), 'utf8');
    const isRandom = /from 'fast-check'|REALM_SEED|mulberry/i.test(text);
    return isRandom && file !== 'layout.test.ts' && !/helpers\/values\/seed\.ts'/.test(text);
  });
  t.same(wrong, []);
});
