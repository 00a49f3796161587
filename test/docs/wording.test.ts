// The words that CONTRIBUTING rules out, looked for in messages, documents and comments.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ts } from '@ast-grep/napi';
import t from 'tap';

const root = resolve(import.meta.dirname, '..', '..');

interface Rule {
  phrase: string;
  pattern: RegExp;
  except: readonly RegExp[];
}

interface Passage {
  /** 1-based, of the first line of the text. */
  line: number;
  text: string;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whole words, with any white space in between, as a line break in a comment. `<number>` stands for digits. */
const wordsOf = (phrase: string): RegExp => {
  const source = escaped(phrase).replace('<number>', '\\d+').replaceAll(' ', '[\\s*/]+');
  return new RegExp(`(?<![\\w'’-])${source}(?![\\w’]|['-]\\w)`, phrase === phrase.toLowerCase() ? 'gi' : 'g');
};

/** The table in CONTRIBUTING: the first column rules out, the second allows. */
function rulesOf(text: string): Rule[] {
  const section = text.split('\n## Words that are not used\n')[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, not = '', except = ''] = line.split('|');
      const phrases = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, phrase = '']) => phrase);
      return phrases(not).map((phrase) => ({
        phrase,
        pattern: wordsOf(phrase),
        except: phrases(except).map(wordsOf),
      }));
    });
}

const rules = rulesOf(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));

/** What the rules find: the line and the phrase. */
function found(passages: readonly Passage[]): string[] {
  return passages.flatMap(({ line, text }) =>
    rules.flatMap(({ phrase, pattern, except }) => {
      const rest = except.reduce(
        (left, allowed) => left.replace(allowed, (all) => all.replace(/\S/g, '.')),
        text,
      );
      return [...rest.matchAll(pattern)].map(
        ({ index }) => `${line + rest.slice(0, index).split('\n').length - 1}: ${phrase}`,
      );
    }),
  );
}

const spoken = [{ kind: 'comment' }, { kind: 'string_fragment' }];

/** The comments and the strings of a module; not the words of types and keys, and nothing marked as a quotation. */
function ofModule(text: string): Passage[] {
  const passages: Passage[] = [];
  const lines = text.split('\n');
  const isQuoted = (line: number) =>
    [lines[line], lines[line - 1]].some((text) => text?.includes('wording: quoted'));
  for (const node of ts
    .parse(text)
    .root()
    .findAll({ rule: { any: spoken } })) {
    const { line } = node.range().start;
    const isMessage = node.kind() === 'comment' || node.text().includes(' ');
    if (isMessage && !isQuoted(line)) passages.push({ line: line + 1, text: node.text() });
  }
  return passages;
}

/** A page without its code, and without the titles of tests that it cites. Lines keep their numbers. */
function ofPage(text: string): Passage[] {
  const blank = (code: string) => code.replace(/[^\n]/g, ' ');
  const prose = text
    .replace(/^```[\s\S]*?^```/gm, blank)
    .replace(/`test\/[^`\n]*\.test\.ts`(:| ")[^;|\n]*/g, blank)
    .replace(/`[^`\n]*`/g, blank);
  return [{ line: 1, text: prose }];
}

const ofScript = (text: string): Passage[] => [{ line: 1, text }];

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function check(
  test: Pick<typeof t, 'same'>,
  files: readonly string[],
  read: (text: string) => Passage[],
): void {
  for (const file of files) test.same(found(read(readFileSync(join(root, file), 'utf8'))), [], file);
}

t.test('the list is found, and holds', async (t) => {
  t.ok(rules.length > 30, `${rules.length} phrases`);
  const page = 'It mended\nthe file; this is no\nrange. There is no file, `his`. RFC 9110, RFC.';
  t.same(found(ofPage(page)).sort(), ['1: mended', '2: is no', '3: RFC']);
  const code =
    '// told\nconst a = "is no range", b = `his`, c = `his word`;\n// wording: quoted\nf("he said");\n';
  t.same(found(ofModule(code)).sort(), ['1: told', '2: his', '2: is no']);
});

t.test('messages and comments', async (t) =>
  check(
    t,
    ['lib', 'commands'].flatMap((folder) => filesOf(folder, '.ts')),
    ofModule,
  ),
);

/** Where a variable may be declared; most files have the word in prose only, and need no syntax tree. */
const declaresOne =
  /(?:[([{,:]\s*|\.\.\.|\b(?:const|let|var|function|as)\s+)one\b(?:\s*[,)\]}=:;(]| (?:of|in)\b)|\bone\s*=>/;

/** Lines where a name in the code is `one`. A key of an object may be: a document can have it. */
function namedOne(text: string): number[] {
  if (!declaresOne.test(text)) return [];
  const kinds = ['identifier', 'shorthand_property_identifier_pattern'];
  return ts
    .parse(text)
    .root()
    .findAll({ rule: { any: kinds.map((kind) => ({ kind })), regex: '^one$' } })
    .map((node) => node.range().start.line + 1);
}

t.test('a variable is named for what it holds, not `one`', async (t) => {
  const code =
    "const one = 1;\nf({ one: 'one' }, (one) => 2, a.one); // one\nfor (const { one } of [one]) g();\n";
  t.same(namedOne(code), [1, 2, 3, 3]);
  for (const file of ['lib', 'commands', 'schemas', 'test'].flatMap((folder) => filesOf(folder, '.ts')))
    for (const line of namedOne(readFileSync(join(root, file), 'utf8'))) t.fail(`${file}:${line}`);
});

t.test('scripts', async (t) => check(t, [...filesOf('hooks', ''), 'install.sh'], ofScript));

t.test('documents', async (t) =>
  check(t, [...filesOf('docs', '.md'), 'README.md', 'CONTRIBUTING.md'], ofPage),
);
