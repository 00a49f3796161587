import t from 'tap';
import { parseModule } from '../../../lib/detect/syntax/languages.ts';

t.test('texts after characters of several units are cut where the parser cuts them', async (t) => {
  const source = [
    '# 🪣 größer',
    "short = 'ü🪣'",
    "long = '🪣 eine längere Zeile mit Umlauten'",
    "call('x', 'y')",
  ].join('\n');
  const { root, calls } = await parseModule('a.py', 'python', source);
  const bound = (name: string) => root.bindings.get(name)?.[0]?.value;
  t.match(bound('short'), { kind: 'text', value: 'ü🪣', line: 2 });
  t.match(bound('long'), { kind: 'text', value: '🪣 eine längere Zeile mit Umlauten', line: 3 });
  const [call] = calls;
  t.match(call, { line: 4, at: source.indexOf('call'), callee: { kind: 'name', name: 'call' } });
  t.match(call?.args, [{ value: { value: 'x' } }, { value: { value: 'y' } }]);
});

t.test('a place that does not parse is found, and a comment is read in full', async (t) => {
  const { errors, comments } = await parseModule('a.py', 'python', '# realm:export größe/🪣\nx = = 1\n');
  t.match(errors, [{ line: 2 }]);
  t.match(comments, [{ text: '# realm:export größe/🪣', line: 1, endLine: 1 }]);
});
