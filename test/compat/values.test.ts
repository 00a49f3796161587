import t from 'tap';
import { compareValues } from '../../lib/compat/values.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { cpuMs } from '../helpers/bounds/cpu.ts';
import { fc } from '../helpers/values/properties.ts';

const paths = (dialect = 'iam', more: JsonObject = {}): JsonObject => ({
  type: 'array',
  items: { type: 'string' },
  'x-realm': { kind: 'paths', dialect, ...more },
});
const permissions = (root: JsonObject = {}, dialect = 'iam'): JsonObject => ({
  type: 'object',
  properties: { read: paths(dialect), write: paths(dialect) },
  'x-realm': root,
});
const verdict = (old: JsonValue, now: JsonValue, schema?: JsonValue, newSchema?: JsonValue): string =>
  compareValues(old, now, schema, newSchema === undefined ? {} : { newSchema }).verdict.verdict;

t.test('a new path is compatible and named', async (t) => {
  const old = { read: ['jobs/*/masks/*'], write: ['jobs/*/*/manifest.json'] };
  const now = { ...old, write: [...old.write, 'training-metrics/experiments/*'] };
  t.match(compareValues(old, now, permissions()), {
    verdict: { verdict: 'compatible' },
    changes: [
      { kind: 'added', pointer: '/write', subject: 'training-metrics/experiments/*', breaking: false },
    ],
  });
  t.match(compareValues(now, old, permissions()), {
    verdict: {
      verdict: 'breaking',
      witness: 'training-metrics/experiments/',
      pointer: '/write',
      keyword: 'paths',
      reason: /training-metrics/,
    },
    changes: [
      { kind: 'removed', pointer: '/write', subject: 'training-metrics/experiments/*', breaking: true },
    ],
  });
});

t.test('paths are a language', async (t) => {
  t.equal(verdict({ read: ['a/b', 'a/*'] }, { read: ['a/*'] }, permissions()), 'compatible', 'still covered');
  t.equal(verdict({ read: ['a/*', 'b/*'] }, { read: ['b/*', 'a/*'] }, permissions()), 'equal', 'order');
  t.equal(verdict({ read: ['a/*/b'] }, { read: ['a/*'] }, permissions()), 'compatible');
  t.equal(verdict({ read: ['a/*/b'] }, { read: ['a/*'] }, permissions({}, 'glob')), 'breaking');
  t.equal(verdict({ read: ['a/*'] }, { write: ['a/*'] }, permissions()), 'breaking', 'a read is no write');
  t.equal(verdict({ read: [] }, {}, permissions()), 'equal', 'an absent key allows nothing');
  t.equal(verdict({ read: ['a'] }, {}, permissions()), 'breaking');
  t.equal(verdict({ read: ['a/*'] }, { read: ['a/*', 'a/b'] }, permissions({}, 'regex')), 'compatible');
  t.equal(verdict({ read: ['a/*', 'a/b'] }, { read: ['a/*'] }, permissions({}, 'regex')), 'unknown');
  t.equal(verdict({ read: ['a', 3] }, { read: ['a'] }, permissions()), 'unknown');
  t.match(compareValues({ read: ['!a', 'b'] }, { read: ['c'] }, permissions({}, 'glob')).verdict, {
    verdict: 'breaking',
    witness: 'b',
  });
  t.match(compareValues({ read: ['!a'] }, { read: ['c'] }, permissions({}, 'glob')), {
    verdict: { verdict: 'unknown', pointer: '/read' },
    changes: [
      { kind: 'removed', breaking: true },
      { kind: 'added', breaking: false },
    ],
  });
});

t.test('another dialect is another language', async (t) => {
  const value = { read: ['a/*'] };
  t.equal(verdict(value, value, permissions({}, 'glob'), permissions({}, 'iam')), 'compatible');
  t.match(compareValues(value, value, permissions(), { newSchema: permissions({}, 'glob') }).verdict, {
    verdict: 'breaking',
    witness: 'a//',
  });
});

t.test('a bucket stays with its paths', async (t) => {
  const inOld = permissions({ bucket: 'old-data' });
  const inNew = permissions({ bucket: 'new-data' });
  t.match(compareValues({ read: ['jobs/*'] }, { read: ['jobs/*'] }, inOld, { newSchema: inNew }), {
    verdict: { verdict: 'breaking', witness: 'old-data/jobs/' },
    changes: [
      { kind: 'removed', subject: 'old-data/jobs/*' },
      { kind: 'added', subject: 'new-data/jobs/*' },
    ],
  });
  t.equal(
    verdict({ read: ['jobs/*'] }, { read: ['old-data/jobs/*', 'new-data/x'] }, inOld, permissions()),
    'compatible',
    'a second bucket moves the name of the first into the paths',
  );
  t.equal(
    verdict({ read: ['jobs/*'] }, { read: ['jobs/*'] }, inOld, permissions({ bucket: 'old-data' })),
    'equal',
  );
});

t.test('sets, lists, records, scalars', async (t) => {
  t.equal(verdict(['a', 'b'], ['b', 'a', 'c'], {}), 'compatible', 'a set by default');
  t.match(compareValues(['a', 'b'], ['b'], {}).verdict, {
    verdict: 'breaking',
    witness: 'a',
    keyword: 'set',
  });
  t.equal(verdict([1, 2], [2, 1], {}), 'equal');
  const list = { 'x-realm': { kind: 'list' } };
  t.equal(verdict(['a', 'b'], ['b', 'a'], list), 'breaking');
  t.equal(verdict(['a', 'b'], ['a', 'b', 'c'], list), 'compatible', 'appended');
  t.match(compareValues(['a', 'b'], ['x', 'a', 'b'], list), {
    verdict: { verdict: 'breaking', witness: 'a', keyword: 'list' },
    changes: [{ kind: 'added', subject: 'x', breaking: true }],
  });
  t.match(compareValues(['a', 'b', 'c'], ['a', 'c'], list), {
    verdict: { verdict: 'breaking', witness: 'b' },
    changes: [{ kind: 'removed', subject: 'b' }],
  });
  t.equal(
    verdict([{ a: 1 }], [{ a: 1, b: 2 }], {}),
    'compatible',
    'an element that stays is compared inside',
  );
  t.match(compareValues([{ a: 1 }], [{ a: 2 }], {}).verdict, {
    verdict: 'breaking',
    pointer: '/0/a',
    witness: 1,
  });
  t.equal(verdict([['a'], ['b']], [['a', 'c'], ['b'], []], {}), 'compatible');
  t.match(compareValues({ a: 1, b: 2 }, { a: 1, c: 3 }, {}), {
    verdict: { verdict: 'breaking', pointer: '/b', witness: 2, keyword: 'record' },
    changes: [
      { kind: 'removed', pointer: '/b', subject: 2 },
      { kind: 'added', pointer: '/c', subject: 3 },
    ],
  });
  t.match(compareValues({ 'a/b': [1] }, { 'a/b': 'x' }, {}).verdict, {
    verdict: 'breaking',
    pointer: '/a~1b',
  });
  t.equal(verdict(30, 60, undefined), 'breaking');
  t.equal(verdict({ a: null }, {}, {}), 'breaking', 'null is there, absent is not');
});

t.test('a schema may say that a change does no harm', async (t) => {
  const schema = (change: string): JsonObject => ({ properties: { note: { 'x-realm': { change } } } });
  t.equal(verdict({ note: 'a' }, { note: 'b' }, schema('compatible')), 'compatible');
  t.match(compareValues({ note: 'a' }, {}, schema('described')), {
    verdict: { verdict: 'compatible' },
    changes: [{ kind: 'described', breaking: false }],
  });
  t.equal(verdict({ note: 'a' }, { note: 'b' }, schema('harmless')), 'breaking', 'only words that are known');
  t.equal(
    verdict({ note: 'a' }, { note: 'b' }, {}, schema('compatible')),
    'breaking',
    'the side that is being changed cannot excuse itself',
  );
});

t.test('annotations are found behind $ref and allOf', async (t) => {
  const schema = {
    $defs: { p: { allOf: [{ type: 'array' }, paths()] }, loop: { $ref: '#/$defs/loop' } },
    properties: { read: { $ref: '#/$defs/p' }, other: { $ref: '#/$defs/loop' } },
    additionalProperties: paths(),
  };
  t.equal(verdict({ read: ['a/b', 'a/*'] }, { read: ['a/*'] }, schema), 'compatible');
  t.equal(verdict({ more: ['a/b', 'a/*'] }, { more: ['a/*'] }, schema), 'compatible');
  t.equal(verdict({ other: ['a/b', 'a/*'] }, { other: ['a/*'] }, schema), 'breaking');
  t.equal(verdict({ read: ['a'] }, { read: ['a'] }, { $ref: 'https://example.com/schema.json' }), 'equal');
});

t.test('hostile values', async (t) => {
  const proto = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as JsonValue;
  t.equal(verdict(proto, JSON.parse('{"constructor": 2}'), {}), 'breaking');
  t.equal(
    verdict({}, proto, JSON.parse('{"properties": {"__proto__": {"x-realm": {"change": "described"}}}}')),
    'compatible',
  );
  t.equal(({} as { a?: number }).a, undefined, 'nothing leaked into the prototype');
  const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`) as JsonValue;
  t.match(compareValues(deep, deep, {}).verdict, { verdict: 'unknown', reason: /deeper/ });
  t.match(compareValues({ a: Number.NaN }, { a: 1 }, {}).verdict, { verdict: 'unknown', reason: /NaN/ });
  t.match(compareValues(1, JSON.parse('9007199254740993'), {}).verdict, {
    verdict: 'unknown',
    reason: /2\^53/,
  });
  t.match(compareValues(new Date(0) as unknown as JsonValue, 1, {}).verdict, {
    verdict: 'unknown',
    reason: /Date/,
  });
  const big = Array.from({ length: 120_000 }, (_, i) => `jobs/${i}/some/longer/name/*/masks/x`);
  const took = cpuMs(() => {
    t.equal(verdict({ read: big }, { read: [...big, 'x'] }, permissions()), 'compatible');
    t.equal(verdict({ read: big }, { read: big.map((path) => `${path}/more`) }, permissions()), 'breaking');
  });
  t.ok(took < 8000, `${Math.round(took)} ms of processor time for 5 MB twice`);
});

const strings = fc.array(fc.constantFrom('a/*', 'a/b', 'b', 'b*', '*', 'c/d'), { maxLength: 4 });
const anyValue = fc.jsonValue({ maxDepth: 3, noUnicodeString: true } as object) as fc.Arbitrary<JsonValue>;

t.test('a pattern of property names leads to what is said of them', async (t) => {
  const schema = (pattern: string): JsonObject => ({
    patternProperties: { [pattern]: { 'x-realm': { kind: 'paths', dialect: 'iam' } } },
  });
  const answer = (pattern: string): string =>
    compareValues({ k: ['a/b'] }, { k: ['a/*'] }, schema(pattern)).verdict.verdict;
  t.equal(answer('^k$'), 'compatible');
  t.equal(answer('^[j-l]'), 'compatible');
  t.equal(answer('^x$'), 'breaking', 'of other names');
  t.equal(answer('('), 'breaking', 'not a pattern');
});

t.test('properties', async (t) => {
  const counts = { breaking: 0, other: 0 };
  fc.assert(
    fc.property(
      anyValue,
      (value) => verdict(value, value, {}) === 'equal' || verdict(value, value, {}) === 'unknown',
    ),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(strings, strings, strings, (a, b, c) => {
      const fits = (x: string[], y: string[]): boolean =>
        verdict({ read: x }, { read: y }, permissions()) !== 'breaking';
      counts[fits(a, b) ? 'other' : 'breaking']++;
      return !fits(a, b) || !fits(b, c) || fits(a, c);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(strings, strings, (a, b) => {
      const set = verdict(a, b, {});
      const language = verdict({ read: a }, { read: b }, permissions());
      return language !== 'breaking' || set === 'breaking';
    }),
    { numRuns: 300 },
  );
  t.ok(counts.breaking > 0 && counts.other > 0, JSON.stringify(counts));
});
