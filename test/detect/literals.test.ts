import t from 'tap';
import { extract } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';
import { literalCases } from './literal-cases.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });
const value = async (detector: string, path: string, text: string, options = {}) =>
  (await extract(detector, [file(path, text)], options)).value;

t.test('each literal in each language', async (t) => {
  for (const literal of literalCases) {
    const found = await value(literal.detector, literal.path, literal.text, literal.options);
    t.same(found, literal.value, `${literal.detector}, ${literal.language}: ${literal.construct}`);
  }
});

t.test('what is not known of a constant', async (t) => {
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

t.test('several annotations', async (t) => {
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

t.test('an expression that would backtrack for ever is matched all the same', async (t) => {
  const text = `${'a'.repeat(50_000)}!`;
  const found = await extract('pattern', [file('a.txt', text)], { pattern: '^(a+)+$|(?<last>!)' });
  t.same([found.value, found.unresolved], [{ last: ['!'] }, []]);
  await t.rejects(extract('pattern', [], { pattern: '(' }), { code: 'detector-option' });
  await t.rejects(extract('pattern', [], {}), { code: 'detector-option' });
  await t.rejects(extract('pattern', [], { pattern: '(?i:a)' }), {
    message: /flags inside a pattern, which is not/,
  });
});

t.test(
  'an expression may take so many steps over all its files: the rest is said, not left out',
  async (t) => {
    const text = `${'a'.repeat(60)}!\n`;
    const files = ['a', 'b', 'c'].map((name) => file(`${name}.txt`, name === 'a' ? 'aa\n' : text));
    const found = await extract('pattern', files, { pattern: '^(?<x>a|aa)+\\1$' });
    t.match(
      found.unresolved,
      ['b.txt', 'c.txt'].map((path) => ({ path, gap: true, why: /too many steps over all files/ })),
    );
  },
);

t.test('interface documents are the schema', async (t) => {
  const openapi = await extract('openapi', [
    file('api.yaml', 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\npaths: {/a: {}}\n'),
  ]);
  t.match(openapi.schema, { openapi: '3.1.0', paths: { '/a': {} } });
  t.match((await extract('openapi', [file('a.yaml', 'a: 1\n')])).unresolved, [{ why: /not an OpenAPI/ }]);
  const schema = await extract('json-schema', [file('a.json', '{"$schema": "x", "type": "object"}')]);
  t.same(schema.schema, { $schema: 'x', type: 'object' });
  const graphql = await extract('graphql', [file('a.graphql', 'type Query { a: Int }\n')]);
  t.same(graphql.schema, { sdl: 'type Query { a: Int }\n', 'x-realm': { kind: 'graphql' } });
  t.match((await extract('graphql', [file('a.graphql', 'type {')])).unresolved, [{ why: /does not parse/ }]);
  const avro = '{\n  "type": "record",\n  "name": "R",\n  "fields": [{ "name": "a", "type": "b.T" }]\n}\n';
  t.match(await extract('avro', [file('s/a.avsc', avro)]), {
    schema: { files: { 's/a.avsc': avro }, 'x-realm': { kind: 'avro' } },
    parts: [{ pointer: '/s~1a.avsc', value: 'R', path: 's/a.avsc', line: 1 }],
    unresolved: [{ path: 's/a.avsc', line: 4, what: "'b.T'" }],
    documents: ['s/a.avsc'],
  });
  const proto = 'syntax = "proto3";\nmessage A {\n  string url = 1;\n}\n';
  t.match(await extract('protobuf', [file('api/a.proto', proto)]), {
    schema: { files: { 'api/a.proto': proto }, 'x-realm': { kind: 'protobuf' } },
    parts: [{ pointer: '/api~1a.proto/A', value: 'A', path: 'api/a.proto', line: 2 }],
    documents: ['api/a.proto'],
  });
  t.match((await extract('protobuf', [file('a.proto', `${proto}message {`)])).unresolved, [
    { path: 'a.proto', line: 5, why: /expected the name of a message, found '\{' in line 5/, gap: true },
  ]);
});
