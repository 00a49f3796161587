import t from 'tap';
import { extract } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });
const value = async (detector: string, path: string, text: string, options = {}) =>
  (await extract(detector, [file(path, text)], options)).value;

t.test('a constant in each language', async (t) => {
  const list = ['a', 'b/1'];
  const cases: [string, string, string][] = [
    ['a.py', 'BASE = "b"\nTOPICS = ["a", f"{BASE}/1"]\n', 'TOPICS'],
    ['a.py', 'TOPICS: list[str] = sorted(("a", "b/" + str(1)))\n', 'TOPICS'],
    ['a.ts', 'export const TOPICS = ["a", `b/$' + '{1}`] as const;\n', 'TOPICS'],
    [
      'a.js',
      'module.exports.TOPICS = Object.freeze(["a", "b/1"]);\nconst TOPICS = ["a", "b/1"];\n',
      'TOPICS',
    ],
    ['a.go', 'package a\n\nvar Topics = []string{"a", "b/" + "1"}\n', 'Topics'],
    ['A.java', 'class A { static final List<String> TOPICS = List.of("a", "b/1"); }\n', 'TOPICS'],
    ['A.java', 'class A { static final String[] TOPICS = {"a", "b/1"}; }\n', 'A.TOPICS'],
    ['a.rs', 'pub const TOPICS: &[&str] = &["a", "b/1"];\n', 'TOPICS'],
    ['a.tf', 'locals {\n  topics = ["a", "b/1"]\n}\n', 'local.topics'],
    ['a.py', 'class Config:\n    TOPICS = ["a", "b/1"]\n', 'Config.TOPICS'],
    ['a.py', 'CONFIG = {"topics": ["a", "b/1"]}\n', 'CONFIG.topics'],
  ];
  for (const [path, text, name] of cases)
    t.same(await value('constant', path, text, { name }), list, `${path} ${name}`);
});

t.test('maps, numbers, enums and what is not known', async (t) => {
  const python = 'LIMITS = {"size": 10, "ratio": 0.5, "on": True, "none": None, "deep": {"x": ["y"]}}\n';
  t.same(await value('constant', 'a.py', python, { name: 'LIMITS' }), {
    size: 10,
    ratio: 0.5,
    on: true,
    none: null,
    deep: { x: ['y'] },
  });
  t.same(await value('constant', 'a.ts', 'export enum Topic { A = "a", B = "b" }\n', { name: 'Topic' }), {
    A: 'a',
    B: 'b',
  });
  t.same(await value('constant', 'a.py', 'class E(Enum):\n    A = "a"\n    B = "b"\n', { name: 'E' }), {
    A: 'a',
    B: 'b',
  });
  const open = await extract(
    'constant',
    [file('a.py', 'import os\nX = {"a": "b", "c": os.environ["C"]}\n')],
    { name: 'X' },
  );
  t.same(open.value, { a: 'b' });
  t.match(open.unresolved, [{ path: 'a.py', line: 2, why: /environment variable C/ }]);
  t.match((await extract('constant', [file('a.py', 'Y = 1\n')], { name: 'X' })).unresolved, [
    { why: /no constant/ },
  ]);
  await t.rejects(extract('constant', [], {}), { code: 'detector-option' });
  const parts = (
    await extract('constant', [file('a.py', 'X = {\n  "a": [\n    "p",\n    "q",\n  ],\n}\n')], { name: 'X' })
  ).parts;
  t.match(parts, [
    { pointer: '/a', value: 'p', line: 3 },
    { pointer: '/a', value: 'q', line: 4 },
  ]);
});

t.test('annotated literals', async (t) => {
  const python =
    '# realm:export topics#/in\nIN = ["a"]\n\n# realm:export topics#/out\nOUT = [\n    "b",\n]\n';
  t.same(await value('annotation', 'a.py', python), { in: ['a'], out: ['b'] });
  t.same(
    await value('annotation', 'a.ts', '/**\n * realm:export limits\n */\nexport const L = { a: 1 };\n'),
    { a: 1 },
  );
  t.same(await value('annotation', 'a.go', 'package a\n\n// realm:export names\nvar N = []string{"x"}\n'), [
    'x',
  ]);
  t.same(
    await value(
      'annotation',
      'A.java',
      'class A {\n  // realm:export n\n  static final String N = "x";\n}\n',
    ),
    'x',
  );
  t.same(await value('annotation', 'a.rs', '// realm:export n\nconst N: u8 = 3;\n'), 3);
  t.same(await value('annotation', 'a.yaml', 'a:\n  # realm:export n\n  b: [1, 2]\n'), [1, 2]);
  t.same(await value('annotation', 'a.tf', 'locals {\n  # realm:export n\n  x = { a = "y" }\n}\n'), {
    a: 'y',
  });
  const two = '# realm:export a\nA = 1\n# realm:export b\nB = 2\n';
  t.equal(await value('annotation', 'a.py', two, { contract: 'b' }), 2);
  await t.rejects(extract('annotation', [file('a.py', two)]), { code: 'detector-option', message: /a, b/ });
  t.match((await extract('annotation', [file('a.py', '# realm:export a\n')])).unresolved, [
    { line: 1, why: /no literal/ },
  ]);
});

t.test('a regular expression, with named groups or without', async (t) => {
  const text = 'topic: b.c\nreads: q\ntopic: a.b\n';
  const found = await extract('pattern', [file('a.txt', text)], {
    pattern: '^topic: (?<topics>.+)$|^reads: (?<reads>.+)$',
  });
  t.same(found.value, { topics: ['a.b', 'b.c'], reads: ['q'] });
  t.match(found.parts, [{ pointer: '/topics', line: 1 }, { pointer: '/reads', line: 2 }, { line: 3 }]);
  t.same(await value('pattern', 'a.txt', text, { pattern: '\\w\\.\\w' }), ['a.b', 'b.c']);
});

t.test('an expression that backtracks for ever is stopped', async (t) => {
  const from = performance.now();
  const found = await extract('pattern', [file('a.txt', `${'a'.repeat(50)}!`)], { pattern: '^(a+)+$' });
  t.match(found.unresolved, [{ why: /backtracks/ }]);
  t.ok(performance.now() - from < 3000);
  await t.rejects(extract('pattern', [], { pattern: '(' }), { code: 'detector-option' });
  await t.rejects(extract('pattern', [], {}), { code: 'detector-option' });
});

t.test('interface documents are the schema', async (t) => {
  const openapi = await extract('openapi', [
    file('api.yaml', 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {}\n'),
  ]);
  t.match(openapi.schema, { openapi: '3.1.0', paths: {} });
  t.match((await extract('openapi', [file('a.yaml', 'a: 1\n')])).unresolved, [{ why: /no OpenAPI/ }]);
  const schema = await extract('json-schema', [file('a.json', '{"$schema": "x", "type": "object"}')]);
  t.same(schema.schema, { $schema: 'x', type: 'object' });
  const graphql = await extract('graphql', [file('a.graphql', 'type Query { a: Int }\n')]);
  t.same(graphql.schema, { sdl: 'type Query { a: Int }\n', 'x-realm': { kind: 'graphql' } });
  t.match((await extract('graphql', [file('a.graphql', 'type {')])).unresolved, [{ why: /does not parse/ }]);
  t.same((await extract('avro', [file('a.avsc', '{"type":"record","name":"R","fields":[]}')])).value, {
    type: 'record',
    name: 'R',
    fields: [],
  });
  const proto = 'syntax = "proto3"; // c\nmessage A {\n  /* x */ string url = 1 [default = "http://x"];\n}\n';
  t.equal(
    (await extract('protobuf', [file('a.proto', proto)])).value,
    'syntax = "proto3"; message A { string url = 1 [default = "http://x"]; }',
  );
});
