import t from 'tap';
import { graphqlOperations } from '../../../lib/detect/graphql/operations.ts';

const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) });

/** What is read of files: `<subject> <path>:<line>`, and of what is not read the place and the reason. */
async function read(...files: [path: string, text: string][]): Promise<string[]> {
  const sources = files.map(([path, text]) => file(path, text));
  const { parts, unresolved } = await graphqlOperations.extract(sources, {});
  return [
    ...parts.map(({ value, path, line }) => `${(value as { subject: string }).subject} ${path}:${line}`),
    ...unresolved.map(({ path, line, why }) => `unread ${path}:${line} ${why}`),
  ];
}

t.test('documents: each operation with its line, and no type definitions', async (test) => {
  test.same(
    await read(
      [
        'src/a.graphql',
        '# a comment\nquery Invoice($id: ID!) {\n  invoice(id: $id) { total }\n}\n\nmutation Pay { pay }\n',
      ],
      ['schema.graphql', 'type Query { invoice: Int }\n'],
    ),
    ['query Invoice src/a.graphql:2', 'mutation Pay src/a.graphql:6'],
  );
});

t.test('texts in code: tags, calls, and texts that begin like an operation', async (test) => {
  test.same(
    await read(
      [
        'a.ts',
        "const q = gql`\n  query A { a }\n`;\nconst b = graphql(`query B { b }`);\nrun('query C { c }');\n",
      ],
      ['b.py', 'Q = gql("""\nquery D {\n  d\n}\n""")\nE = """query E { e }"""\n'],
      ['c.go', 'package c\n\nconst q = `\nquery F($id: ID!) { f(id: $id) }`\n'],
      ['D.java', 'class D {\n  String q = """\n    query G { g }\n    """;\n}\n'],
      ['e.jsx', 'const x = <p>{useQuery(gql`subscription H { h }`)}</p>;\n'],
    ),
    [
      'query G D.java:3',
      'query A a.ts:2',
      'query B a.ts:4',
      'query C a.ts:5',
      'query D b.py:2',
      'query E b.py:6',
      'query F c.go:4',
      'subscription H e.jsx:1',
    ],
  );
});

t.test('fragments come from any of the files, and one that is missing is said', async (test) => {
  const fragment = 'export const F = gql`\n  fragment Total on Invoice { total }\n`;\n';
  const query = 'const q = gql`\n  $' + '{F}\n  query A { invoice { ...Total } }\n`;\n';
  const sources = [file('f.ts', fragment), file('q.ts', query)];
  const { parts } = await graphqlOperations.extract(sources, {});
  test.match(parts, [
    {
      line: 3,
      value: {
        subject: 'query A',
        document: 'query A { invoice { ...Total } }',
        fragments: [{ at: 'f.ts:2', document: 'fragment Total on Invoice { total }' }],
      },
    },
  ]);
  test.same(await read(['q.ts', query]), [
    "unread q.ts:3 fragment 'Total' is not in the files that are read",
  ]);
});

t.test('what is put together at run time, or is not GraphQL, is said', async (test) => {
  test.same(
    await read(
      ['a.ts', 'const q = gql`query A { invoice { $' + '{field} } }`;\n'],
      ['b.ts', 'const q = gql`query A {{ }`;\n'],
      ['c.ts', "log('query the database; then { wait }');\n"],
    ),
    [
      'unread a.ts:1 part of it is only known at run time',
      'unread b.ts:1 it is not GraphQL: Syntax Error: Expected Name, found "{".',
    ],
  );
});

t.test('documents that are kept by their hash', async (test) => {
  test.same(
    await read([
      'persisted.json',
      '{\n  "abc": "query A { a }",\n  "def": { "body": "mutation B { b }" }\n}\n',
    ]),
    ['query A persisted.json:2', 'mutation B persisted.json:3'],
  );
});
