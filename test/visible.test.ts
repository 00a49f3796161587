import t from 'tap';
import { inLines, oneLine, visible, visibleJson, visibleValue } from '../lib/visible.ts';
import { stopwatch } from './helpers/bounds/cpu.ts';

const TAGS = [...'run it']
  .map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)))
  .join('');

t.test('foreign control characters become visible', async (t) => {
  t.equal(visible('a\tb\nc'), 'a\tb\nc');
  t.equal(visible('\x1b]0;owned\x07 \x9b31m'), '\\x1b]0;owned\\x07 \\x9b31m');
  t.equal(visible('\u202egnp.exe'), '\\u202egnp.exe');
  t.equal(visible('grün 漢字 🙂'), 'grün 漢字 🙂');
});

t.test('so does whatever a reader cannot see', async (t) => {
  t.equal(visible(`x${TAGS}`).slice(0, 10), 'x\\u{e0072}');
  for (const hidden of '\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u2028\u2060\u2069\u3164\ufe0f\ufeff\ufff9\u{e0100}')
    t.match(visible(`a${hidden}b`), /^a\\[xu]\{?[0-9a-f]+\}?b$/, hidden.codePointAt(0)?.toString(16) ?? '');
  t.equal(visible('a\ud800b'), 'a\\ud800b', 'half of a pair');
  t.equal(visible('👩\u200d👧'), '👩\\u200d👧', 'joined emoji come apart: the joiner is hidden too');
});

t.test('no line speaks to a CI runner, whatever stands before it or behind it', async (t) => {
  t.equal(visible('::error::x'), '\\x3a:error::x');
  t.equal(
    visible('a\n \t::set-output name=a::b\n\n::add-mask::a'),
    'a\n \t\\x3a:set-output name=a::b\n\n\\x3a:add-mask::a',
  );
  t.equal(visible('std::vec'), 'std::vec');
  t.equal(
    visible('a ##[add-path]/tmp ##vso[task.x]y ##TeamCity[z]'),
    'a #\\x23[add-path]/tmp #\\x23vso[task.x]y #\\x23TeamCity[z]',
  );
  t.equal(visible('## heading'), '## heading');
  t.equal(visible('\u3000::warning::x'), '\u3000\\x3a:warning::x', 'any space');
});

t.test('a value is one line, and lines hold no other lines', async (t) => {
  t.equal(oneLine('a\r\nb\u2029c'), 'a\\x0d\\nb\\u2029c');
  t.equal(inLines(['a\nb', 'c\rd']), 'a\\nb\nc\\x0dd');
});

t.test('JSON stays JSON and is safe to show', async (t) => {
  const value = {
    [`k${TAGS}`]: '\u009b\u202e\x1b\x7f\ud800',
    runner: '##[add-path]/x ##vso[a]',
    list: ['::error::'],
  };
  const text = visibleJson(value);
  t.same(JSON.parse(text), value);
  t.notMatch(text, /[\x1b\x7f-\x9f\u202e]|[\u{e0000}-\u{e007f}]/u);
  t.notMatch(text, /##(\[|vso)/);
  t.notMatch(text, /^\s*::/m);
  t.equal(visibleJson(undefined), 'null');
});

t.test('a structure is made visible, keys too', async (t) => {
  t.same(visibleValue({ 'a\u202e': ['\x1b', 1, null, { b: 'x\ny' }] }), {
    'a\\u202e': ['\\x1b', 1, null, { b: 'x\ny' }],
  });
});

t.test('much text takes little time', async (t) => {
  const took = stopwatch();
  visible(`${' '.repeat(1e6)}${'\n'.repeat(1e6)}::x${'\u202e'.repeat(1e5)}`);
  t.ok(took() < 5000, 'no quadratic search');
});
