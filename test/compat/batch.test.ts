import t from 'tap';
import { judgeLines } from '../../lib/compat/batch.ts';
import { kindOfDocuments, parseDocument } from '../../lib/compat/documents.ts';
import { collidingNumbers, collidingWritten, withWritten } from '../../lib/compat/numbers.ts';

async function* chunks(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function batch(...lines: unknown[]): Promise<{ verdict: string; [key: string]: unknown }[]> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const out = [];
  for await (const line of judgeLines(chunks(text, 1 << 16))) out.push(JSON.parse(line));
  return out;
}

t.test('every change of a line, with its rule, where the line asks for it', async (t) => {
  const properties = { a: {}, b: {} };
  const old = { type: 'object', properties };
  const now = { type: 'object', properties, required: ['a', 'b'] };
  const [asked, plain] = await batch({ old, new: now, changes: true }, { old, new: now });
  t.match(asked?.changes, [
    { rule: 'json-schema/property-became-required', level: 'breaking', subject: String },
    { rule: 'json-schema/property-became-required', level: 'breaking' },
  ]);
  t.notOk('changes' in (plain ?? {}), 'and the verdict alone where it does not');
});

t.test('one answer for each line, in order', async (t) => {
  const paths = { properties: { read: { 'x-realm': { kind: 'paths', dialect: 'iam' } } } };
  const answers = await batch(
    { id: 1, kind: 'schema', old: { type: 'string' }, new: { type: 'integer' } },
    '',
    { id: 'two', kind: 'value', old: { read: ['a/*'] }, new: { read: ['a/b'] }, schema: paths },
    { id: { n: 3 }, kind: 'value', old: ['a'], new: ['a', 'b'] },
    { id: 4, kind: 'graphql', old: 'type Query { a: Int }', new: 'type Query { a: Int b: Int }' },
    {
      id: 5,
      kind: 'openapi',
      old: 'openapi: 3.0.0\npaths: {/a: {get: {}}}',
      new: { openapi: '3.0.0', paths: {} },
    },
    { old: { type: 'string' }, new: { type: 'string' } },
  );
  t.match(answers, [
    { id: 1, verdict: 'breaking', witness: String, keyword: 'type', pointer: '/type' },
    { id: 'two', verdict: 'breaking', witness: 'a/', pointer: '/read', keyword: 'paths' },
    { id: { n: 3 }, verdict: 'compatible' },
    { id: 4, verdict: 'compatible' },
    { id: 5, verdict: 'breaking', witness: '/a', pointer: '/paths' },
    { id: null, verdict: 'equal' },
  ]);
  t.same(Object.keys(answers[2] ?? {}), ['id', 'verdict'], 'nothing empty is written');
});

t.test('directions', async (t) => {
  const narrow = { type: 'integer' };
  const wide = { type: 'number' };
  const of = (direction: string, old: object, now: object) => ({
    id: 1,
    kind: 'schema',
    old,
    new: now,
    direction,
  });
  t.match(
    await batch(
      of('backwards', narrow, wide),
      of('forwards', narrow, wide),
      of('both', narrow, wide),
      of('both', wide, narrow),
      of('both', wide, wide),
      of('sideways', wide, wide),
      { id: 1, kind: 'value', old: ['a'], new: ['a', 'b'], direction: 'forwards' },
    ),
    [
      { verdict: 'compatible' },
      { verdict: 'breaking' },
      { verdict: 'breaking', reason: /^forwards: / },
      { verdict: 'breaking' },
      { verdict: 'equal' },
      { verdict: 'unknown', reason: /backwards, forwards, both/ },
      { verdict: 'breaking', witness: 'b' },
    ],
  );
});

t.test('whatever is wrong with a line is its answer', async (t) => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const answers = await batch(
    '{"id":1,',
    '[]',
    '"x"',
    { id: 2, kind: 'schema', old: {} },
    { id: 3, kind: 'thrift', old: {}, new: {} },
    { id: 4, kind: 'graphql', old: {}, new: {} },
    { id: 5, old: { openapi: '3.1.0' }, new: { type: 'object' } },
    `{"id":6,"kind":"value","old":${deep},"new":${deep}}`,
    `{"id":7,"kind":"schema","old":${deep.replaceAll('[', '{"not":').replaceAll(']', '}').replace(':}', ':{}}')},"new":{}}`,
    '{"id":8,"kind":"value","old":9007199254740993,"new":9007199254740992}',
    '{"id":9,"kind":"schema","old":{"maximum":9007199254740993},"new":{"maximum":9007199254740992}}',
    '{"id":10,"kind":"value","old":{"__proto__":{"a":1}},"new":{}}',
    '{"id":11,"kind":"schema","old":{"pattern":"(a+)+$"},"new":{"pattern":"^(a|a)*b"}}',
    { id: 12, kind: 'schema', old: { $ref: 'https://example.com/a.json' }, new: { type: 'string' } },
    { id: 13, kind: 'schema', old: { type: 'nonsense' }, new: 3 },
    { id: 14, kind: 'openapi', old: 'a: &a [1]\nb: {a: 1, a: 2}', new: 'x' },
    { id: 15, kind: 'value', old: 'x', new: '\u2028\u009f' },
    { id: 16, kind: 'value', old: 1, new: 1 },
  );
  t.equal(answers.length, 18);
  t.match(
    answers.map((answer) => [answer.id, answer.verdict]),
    [
      [null, 'unknown'],
      [null, 'unknown'],
      [null, 'unknown'],
      [2, 'unknown'],
      [3, 'unknown'],
      [4, 'unknown'],
      [5, 'unknown'],
      [6, 'unknown'],
      [7, /./],
      [8, 'unknown'],
      [9, 'unknown'],
      [10, 'breaking'],
      [11, /unknown|breaking/],
      [12, /unknown/],
      [13, /unknown|breaking/],
      [14, 'unknown'],
      [15, 'breaking'],
      [16, 'equal'],
    ],
  );
  t.match(answers[0]?.reason, /line 1 is not valid JSON/);
  t.match(answers[10]?.reason, /9007199254740993 and 9007199254740992/);
});

t.test('lines are answered as they come', async (t) => {
  let given = 0;
  async function* slow(): AsyncGenerator<string> {
    for (; given < 3; given++) yield `{"id":${given},"kind":"value","old":1,"new":1}\n`;
  }
  for await (const line of judgeLines(slow()))
    t.ok(given <= JSON.parse(line).id + 1, 'not after the next was read');
});

t.test('characters that cut lines or draw on terminals are escaped', async (t) => {
  const out = [];
  for await (const line of judgeLines(chunks('{"id":"\u2028\u009b","kind":"value","old":"ü\u202e","new":1}')))
    out.push(line);
  t.notMatch(out.join(''), /[\u0080-\u009f\u2028\u202e]/);
  t.match(JSON.parse(out.join('')), { id: '\u2028\u009b', witness: 'ü\u202e' });
});

t.test('files', async (t) => {
  t.same(await parseDocument('a.json', '\ufeff{"a":1}'), { value: { a: 1 } });
  t.same(await parseDocument('a.yaml', 'a: [1, x]'), { value: { a: [1, 'x'] } });
  t.same(await parseDocument('a.graphql', 'type A { b: Int }'), { graphql: 'type A { b: Int }' });
  t.match(await parseDocument('-', '# users\ntype A { b: Int }'), { graphql: String });
  t.match(await parseDocument('-', 'type: object\n'), { value: { type: 'object' } });
  t.match(await parseDocument('-', '{"a": 1}'), { value: { a: 1 } });
  await t.rejects(parseDocument('a.json', '{'), { code: 'bad-document', message: /cannot read 'a.json'/ });
  await t.rejects(parseDocument('a.yaml', 'a: 1\nb: 2\na: 3'), { code: 'bad-document', message: /unique/ });
  await t.rejects(parseDocument('a.yaml', 'a: 1\n---\nb: 2'), { message: /more than one document/ });
  await t.rejects(parseDocument('a.yaml', `a: ${'['.repeat(20_000)}`), { code: 'bad-document' });
  const laughs = [
    'a0: &a0 [x]',
    ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`),
  ];
  await t.rejects(parseDocument('a.yaml', laughs.join('\n')), { message: /anchors and aliases/ });
  t.equal(
    Object.getPrototypeOf(((await parseDocument('a.yaml', '__proto__: {a: 1}')) as { value: object }).value),
    Object.prototype,
  );
});

t.test('what files are', async (t) => {
  const kind = (old: unknown, now: unknown) =>
    kindOfDocuments({ value: old as never }, { value: now as never });
  t.equal(kind({ type: 'object' }, { properties: {} }), 'schema');
  t.equal(kind({}, { type: 'object' }), 'schema');
  t.equal(kind(true, { $ref: '#/a' }), 'schema');
  t.equal(kind({}, {}), 'value');
  t.equal(kind({ read: [] }, {}), 'value');
  t.equal(kind({ type: 'dog', name: 'x' }, { type: 'dog' }), 'value');
  t.equal(kind({ title: 'a book' }, { title: 'another' }), 'value', 'words alone make no schema');
  t.equal(kind({ openapi: '3.0.0' }, { openapi: '3.1.0' }), 'openapi');
  t.match(kind({ openapi: '3.0.0' }, { a: 1 }), { mixed: /openapi, the new document like value/ });
  t.equal(kindOfDocuments({ graphql: '' }, { graphql: '' }), 'graphql');
});

t.test('numbers that collide', async (t) => {
  t.equal(collidingNumbers(['{"a":1,"b":1.0,"c":10e-1}']), undefined);
  t.equal(collidingNumbers(['{"a":9223372036854775807,"b":-9223372036854775808}']), undefined);
  t.equal(
    collidingNumbers(['9007199254740993', '9007199254740992']),
    '9007199254740993 and 9007199254740992',
  );
  t.equal(collidingNumbers(['"9007199254740993" 9007199254740992']), undefined, 'text is text');
  t.equal(collidingNumbers(['1e400 1e401']), '1e400 and 1e401');
  t.equal(collidingNumbers(['100000000000000000000 1e20']), undefined, 'the same number in two hands');
  t.equal(collidingNumbers(['0.10000000000000000001 0.1']), '0.10000000000000000001 and 0.1');
});

t.test('a document that no kind compares is not taken for a value', async (t) => {
  const kind = (old: unknown, now: unknown) =>
    kindOfDocuments({ value: old as never }, { value: now as never });
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  t.equal(
    kind({ ...schema, javaType: 'com.x.A' }, { ...schema, required: ['a'] }),
    'schema',
    'a strange keyword',
  );
  t.equal(kind({ name: 'Foo', ...schema }, { name: 'Foo', ...schema }), 'schema', 'a name beside it');
  const { properties } = schema;
  t.match(kind({ name: 'Foo', properties }, { name: 'Foo', properties }), {
    candidates: ['schema', 'value'],
  });
  const record = { type: 'record', name: 'M', fields: [] };
  t.equal(kind(record, record), 'avro');
  t.equal(kind({ protocol: 'P', types: [] }, { protocol: 'P', types: [] }), 'avro');
  for (const [document, name] of [
    [{ asyncapi: '1.2.0', topics: {} }, /AsyncAPI document of version 1\.2\.0/],
    [{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }, /CustomResourceDefinition/],
    [{ on: { push: {} }, jobs: {} }, /workflow/],
  ] as const)
    t.match(kind(document, document), { named: name });
  const answers = await batch(
    ...[
      { id: 1, old: { asyncapi: '1.2.0' }, new: { asyncapi: '1.2.0', topics: {} } },
      { id: 2, old: { a: 1 }, new: { a: 1, b: 2 }, kind: 'json-schema' },
    ],
  );
  t.match(answers[0], { verdict: 'unknown', reason: /AsyncAPI .*--kind value/ });
  t.match(answers[1], { verdict: 'equal' }, 'keys that no schema knows say nothing');
});

t.test('the result of an introspection query is the schema that it describes', async (t) => {
  const int = { kind: 'SCALAR', name: 'Int' };
  const schema = (args: unknown[]) => ({
    __schema: {
      queryType: { name: 'Query' },
      types: [{ kind: 'OBJECT', name: 'Query', fields: [{ name: 'a', args, type: int }] }],
    },
  });
  const required = [{ name: 'x', type: { kind: 'NON_NULL', ofType: int } }];
  const [breaks, same, broken] = await batch(
    ...[
      { id: 1, old: schema([]), new: { data: schema(required) } },
      { id: 2, old: schema([]), new: schema([]) },
      { id: 3, old: { __schema: { types: [] } }, new: { __schema: { types: [{}] } } },
    ],
  );
  t.match(breaks, { verdict: 'breaking', witness: 'query { a }' });
  t.match(same, { verdict: 'equal' });
  t.match(broken, { verdict: 'unknown' }, 'one that is not whole is not compared as a value');
});

t.test('a number beyond 2^53 that is written in one way decides nothing elsewhere', async (t) => {
  const schema = (maximum: string, type: string): string =>
    `{"type":"object","properties":{"id":{"type":"integer","maximum":${maximum}},"n":{"type":"${type}"}},"required":["id","n"]}`;
  const document = (maximum: string, type: string): string =>
    `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"d","content":{"application/json":{"schema":${schema(maximum, type)}}}}}}}}}`;
  const largest = '9223372036854775807';
  const lines = [document, schema].flatMap((make) => [
    `{"old":${make(largest, 'integer')},"new":${make(largest, 'string')}}`,
    `{"old":${make(largest, 'integer')},"new":${make(largest, 'integer')}}`,
    `{"old":${make(largest, 'integer')},"new":${make('9223372036854775806', 'integer')}}`,
  ]);
  lines.push(
    `{"kind":"openapi","old":${JSON.stringify(document(largest, 'integer'))},"new":${JSON.stringify(document(largest, 'string'))}}`,
  );
  const answers = await batch(...lines);
  const breaking = ['breaking', 'equal', 'unknown'];
  t.same(
    answers.map(({ verdict }) => verdict),
    [...breaking, ...breaking, 'breaking'],
  );
  t.match(answers[2]?.reason, /9223372036854775807 and 9223372036854775806/);
});

t.test('what a document says of its own numbers is not believed', (t) => {
  const brought = { 'x-realm-numbers': ['1'], a: 1 };
  t.same(withWritten(brought, ['{"a":1}']), { a: 1 });
  t.same(withWritten(brought, ['{"a":9223372036854775807}']), {
    a: 1,
    'x-realm-numbers': ['9223372036854775807'],
  });
  t.equal(collidingWritten({ 'x-realm-numbers': ['1e400'] }, {}), undefined);
  t.end();
});

t.test('digits within a word are no number', async (t) => {
  t.equal(collidingNumbers(['id: 028e8404-a013-4a45-ac9e-002482f9c7a1\nrate: 0\n', 'rate: 0\n']), undefined);
  t.match(collidingNumbers(['rate: 9007199254740993', 'rate: 9007199254740992']), /9007199254740993/);
});
