import assert from 'node:assert/strict';
import t from 'tap';
import { missingWords, uncovered } from '../../lib/compat/coverage.ts';
import { judge } from '../../lib/compat/judge.ts';
import { coversOf, impactOf, impactWords } from '../../lib/compat/usage.ts';
import type { JsonObject, JsonValue } from '../../lib/json.ts';
import { fc } from '../helpers/values/properties.ts';

const list: JsonObject = {
  type: 'array',
  items: { type: 'string' },
  'x-realm': { kind: 'paths', dialect: 'iam' },
};
const schema = (root?: JsonObject): JsonObject => ({
  type: 'object',
  properties: { read: list, write: list },
  ...(root ? { 'x-realm': root } : {}),
});
const inData = (value: JsonValue, bucket: string | null = 'fungal-data') => ({
  value,
  schema: schema({ bucket }),
});
const perPath = (value: JsonValue) => ({ value, schema: schema() });

t.test('what a binding grants against what a contract needs', async (t) => {
  const need = inData({ read: ['jobs/*/masks/*'], write: ['training-metrics/experiments/*'] });
  t.match(uncovered(need, inData({ read: ['jobs/*'], write: ['training-metrics/*'] })), {
    verdict: 'covered',
    missing: [],
    undecided: [],
  });
  const lacking = uncovered(need, inData({ read: ['jobs/*', 'training-metrics/*'], write: ['jobs/*'] }));
  t.same(lacking, {
    verdict: 'uncovered',
    missing: [
      {
        pointer: '/write',
        subject: 'training-metrics/experiments/*',
        witness: 'fungal-data/training-metrics/experiments/',
      },
    ],
    undecided: [],
  });
  t.equal(
    lacking.missing.map(missingWords)[0],
    "write: 'training-metrics/experiments/*' (for example 'fungal-data/training-metrics/experiments/')",
  );
  t.equal(uncovered(need, inData({})).missing.length, 2);
  t.match(uncovered(need, inData({}), { incomplete: true }), { verdict: 'unknown', missing: [{}, {}] });
  t.equal(uncovered(inData({ read: [] }), inData({})).verdict, 'covered');
});

t.test('buckets', async (t) => {
  const need = inData({ read: ['jobs/*'] });
  const verdict = (a: typeof need, b: typeof need): string => uncovered(a, b).verdict;
  t.equal(
    verdict(need, inData({ read: ['jobs/*'] }, 'other-data')),
    'uncovered',
    'a grant on another bucket',
  );
  t.equal(verdict(need, inData({ read: ['jobs/*'] }, null)), 'unknown', 'a grant on nobody knows which');
  t.equal(verdict(inData({ read: ['jobs/*'] }, null), need), 'unknown', 'a need on nobody knows which');
  t.equal(verdict(inData({ read: ['jobs/*'] }, null), inData({ read: ['jobs/*'] }, null)), 'unknown');
  t.equal(
    verdict(inData({ read: ['jobs/*'] }, null), inData({ read: ['*'] }, '*')),
    'covered',
    'all buckets',
  );
  t.equal(verdict(need, perPath({ read: ['fungal-data/*', 'x/y'] })), 'covered');
  t.equal(verdict(need, perPath({ read: ['fungal-*/jobs/*'] })), 'covered', 'a wildcard in the bucket');
  t.equal(verdict(need, perPath({ read: ['jobs/*'] })), 'uncovered', 'a bucket called jobs');
  t.equal(verdict(need, perPath({ read: ['{DATA_BUCKET}/jobs/*', 'x/y'] })), 'unknown');
  t.equal(verdict(need, perPath({ read: ['{DATA_BUCKET}/runs/*', 'x/y'] })), 'uncovered');
  t.equal(
    verdict(perPath({ read: ['{B}/jobs/*'] }), perPath({ read: ['{B}/jobs/*'] })),
    'unknown',
    'two things of one name',
  );
  t.equal(verdict(perPath({ read: ['a/x', 'b/y'] }), perPath({ read: ['a/*', 'b/*'] })), 'covered');
});

t.test('other kinds', async (t) => {
  t.match(
    uncovered({ value: { topics: ['a', 'b'] }, schema: {} }, { value: { topics: ['b'] }, schema: {} }),
    {
      verdict: 'uncovered',
      missing: [{ pointer: '/topics', subject: 'a', witness: 'a' }],
    },
  );
  t.match(uncovered({ value: { port: 1 }, schema: {} }, { value: { port: 2 }, schema: {} }), {
    verdict: 'uncovered',
  });
  t.match(uncovered({ value: { port: 1 }, schema: {} }, { value: { port: 1 }, schema: {} }), {
    verdict: 'covered',
  });
  t.match(uncovered({ value: Number.NaN, schema: {} }, { value: 1, schema: {} }), { verdict: 'unknown' });
  t.match(uncovered(inData({ read: [3] as JsonValue }), inData({ read: ['*'] })), { verdict: 'unknown' });
});

t.test('who uses what a change takes away', async (t) => {
  const old = inData({ write: ['training-metrics/*', 'jobs/*/manifest.json'] });
  const now = inData({ write: ['training-metrics/experiments/*', 'jobs/*/manifest.json'] });
  const at = 'cdk/stack.py:12';
  const impacts = impactOf(old, now, [
    { repo: 'fungal', covers: { write: [{ path: 'training-metrics/runs/*', at }] } },
    { repo: 'wide', covers: { write: [{ path: '*', at: 'main.tf:3' }] } },
    {
      repo: 'safe',
      covers: {
        write: [
          { path: 'training-metrics/experiments/a*', at },
          { path: 'jobs/*', at },
        ],
      },
    },
    { repo: 'reader', covers: { read: [{ path: '*', at }] } },
    { repo: 'elsewhere', covers: { write: [{ path: '*', at, bucket: 'other' }] } },
    { repo: 'hazy', covers: { write: [{ path: '*', at, bucket: null }] } },
    { repo: 'silent' },
  ]);
  t.match(impacts, [
    { impact: 'breaks', uses: [{ pointer: '/write', at, witness: 'fungal-data/training-metrics/runs/x' }] },
    { impact: 'breaks' },
    { impact: 'unaffected' },
    { impact: 'unaffected' },
    { impact: 'unaffected' },
    { impact: 'unknown', reason: /may use/ },
    { impact: 'unknown', reason: /no verified import/ },
  ]);
  t.same(impactWords(impacts).slice(0, 2), [
    "breaks fungal at cdk/stack.py:12 (for example 'fungal-data/training-metrics/runs/x')",
    "breaks wide at main.tf:3 (for example 'fungal-data/training-metrics/')",
  ]);
  t.same(impactWords(impacts.slice(2, 5)), ['not used by safe, reader, elsewhere']);
  t.same(impactWords(impacts.slice(2, 3)), ['not used by safe']);
  for (const covers of [
    3,
    [],
    { write: 'x' },
    { write: [null] },
    { write: [{ path: 1, at }] },
    { write: [{ path: 'a' }] },
  ]) {
    const [impact] = impactOf(old, now, [{ repo: 'odd', covers: covers as never }]);
    t.equal(impact?.impact, 'unknown', JSON.stringify(covers));
  }
  t.match(impactOf(old, old, [{ repo: 'silent' }]), [{ impact: 'unaffected' }], 'nothing is lost');
  // A break of an interface, or of a promise to keep forwards, is in no value that a binding could cover.
  const openapi = (required: string[]) => ({ value: null, schema: { openapi: '3.0.3', required } });
  const interfaces = impactOf(openapi(['a']), openapi([]), [
    { repo: 'silent' },
    { repo: 'sure', covers: { write: [{ path: '*', at }] } },
  ]);
  t.match(interfaces, [{ impact: 'unknown' }, { impact: 'unknown' }]);
  t.same(impactWords(interfaces), ['unknown for silent: usage unknown', 'unknown for sure: usage unknown']);
  const wider = inData({ write: ['training-metrics/*', 'jobs/*/manifest.json', 'more/*'] });
  t.match(impactOf(old, wider, [{ repo: 'strict' }]), [{ impact: 'unknown' }]);
  const topics = { value: { topics: ['a', 'b'] }, schema: {} };
  t.match(
    impactOf(topics, { value: { topics: ['b'] }, schema: {} }, [
      { repo: 'one', covers: { topics: [{ path: 'a', at }] } },
      { repo: 'two', covers: { topics: [{ path: 'b', at }] } },
    ]),
    [{ impact: 'breaks', uses: [{ witness: 'a' }] }, { impact: 'unaffected' }],
  );
});

t.test('who uses what is taken away is the same by the changes as they were judged', async () => {
  const path = fc.constantFrom('*', 'jobs/*', 'jobs/*/masks/*', 'runs/', 'runs/a?');
  const paths = fc.uniqueArray(path, { maxLength: 3 });
  const side = fc.record({ read: paths, write: paths }, { requiredKeys: [] });
  const bucket = fc.constantFrom('fungal-data', 'other', null);
  const entry = fc.record({ path, at: fc.constant('a.py:1'), bucket }, { requiredKeys: ['path', 'at'] });
  const covers = fc.record({
    read: fc.array(entry, { maxLength: 2 }),
    write: fc.array(entry, { maxLength: 2 }),
  });
  const sides = fc.tuple(side, bucket, side, bucket, fc.record({ forwards: fc.boolean() }));
  await fc.assert(
    fc.asyncProperty(sides, covers, async ([was, from, is, to, compatibility], used) => {
      const [old, now] = [inData(was, from), inData(is, to)];
      const consumers = [{ repo: 'one', covers: used }, { repo: 'silent' }];
      const versions = [
        { version: '1.0.0', ...old, compatibility },
        { version: '1.0.0', ...now },
      ] as const;
      const { values } = await judge(...versions, () => ({ verdict: 'equal' }), [], {
        'value/removed': 'none',
      });
      assert.deepEqual(impactOf(old, now, consumers, values), impactOf(old, now, consumers));
    }),
    { numRuns: 200 },
  );
});

t.test('what a binding covers, in the form of the contract', async (t) => {
  const part = (pointer: string, value: string, line: number) => ({
    pointer,
    value,
    path: 'cdk/stack.py',
    line,
  });
  const contract = inData({ read: ['jobs/*'], write: ['training-metrics/*'] });
  t.same(
    coversOf(
      contract,
      [part('/read', 'jobs/*/masks/*', 3), part('/read', 'other/*', 4)],
      schema({ bucket: 'fungal-data' }),
    ),
    {
      read: [{ path: 'jobs/*/masks/*', at: 'cdk/stack.py:3' }],
    },
  );
  t.same(
    coversOf(
      contract,
      [
        part('/read', 'fungal-data/jobs/*', 3),
        part('/read', 'fungal-*/jobs/*', 4),
        part('/write', '{B}/training-metrics/*', 5),
        part('/write', 'other/training-metrics/*', 6),
      ],
      schema(),
    ),
    {
      read: [
        { path: 'jobs/*', at: 'cdk/stack.py:3' },
        { path: 'jobs/*', at: 'cdk/stack.py:4', bucket: 'fungal-*' },
      ],
      write: [{ path: 'training-metrics/*', at: 'cdk/stack.py:5', bucket: null }],
    },
  );
});
