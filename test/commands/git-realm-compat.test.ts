import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';

const box = sandbox(t);
interface Changes {
  changes: object[];
}

t.test('two files', async (t) => {
  box.write('old.json', '{"type":"object","properties":{"a":{"type":"string"}}}');
  box.write('new.yaml', 'type: object\nproperties: {a: {type: string}}\nrequired: [a]\n');
  const ran = await box.realm(['compat', 'old.json', 'new.yaml'], { expect: 1 });
  t.match(ran.stdout, /^breaking: .*required.*\n {2}witness: \{\}\n {2}at: \/required/);
  const back = await box.realm(['compat', 'new.yaml', 'old.json', '--json']);
  t.match(back.json(), {
    verdict: 'compatible',
    changes: [{ rule: 'json-schema/property-became-optional', level: 'compatible', where: 'a' }],
  });
  t.match((await box.realm(['compat', 'old.json', 'new.yaml', '--json', '--direction', 'forwards'])).json(), {
    verdict: 'compatible',
  });
  t.match(
    (
      await box.realm(['compat', '-', 'old.json', '--json'], { input: '{"type":"object"}', expect: 1 })
    ).json(),
    {
      verdict: 'breaking',
    },
  );
  box.write('a.graphql', 'type Query { a: Int b: Int }');
  box.write('b.graphql', 'type Query { a: Int }');
  t.match(
    (await box.realm(['compat', 'a.graphql', 'b.graphql'], { expect: 1 })).stdout,
    /witness: "query \{ b \}"/,
  );
  box.write('a.yml', 'openapi: 3.0.3\npaths:\n  /a: {get: {responses: {}}}\n');
  box.write('b.yml', 'openapi: 3.0.3\npaths: {}\n');
  t.match((await box.realm(['compat', 'a.yml', 'b.yml'], { expect: 1 })).stdout, /\/a: path removed/);
});

t.test('every change has its rule, place and lines on both sides', async (t) => {
  const document = (schema: string): string =>
    `openapi: 3.0.3\npaths:\n  /positions:\n    get:\n      responses:\n        '200':\n          description: all\n          content:\n            application/json:\n              schema:\n                type: array\n                items:\n${schema}`;
  const at = ' '.repeat(18);
  box.write(
    'one.yaml',
    document(
      `${at}type: object\n${at}properties:\n${at}  outdated: {type: boolean}\n${at}  size: {type: integer}\n`,
    ),
  );
  box.write(
    'two.yaml',
    document(
      `${at}type: object\n${at}properties:\n${at}  size: {type: string}\n${at}  more: {type: string}\n`,
    ),
  );
  const ran = await box.realm(['compat', 'one.yaml', 'two.yaml'], { expect: 1 });
  const lines = ran.stdout.trimEnd().split('\n').slice(3);
  t.same(lines.sort(), [
    '  breaking   GET /positions → 200 → [].outdated: property removed  [openapi/response-property-removed]  one.yaml:15',
    '  breaking   GET /positions → 200 → [].size: type integer became string  [openapi/response-type-changed]  one.yaml:16 → two.yaml:15',
    '  compatible GET /positions → 200 → [].more: property added  [openapi/response-property-added]  two.yaml:16',
  ]);
  const forwards = await box.realm(['compat', 'one.yaml', 'two.yaml', '--direction', 'forwards', '--json'], {
    expect: 1,
  });
  t.match((forwards.json() as Changes).changes, [
    {
      where: 'GET /positions → 200 → [].size',
      old: { path: 'one.yaml', line: 16 },
      new: { path: 'two.yaml', line: 15 },
    },
    { where: 'GET /positions → 200 → [].more', gone: undefined, new: { path: 'two.yaml', line: 16 } },
    { where: 'GET /positions → 200 → [].outdated', gone: true, old: { path: 'one.yaml', line: 15 } },
  ]);
  const both = await box.realm(['compat', 'one.yaml', 'two.yaml', '--direction', 'both', '--json'], {
    expect: 1,
  });
  t.equal((both.json() as Changes).changes.length, 5, 'those of the way forwards that break besides');
  const sdl = await box.realm(['compat', 'a.graphql', 'b.graphql', '--json'], { expect: 1 });
  t.match((sdl.json() as Changes).changes, [
    {
      rule: 'graphql/field-removed',
      where: 'Query.b',
      witness: 'query { b }',
      old: { path: 'a.graphql', line: 1 },
    },
  ]);
});

t.test('values with their schema', async (t) => {
  box.write('s.json', '{"properties":{"read":{"x-realm":{"kind":"paths","dialect":"glob"}}}}');
  box.write('v1.json', '{"read":["a/*","a/b"]}');
  box.write('v2.json', '{"read":["a/*"]}');
  t.match(
    (await box.realm(['compat', 'v1.json', 'v2.json', '--schema', 's.json'])).stdout,
    /^compatible\n {2}compatible read: 'a\/b' was removed {2}\[s3\/path-removed\]/,
  );
  t.match(
    (await box.realm(['compat', 'v1.json', 'v2.json'], { expect: 1 })).stdout,
    /"a\/b"/,
    'a set without it',
  );
});

t.test('what cannot be compared', async (t) => {
  const fails = async (code: number, message: RegExp, ...args: string[]): Promise<void> => {
    const ran = await box.realm(['compat', ...args], { expect: code });
    t.match(ran.stderr, message);
    t.equal(ran.stdout, '');
  };
  box.write('twice.yaml', 'a: 1\na: 2\n');
  await fails(129, /two documents are needed/, 'v1.json');
  await fails(129, /--kind must be one of/, 'v1.json', 'v2.json', '--kind', 'x');
  await fails(129, /takes no file arguments/, '--batch', 'v1.json');
  await fails(128, /cannot read 'nowhere.json'/, 'nowhere.json', 'v2.json');
  await fails(128, /cannot read 'twice.yaml'.*unique/, 'twice.yaml', 'v2.json');
  await fails(128, /looks like openapi/, 'a.yml', 'v2.json');
});

t.test('a batch', async (t) => {
  const lines = [
    { id: 1, kind: 'schema', old: { type: 'integer' }, new: { type: 'number' } },
    { id: 2, kind: 'value', old: ['a'], new: [] },
  ];
  const input = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot JSON\n`;
  const { stdout } = await box.realm(['compat', '--batch'], { input });
  t.match(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { id: 1, verdict: 'compatible' },
      { id: 2, verdict: 'breaking', witness: 'a', pointer: '', keyword: 'set' },
      { id: null, verdict: 'unknown', reason: /line 3/ },
    ],
  );
});
