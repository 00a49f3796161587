import fc from 'fast-check';
import t from 'tap';
import { stringify } from 'yaml';
import { readData } from '../../../lib/detect/data/document.ts';
import { readDocument, readLargeYaml } from '../../../lib/detect/document/read.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';

const hand = `# comment
openapi: 3.0.3   # a string
numbers: [1, -2, +3, 0o17, 0x1F, 1e3, .5, 1., 012, 1_000, 0b1, .inf, -.INF, .nan, 1.2.3]
words: [true, False, yes, no, on, off, ~, null, Null, '', "null", 2001-01-01, 12:30:45]
text: |
  several
    lines
folded: >-
  one
  line
quoted: 'it''s' # two
escaped: "tab\\t\\u00e9 \\"x\\""
base: &base { a: 1, b: [x, *none] }
`.replace(', *none', '');
const samples = [
  hand,
  `${hand}merged:\n  <<: *base\n  b: 2\nagain: *base\n`,
  '? a\n: b\n',
  '{"json": [1, {"a": null}], "b": "\\u0000"}\n',
  'a: 1\na: 2\n',
  '"1": one\n2: two\ntrue: three\n__proto__: four\n',
  '- a\n-\n  - b\n- {}\n- []\n',
  'key: value\n...\n',
  '%YAML 1.2\n---\na: !!str 1\n',
];

t.test('both YAML parsers read the same', async (t) => {
  for (const text of samples)
    t.same(
      await readLargeYaml(text),
      (await readData('a.yaml', text)).value,
      JSON.stringify(text.slice(0, 40)),
    );
  const seed = seedOr(anySeed());
  const numRuns = process.env.REALM_NIGHTLY ? 2000 : 60;
  t.comment(`${numRuns} documents`);
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), async (value, flow) => {
      const text = stringify(value, flow ? { collectionStyle: 'flow' } : {});
      const read = (await readData('a.yaml', text)).value;
      t.strictSame(JSON.stringify(await readLargeYaml(text)), JSON.stringify(read as JsonValue), text);
    }),
    { seed, numRuns },
  );
});

t.test('a large document is read in either form, and nothing grows without bound', async (t) => {
  const paths = Array.from({ length: 6000 }, (_, n) => [
    `/${n}`,
    { get: { summary: `number ${n}`, tags: [] } },
  ]);
  const large = { openapi: '3.0.3', paths: Object.fromEntries(paths) };
  t.same(await readDocument('a.yaml', stringify(large)), large);
  t.same(await readDocument('a.json', JSON.stringify(large)), large);
  const laughs = Array.from({ length: 9 }, (_, n) => {
    const nine = Array.from({ length: 9 }, () => (n === 0 ? 'lol' : `*a${n - 1}`));
    return `a${n}: &a${n} [${nine.join(', ')}]`;
  });
  const padding = `pad: [${'a, '.repeat(100_000)}]\n`;
  const bad: [file: string, text: string, why: RegExp][] = [
    ['a.yaml', padding + laughs.join('\n'), /too many nodes/],
    ['a.yaml', `${padding}a: &a [*a]\n`, /nested too deeply|too many nodes/],
    ['a.yaml', `${padding}a: ${'['.repeat(500)}`, /nested too deeply/],
    ['a.yaml', `${padding}a: [\n`, /in line \d+/],
    ['a.json', `{"a": ${'['.repeat(200)}${']'.repeat(200)}}`, /nested too deeply/],
    ['a.json', `{\n"a": ${' '.repeat(2 ** 20)}\n}`, /not JSON in line 3/],
  ];
  for (const [file, text, why] of bad)
    await t.rejects(readDocument(file, text), { name: 'SyntaxError', message: why }, text.slice(-40));
});
