import t from 'tap';
import { sandbox } from '../helpers/cli.ts';

const box = sandbox(t);

t.test('two files', async (t) => {
  box.write('old.json', '{"type":"object","properties":{"a":{"type":"string"}}}');
  box.write('new.yaml', 'type: object\nproperties: {a: {type: string}}\nrequired: [a]\n');
  const ran = await box.realm(['compat', 'old.json', 'new.yaml'], { expect: 1 });
  t.match(ran.stdout, /^breaking: .*required.*\n {2}witness: \{\}\n {2}at: \/required/);
  const back = await box.realm(['compat', 'new.yaml', 'old.json', '--json']);
  t.same(back.json(), { verdict: 'compatible' });
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

t.test('values with their schema', async (t) => {
  box.write('s.json', '{"properties":{"read":{"x-realm":{"kind":"paths","dialect":"glob"}}}}');
  box.write('v1.json', '{"read":["a/*","a/b"]}');
  box.write('v2.json', '{"read":["a/*"]}');
  t.equal((await box.realm(['compat', 'v1.json', 'v2.json', '--schema', 's.json'])).stdout, 'compatible\n');
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
  await fails(129, /--kind 'x' is none of/, 'v1.json', 'v2.json', '--kind', 'x');
  await fails(129, /takes no files/, '--batch', 'v1.json');
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
