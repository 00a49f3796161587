import t from 'tap';
import { edited, type Files, judged, story } from '../helpers/values/judge.ts';
import { blobName } from '../helpers/values/realm-view.ts';

const sdl = (...fields: string[]) => `type Query {\n  ${fields.join('\n  ')}\n}\n`;
const entry = (path: string, text: string, bytes = Buffer.byteLength(text)) =>
  `  - { path: "${path}", oid: "${blobName(text)}", bytes: ${bytes} }\n`;
const contractOf = (version: string, ...entries: string[]) =>
  `name: api\nkind: graphql\nversion: "${version}"\nowner: a\ncontent:\n${entries.join('')}`;

const path = 'domains/d/contracts/api.yaml';
const beside = 'domains/d/contracts/api.d/';
const first = sdl('a: Int', 'b: Int');
const wider = sdl('a: Int', 'b: Int', 'c: Int');
const narrower = sdl('a: Int');

const realm: Files = {
  'realm.yaml': 'name: acme\nversion: "1.0.0"\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/a.yaml': 'name: a\nmaintainers: [eric@example.com]\n',
  'repos/b.yaml': 'name: b\nmaintainers: [fun@example.com]\n',
  'domains/d/domain.yaml': 'name: d\nmembers: [a, b]\n',
  'domains/d/bindings/a.yaml': 'repo: a\nrole: provider\nexports:\n  - { contract: api }\n',
  [path]: contractOf('1.0.0', entry('s.graphql', first)),
  [`${beside}s.graphql`]: first,
};
const release = (version: string) => `changelog:\n  - { version: "${version}" }\n`;

t.test('content comes, changes and goes with its contract, by the rules of the contract', async (t) => {
  const told = await story(realm, [
    {
      by: 'eric',
      edits: {
        [path]: contractOf('1.1.0', entry('s.graphql', wider)) + release('1.1.0'),
        [`${beside}s.graphql`]: wider,
      },
    },
    { by: 'eric', edits: { [path]: (text) => `${text}description: the graph\n` } },
    {
      by: 'eric',
      edits: {
        [path]: (text) => text.replace('s.graphql', 'moved/s.graphql'),
        [`${beside}s.graphql`]: null,
        [`${beside}moved/s.graphql`]: wider,
      },
    },
    { by: 'eric', edits: { [path]: null, [`${beside}moved/s.graphql`]: null } },
  ]);
  t.same(told, { taken: 4, why: [], realm: told.realm });
});

t.test('what does not follow from the list is refused, whoever writes it', async (t) => {
  const next = contractOf('1.1.0', entry('s.graphql', wider)) + release('1.1.0');
  const cases: [why: RegExp, edits: Record<string, string | null>, by?: string][] = [
    [/its content 's\.graphql' is \w+, but the listed id is \w+/, { [path]: next }],
    [/its content 's\.graphql' is \w+, but the listed id is \w+/, { [`${beside}s.graphql`]: wider }],
    [/'.*more\.graphql' is in its folder but not in its content/, { [`${beside}more.graphql`]: first }],
    [/its content 's\.graphql' is missing/, { [`${beside}s.graphql`]: null }],
    [/'.*s\.graphql' is in its folder but not in its content/, { [path]: null }],
    [
      /'.*s\.graphql' is in its folder but not in its content/,
      { 'domains/d/contracts/none.d/s.graphql': first },
    ],
    [
      /its content 's\.graphql' has \d+ bytes, but its listed size is 3/,
      { [path]: contractOf('1.0.0', entry('s.graphql', first, 3)) },
    ],
    [
      /'s\.graphql' has 20 MiB: a file of a contract has at most 16 MiB/,
      { [path]: contractOf('1.0.0', entry('s.graphql', first, 20 << 20)) },
    ],
    [
      /at most 1000 files, not 1001/,
      {
        [path]: contractOf('1.0.0', ...Array.from({ length: 1001 }, (_, n) => entry(`${n}.graphql`, first))),
      },
    ],
    [
      /its files have 65 MiB together: a contract has at most 64 MiB/,
      {
        [path]: contractOf(
          '1.0.0',
          ...Array.from({ length: 5 }, (_, n) => entry(`${n}.graphql`, first, 13 << 20)),
        ),
      },
    ],
    [
      /lists 's\.graphql' twice/,
      { [path]: contractOf('1.0.0', entry('s.graphql', first), entry('s.graphql', first)) },
    ],
    [/must name its kind/, { [path]: (realm[path] ?? '').replace('kind: graphql\n', '') }],
    [/must have either content or 'schema' and 'value', not both/, { [path]: `${realm[path]}schema: {}\n` }],
    [/is breaking and not approved/, breaking('2.0.0')],
    [/the verdict|breaking|demands|at least/, breaking('1.0.1')],
    [/only maintainers of a may change/, { [path]: next, [`${beside}s.graphql`]: wider }, 'fun'],
    [/is reserved for git/, listed('.git/config')],
    [/'deep\/\.gitattributes' is reserved for git/, listed('deep/.gitattributes')],
    [/'\.GITmodules' is reserved for git/, listed('.GITmodules')],
    [/has a name that ends in a dot or space/, listed('s.graphql.')],
    [/differs from '.*s\.graphql' only in case/, listed('S.graphql')],
    [/has a backslash or colon/, listed('a:b')],
    [/does not support documents of kind 'unheard-of'/, breaking('1.1.0', 'unheard-of')],
  ];
  for (const [why, edits, by = 'eric'] of cases) {
    const refused = await judged(realm, edited(realm, edits), by);
    t.match(refused.join('\n'), why, `${Object.keys(edits).join()}: ${why}`);
  }
});

function breaking(version: string, kind = 'graphql'): Record<string, string> {
  const text = contractOf(version, entry('s.graphql', narrower)) + release(version);
  return { [path]: text.replace('graphql\n', `${kind}\n`), [`${beside}s.graphql`]: narrower };
}

/** One more file, listed as it should be. */
function listed(name: string): Record<string, string> {
  const text = contractOf('1.0.0', entry('s.graphql', first), entry(name, first));
  return { [path]: text, [`${beside}${name}`]: first };
}
