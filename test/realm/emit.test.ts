import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { createFile } from '../../lib/realm/emit.ts';
import { parseFile } from '../../lib/realm/parse.ts';
import { anyJson, anyText, comparable } from '../helpers/values/json.ts';
import { fc } from '../helpers/values/properties.ts';

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

t.test('whatever is written reads back as the same value', async () => {
  fc.assert(
    fc.property(anyJson, anyJson, anyText, (value, schema, description) => {
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
      if (!isDeepStrictEqual(comparable(parsed.value), comparable(contract))) throw new Error(written);
    }),
    { numRuns: 1000 },
  );
});
