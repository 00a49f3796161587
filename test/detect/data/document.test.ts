import t from 'tap';
import { readData } from '../../../lib/detect/data/document.ts';
import { type JsonValue, pointerToken } from '../../../lib/json.ts';
import { fc } from '../../helpers/values/properties.ts';

/** Every pointer of a value, as it is written out with one value or key a line. */
function pointersOf(value: JsonValue, pointer = ''): string[] {
  if (typeof value !== 'object' || value === null) return [pointer];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    pointersOf(item as JsonValue, `${pointer}/${pointerToken(key)}`),
  );
  return [pointer, ...inner];
}

t.test('any JSON is read as JSON.parse reads it, each value with its line', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (given) => {
      const text = JSON.stringify(given, null, 1);
      const { value, lines } = await readData('x.json', text);
      t.same(value, JSON.parse(text));
      const pointers = pointersOf(value);
      t.same([...lines.keys()].sort(), pointers.sort());
      const rows = text.split('\n');
      for (const [pointer, line] of lines) {
        const key = pointer.split('/').at(-1)?.replaceAll('~1', '/').replaceAll('~0', '~') ?? '';
        if (/^(0|[1-9]\d*)$/.test(key) || pointer === '') continue;
        if (!rows[line - 1]?.includes(`${JSON.stringify(key)}:`)) t.fail(`${pointer} is not in line ${line}`);
      }
    }),
    { numRuns: 200 },
  );
});

t.test('comments are allowed in JSON, and what does not parse is said with its line', async (t) => {
  const commented = await readData('x.json', '// one\n{ "a": /* two\n */ 1, "u": "http://x//y" }\n');
  t.same(commented.value, { a: 1, u: 'http://x//y' });
  t.equal(commented.lines.get('/a'), 3);
  t.same(
    (await readData('x.json', '{"__proto__": 1, "a": 1, "a": 2}')).value,
    JSON.parse('{"__proto__": 1, "a": 2}'),
  );
  for (const [text, why] of [
    ['', 'value expected in line 1'],
    ['{\n "a": 1,\n}', 'property name expected in line 3'],
    ['{\n "a": 1', 'close brace expected in line 2'],
    ['[1]\n[2]', 'end of file expected in line 2'],
    ["{'a': 1}", 'invalid symbol in line 1'],
    ['[1,,2]', 'value expected in line 1'],
  ] as const)
    await t.rejects(readData('x.json', text), { name: 'SyntaxError', message: why }, text);
  await t.rejects(readData('x.json', '['.repeat(100_000)), { message: /nested too deeply/ });
});

t.test('a megabyte of JSON is no long work', async (t) => {
  const rows = Array.from({ length: 12_000 }, (_, id) => ({ id, name: `row ${id}`, tags: ['a', 'b'] }));
  const { value, lines } = await readData('x.json', JSON.stringify(rows, null, 1));
  t.equal((value as JsonValue[]).length, rows.length);
  t.equal(lines.get('/11999/id'), 1 + 11_999 * 8 + 2);
});
