import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { Extraction } from '../../../lib/detect/types.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../lib/json.ts';

const reader = detectorNamed('workflow-uses');
const read = (text: string, options: JsonObject = {}, path = 'ci.yml'): Promise<Extraction> =>
  reader.extract([{ path, bytes: Buffer.from(text) }], options);
const uses = ({ parts }: Extraction): JsonObject[] =>
  parts.flatMap(({ value, line }) => (isObject(value) ? [{ ...value, line }] : []));

const pipeline = `on:
  workflow_call:
    inputs: { fast: { type: boolean } }
permissions: { contents: read }
jobs:
  build:
    uses: acme/ci/.github/workflows/build.yml@v1.2
    with:
      node: 20
      cache: \${{ inputs.fast }}
      who: \${{ github.actor }}
      what: \${{ matrix.x }}
      long: |
        a text
        \${{ steps.x.outputs.y }}
    secrets: { TOKEN: "\${{ secrets.SECRET }}" }
  other:
    uses: acme/ci/.github/workflows/other.yml@main
    permissions: { contents: read, packages: write, issues: none }
    secrets: inherit
  test:
    needs: [build, other]
    runs-on: windows-latest
    if: needs.build.outputs.ok == 'true'
    steps:
      - uses: acme/ci/setup@0123456789012345678901234567890123456789
        id: setup
        with: { version: 1.20 }
      - uses: docker://alpine
      - uses: actions/checkout@v4
      - uses: ./.github/actions/own
      - run: |
          make
          echo \${{ steps.setup.outputs.path }} \${{ needs.build.outputs['version'] }}
      - run: echo \${{ toJSON(needs) }} steps.setup.outputs.no
`;

t.test('calls of workflows and actions, with what they pass and read', async (t) => {
  const found = uses(await read(pipeline, { repository: 'https://github.com/acme/ci.git' }));
  t.match(found, [
    {
      subject: 'acme/ci/.github/workflows/build.yml@v1.2',
      paths: ['.github/workflows/build.yml'],
      ...{ ref: 'v1.2', pin: 'tag', line: 7, readsAll: true, grants: { contents: 'read' } },
      passes: [
        { name: 'node', is: 'number', value: 20, line: 9 },
        { name: 'cache', is: 'boolean', line: 10 },
        { name: 'who', is: 'string', line: 11 },
        { name: 'what', is: 'unknown', line: 12 },
        { name: 'long', is: 'string', line: 13 },
      ],
      secrets: [{ name: 'TOKEN' }],
      reads: [
        { name: 'ok', line: 24 },
        { name: 'version', line: 34 },
      ],
    },
    {
      ref: 'main',
      pin: 'branch or tag',
      secrets: 'inherit',
      grants: { contents: 'read', packages: 'write' },
    },
    {
      ...{ paths: ['setup/action.yml', 'setup/action.yaml'], pin: 'commit', runner: 'windows-latest' },
      reads: [{ name: 'path', line: 34 }],
    },
  ]);
  t.notMatch(JSON.stringify(found), /SECRET/, 'what a secret is called elsewhere is not kept');
  t.match(uses(await read(pipeline, { repository: '.' })), [{ subject: './.github/actions/own' }]);
  const unknown = await read(pipeline, { repository: '*/ci' });
  t.same(unknown.parts, []);
  t.match(unknown.unresolved, [
    {
      line: 7,
      why: /whether 'acme\/ci' is the provider's repository is not known: --with repository=acme\/ci/,
    },
  ]);
  await t.rejects(read(pipeline, { repository: 'nothing' }), { code: 'detector-option' });
});

t.test('a composite action calls too', async (t) => {
  const text =
    'runs:\n  using: composite\n  steps:\n    - uses: acme/ci@v2\n      id: a\noutputs:\n  b: { value: "${{ steps.a.outputs.b }}" }\n';
  t.match(uses(await read(text, { repository: 'acme/ci' }, 'action.yml')), [
    { paths: ['action.yml', 'action.yaml'], line: 4, reads: [{ name: 'b', line: 7 }] },
  ]);
});

t.test('what a GitLab pipeline includes', async (t) => {
  const text = `include:
  - component: $CI_SERVER_FQDN/acme/sub/ci/build@1.0.0
    inputs: { stage: test, level: 3, list: [a], text: "$[[ inputs.x ]]" }
  - project: acme/sub/ci
    file: [/templates/a.yml, /templates/b.yml]
    ref: main
  - local: /own.yml
  - remote: https://gitlab.com/acme/sub/ci/-/raw/v1/templates/c.yml
  - component: $CI_SERVER_FQDN/$GROUP/ci/build@1.0.0
  - template: Auto-DevOps.gitlab-ci.yml
`;
  const extraction = await read(text, { repository: 'git@gitlab.com:acme/sub/ci.git' }, '.gitlab-ci.yml');
  t.match(uses(extraction), [
    {
      ...{
        paths: ['templates/build.yml', 'templates/build/template.yml'],
        ref: '1.0.0',
        pin: 'tag',
        line: 2,
      },
      passes: [{ is: 'string', value: 'test' }, { is: 'number' }, { is: 'array' }, { is: 'unknown' }],
    },
    { paths: ['templates/a.yml'], ref: 'main', line: 4 },
    { paths: ['templates/b.yml'] },
    { paths: ['templates/c.yml'], ref: 'v1', line: 8 },
  ]);
  t.match(extraction.unresolved, [{ line: 9, why: /only known at run time/ }]);
});

t.test('what is not a workflow, does not parse, or is only known at run time is said', async (t) => {
  for (const [text, why] of [
    ['uses: [a]\n', /it is not a workflow: it has no 'jobs', 'runs' or 'include'/],
    ['jobs: {\n', /it does not parse/],
    ['jobs:\n  a:\n    uses: ${{ x }}/y@v1\n', /only known at run time/],
    [
      'jobs:\n  a:\n    uses: acme/ci/.github/workflows/a.yml\n',
      /does not have the form 'owner\/name\/path@ref'/,
    ],
    [Buffer.from([0, 1, 2]).toString(), /binary/],
  ] as [string, RegExp][]) {
    const { parts, unresolved } = await read(text);
    t.same(parts, []);
    t.match(unresolved as unknown as JsonValue, [{ why }]);
  }
  const several = await reader.extract(
    [
      { path: 'a.yml', bytes: Buffer.from('x: 1\n') },
      { path: 'b.yml', bytes: Buffer.from('jobs: { a: { uses: a/b/c.yml@v1 } }\n') },
    ],
    {},
  );
  t.same([several.parts.length, several.unresolved], [1, []], 'other YAML of a folder is left alone');
});
