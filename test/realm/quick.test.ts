import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { stringify } from 'yaml';
import type { JsonObject } from '../../lib/json.ts';
import { createFile } from '../../lib/realm/emit.ts';
import { parseYaml } from '../../lib/realm/parse.ts';
import { quickSource, quickYaml } from '../../lib/realm/quick.ts';
import { parsedSource } from '../../lib/realm/source.ts';
import type { ContractFile } from '../../lib/realm/types.ts';
import { stopwatch } from '../helpers/bounds/cpu.ts';
import { anyJson, comparable } from '../helpers/values/json.ts';
import { fc } from '../helpers/values/properties.ts';

const house = `# a comment
name: s3-permissions   # another
version: "1.3.0"
owner: aperture
created_at: 2026-01-24T10:00:00Z
compatibility: { backwards: true, forwards: false }
schema:
  type: object
  required: [read]
  properties:
    read: { type: array, items: { type: string }, x-realm: { kind: paths, dialect: iam } }
value:
  read: ["jobs/*/masks/*", 'it''s', "a\\tb", plain/path, 12, 1.5, null]
  write: []

changelog:
- version: 1.3.0
  date: 2026-01-24
  changes: ["Added training-metrics/*"]   # why
  # between
- version: "1.2.0"
  changes:
    - one: two words
      three: x~y
    - four
empty:
commit: 4be1c02aaaa
url: git@github.com:cultivarium/aperture.git
path: ../realm
`;

/** The start of a document is not of the plain hand: the parser alone decides. */
const byParser = (text: string) => parseYaml('p', `---\n${text}`);

t.test('the plain hand is read as the parser reads it', async (t) => {
  const known = house;
  t.strictSame(byParser(known), { ok: true, value: quickYaml(known) });
  t.ok(quickYaml(known));
  t.strictSame(quickSource(known), parsedSource(known));
});

t.test('everything else is left to the parser', async (t) => {
  for (const text of [
    '',
    '# only a comment',
    'a',
    '- a\n-\n',
    'a: b\n  c',
    'a: "x\n  y"',
    'a: &b c',
    'a: *b',
    'a: !t b',
    'a: |\n  x',
    'a: >\n  x',
    '? a\n: b',
    'a: b: c',
    'a: b:',
    'a: [1, 2',
    'a: [1,\n2]',
    'a: {b}',
    'a: {b: }',
    'a: [b: c]',
    'a: [a,, b]',
    'a: [a, ]',
    'a: 1\na: 2',
    '{ a: 1 }\nb: 2',
    '__proto__: { a: 1 }',
    'a: { __proto__: 1 }',
    '---\na: b',
    'a: b\n---\nc: d',
    'a: b\n...\n',
    '%YAML 1.2\n---\na: b',
    'a:\tb',
    'a: b\r\n',
    'a: 0x1f',
    'a: 0o7',
    'a: 1e3',
    'a: .inf',
    'a: +1',
    'a: -1',
    'a: ~',
    'a: "\\x41"',
    'a: "b"c',
    'a: "b"#c',
    'a: @b',
    'a: `b`',
    'a: %b',
    'a: 12345678901234567890',
    ' a: b',
    'a:\n  b: 1\n c: 2',
    'a: - b',
    'a:\n  - b\n  c: d',
    '- a\nb: c',
    'a:\n  text',
    'a: b\u0085',
    'a: \ud800',
    '<<: { a: 1 }',
    `a: ${'['.repeat(100)}`,
  ])
    t.equal(quickYaml(text), undefined, JSON.stringify(text));
});

/** What it answers must be what the parser answers, and where everything stands too. */
function same(text: string): boolean {
  const quick = quickYaml(text);
  if (quick === undefined) return false;
  const parsed = byParser(text);
  if (!parsed.ok || !isDeepStrictEqual(comparable(quick), comparable(parsed.value)))
    throw new Error(
      `${JSON.stringify(text)}\nquick  ${JSON.stringify(quick)}\nparser ${JSON.stringify(parsed)}`,
    );
  const [places, others] = [quickSource(text), parsedSource(text)];
  if (!isDeepStrictEqual(places, others))
    throw new Error(
      `${JSON.stringify(text)}\nquick  ${JSON.stringify(places)}\nparser ${JSON.stringify(others)}`,
    );
  return true;
}

t.test('any file by any writer, and any damage done to it, is read the same or not at all', async (t) => {
  let known = 0;
  const piece = fc.constantFrom(
    ...' \n:-#"\'[]{},&*!|>%@`?~.\\0=',
    '  ',
    ': ',
    '- ',
    ' #',
    '\n  ',
    '\n- ',
    '\n  - ',
    "''",
    '\n\n',
    '---\n',
    'a',
    'true',
    '1',
    '\u00a0',
    'é',
  );
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { maxLength: 3 });
  const base = fc.oneof(
    fc.constant(house),
    fc
      .tuple(anyJson, anyJson)
      .map(([value, schema]) =>
        createFile('contract', { name: 'a', version: '1.0.0', value, schema: { schema } } as ContractFile),
      ),
    fc
      .tuple(anyJson, fc.boolean())
      .map(([value, indentSeq]) =>
        stringify({ name: 'a', value } as JsonObject, { indentSeq, lineWidth: 0 }),
      ),
    fc
      .array(fc.oneof(piece, fc.constantFrom('a: b', 'c:', 'd: [e, f]', '- g', '"h": i', '  j: 1')), {
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(base, damage, (text, cuts) => {
      const damaged = cuts.reduce((now, [at, length, put]) => {
        const place = at % (now.length + 1);
        return now.slice(0, place) + put + now.slice(place + length);
      }, text);
      if (same(damaged)) known++;
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 4000) },
  );
  t.ok(known > 200, `${known} were known`);
});

t.test('time grows with the text, whatever it holds', async (t) => {
  const took = stopwatch();
  for (const unit of [
    ' ',
    '- ',
    '[',
    '{ a: ',
    '"',
    "'",
    'a: ',
    'a:\n',
    '#',
    '\n',
    ': ',
    'a: b\n',
    '- a: b\n',
    '\\',
    'a, ',
    "''",
  ]) {
    quickYaml(unit.repeat(300_000));
    quickYaml(`a: ${unit.repeat(300_000)}`);
    quickYaml(`a: "${unit.repeat(300_000)}`);
    quickYaml(`a: [${unit.repeat(300_000)}`);
  }
  const ms = took();
  t.ok(ms < 8000, `${Math.round(ms)} ms of processor time`);
});
