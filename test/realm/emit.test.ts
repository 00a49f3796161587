import fc from 'fast-check';
import t from 'tap';
import type { JsonValue } from '../../lib/json.ts';
import { createFile } from '../../lib/realm/emit.ts';
import { parseFile } from '../../lib/realm/parse.ts';

t.test('a contract in the house hand', async (t) => {
  const value = {
    changelog: [{ changes: ['Added training-metrics/*'], date: '2026-01-24', version: '1.3.0' }],
    value: { read: ['jobs/*/masks/*', 'training'], write: [] },
    schema: {
      type: 'object',
      required: ['read'],
      properties: {
        read: { type: 'array', items: { type: 'string' }, 'x-realm': { kind: 'paths', dialect: 'iam' } },
      },
      'x-realm': { bucket: 'fungal-data' },
    },
    unknown: 'kept',
    version: '1.3.0',
    owner: 'aperture',
    name: 's3-permissions',
    compatibility: { backwards: true, forwards: false },
    source_commit: '1'.repeat(40),
    effective_at: '2026-02-07T10:00:00Z',
  };
  t.equal(
    createFile('contract', value),
    `name: s3-permissions
version: "1.3.0"
owner: aperture
compatibility: { backwards: true, forwards: false }
schema:
  type: object
  required: [read]
  properties:
    read: { type: array, items: { type: string }, x-realm: { kind: paths, dialect: iam } }
  x-realm: { bucket: fungal-data }
value:
  read: ["jobs/*/masks/*", "training"]
  write: []
changelog:
  - version: "1.3.0"
    date: 2026-01-24
    changes: ["Added training-metrics/*"]
source_commit: "${'1'.repeat(40)}"
effective_at: 2026-02-07T10:00:00Z
unknown: kept
`,
  );
});

t.test('a change set, a binding and an issue in the house hand', async (t) => {
  t.equal(
    createFile('worktree', {
      name: 'feat/metrics',
      repos: [{ name: 'aperture', status: 'active', commits: 3 }],
      coordination: { commits: [{ message: 'feat: x', linked: true, aperture: 'def5678', fungal: null }] },
      prs: [{ repo: 'fungal', number: 23, blocked_by: ['aperture#45'] }],
    }),
    `name: feat/metrics
repos:
  - { name: aperture, status: active, commits: 3 }
coordination:
  commits:
    - { message: "feat: x", linked: true, aperture: def5678, fungal: null }
prs:
  - { repo: fungal, number: 23, blocked_by: ["aperture#45"] }
`,
  );
  t.equal(
    createFile('binding', {
      repo: 'fungal',
      role: 'consumer',
      imports: [
        {
          contract: 'c',
          version: '>=1.0.0',
          binding: 'cdk/x.py',
          status: 'stale',
          resolved_version: '1.3.0',
        },
      ],
    }),
    `repo: fungal
role: consumer
imports:
  - contract: c
    version: ">=1.0.0"
    binding: cdk/x.py
    status: stale
    resolved_version: "1.3.0"
`,
  );
  t.equal(
    createFile('issue', { number: 1, title: 'new path', state: 'open', body: 'Hello\n\n- a\n' }),
    `number: 1
title: "new path"
body: |
  Hello

  - a
state: open
`,
  );
});

t.test('what is too long for a line goes below, item by item', async (t) => {
  const path = 'models/training/a-rather-long-name-of-a-module.py';
  t.equal(
    createFile('binding', {
      repo: 'a',
      role: 'provider',
      exports: [{ contract: 'c', source_files: [path, path, path] }],
    }),
    `repo: a\nrole: provider\nexports:\n  - contract: c\n    source_files:\n${`      - ${path}\n`.repeat(3)}`,
  );
});

t.test('whatever is written reads back as the same value', async (t) => {
  const nasty = fc.constantFrom(
    ...[
      '',
      ' ',
      'true',
      'No',
      '~',
      '1.0',
      '1e5',
      '0x1f',
      '1_000',
      '12:30',
      '.inf',
      '-',
      '- a',
      'a: b',
      'a #b',
      '#',
      '&a',
      '*a',
      '!a',
      '|',
      '>',
      '%a',
      '@a',
      '`a',
      '{a}',
      '[a]',
      "'",
      '"',
      '\\',
      'a\nb',
      'a\n\nb\n',
      ' a\nb',
      'a\tb',
      '\u0000',
      '\u0085',
      '\u2028',
      '\ufeff',
      '\ud800',
      'é',
      '🚀',
      '---',
      '...',
      '? a',
      'a:',
      ':a',
      '<<',
      '__proto__',
      'constructor',
      '2026-01-24',
      '1.2.3',
      'x'.repeat(1100),
      'a, b',
      'http://x/y?z=1',
      '=',
      'a\r\nb',
      '\ta\nb',
      'a \nb',
      'a\n \nb',
      'a\n---\nb',
      '00',
      '08',
      '1a',
      '1e',
      '12e03',
      '=a',
      'null ',
      'a  b',
      'y',
      '+1',
      '-1',
      '.5',
      '0b1',
      'deadbeef',
      '1234e567',
      'a\u00a0b',
    ],
  );
  const text = fc.oneof(
    nasty,
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(nasty, { maxLength: 3 }).map((parts) => parts.join(' ')),
  );
  const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constantFrom<JsonValue>(null, true, false, 0, -1, 1.5, 1e21, 1e-7, 123456789),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(text, tie('json'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<JsonValue>,
    ),
  }));
  fc.assert(
    fc.property(json, json, text, (value, schema, description) => {
      const contract = {
        name: 'a',
        version: '1.0.0',
        value,
        description,
        schema: { properties: { schema } },
      };
      const written = createFile('contract', contract);
      const parsed = parseFile('contract', 'p', written);
      if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems[0])}\n${written}`);
      if (fc.stringify(sorted(parsed.value)) !== fc.stringify(sorted(contract))) throw new Error(written);
    }),
    { numRuns: 1000 },
  );
});

/** The same value with sorted keys, own `__proto__` keys included. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}
