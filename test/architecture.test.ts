import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '..');

const EDGES = ['git', 'store', 'checkout', 'detect', 'hooks', 'forge', 'session', 'plugins'];
const ABOVE = ['actions', 'cli', 'mcp'];

/** Pure folders that know the realm, each of which may use those before it. */
const PURE = ['realm', 'governance', 'change', 'graph'];
/** Pure folders that know no realm. */
const VALUES = ['regexp', 'findings', 'compat'];

/** Folder of `lib` to the folders that its files may not import: dependencies point one way (docs/architecture.md). */
const forbidden: Record<string, readonly string[]> = {
  ...Object.fromEntries(VALUES.map((folder) => [folder, [...PURE, ...EDGES, ...ABOVE]])),
  ...Object.fromEntries(PURE.map((folder, at) => [folder, [...PURE.slice(at + 1), ...EDGES, ...ABOVE]])),
  ...Object.fromEntries(EDGES.map((edge) => [edge, ABOVE])),
  kinds: [...PURE, ...ABOVE],
  actions: ['cli', 'mcp'],
};

const imports = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, to = '']) =>
    relative(join(root, 'lib'), resolve(file, '..', to)),
  );

t.test('dependencies point one way', async (test) => {
  for (const [folder, never] of Object.entries(forbidden)) {
    const files = readdirSync(join(root, 'lib', folder), { recursive: true, encoding: 'utf8' });
    const wrong = files
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        imports(join(root, 'lib', folder, name))
          .filter((to) => never.includes(to.split('/')[0] ?? ''))
          .map((to) => `lib/${folder}/${name} imports lib/${to}`),
      );
    test.same(wrong, [], folder);
    test.ok(files.length > 0);
  }
});

t.test('the files of lib itself know values only', async (test) => {
  const wrong = readdirSync(join(root, 'lib'))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => imports(join(root, 'lib', name)).map((to) => `lib/${name} imports lib/${to}`))
    .filter((arrow) => / imports lib\/(?!compat\/semver\.ts$)\w.*\//.test(arrow));
  test.same(wrong, []);
});

/** Rooms of `lib/actions`, each of which may use those before it (docs/architecture.md). */
const ROOMS = ['open', 'share', 'contract', 'change', 'join', 'approval', 'hook', 'view', 'doctor'];

t.test('every room has one file that begins with what the room is for', async (test) => {
  const lib = join(root, 'lib');
  const folders = (under: string) =>
    readdirSync(join(lib, under), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${under}${name}`);
  const rooms = [...folders('').filter((name) => name !== 'actions'), ...folders('actions/')];
  for (const room of rooms) {
    const start = `/**\n * \`lib/${room}\`: `;
    const files = readdirSync(join(lib, room)).filter((name) => name.endsWith('.ts'));
    const describing = files.filter((name) => readFileSync(join(lib, room, name), 'utf8').startsWith(start));
    test.equal(describing.length, 1, `lib/${room}: ${describing.join(', ') || 'no file'}`);
  }
  test.ok(rooms.length > 20);
});

interface Arrow {
  from: string;
  to: string;
  /** Types are gone at run time. */
  isType: boolean;
}

/** What the files of a folder import of each other, statically or when it is needed. */
function arrows(within: string): Arrow[] {
  const folder = join(root, within);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files
    .flatMap((from) => {
      const text = readFileSync(join(folder, from), 'utf8');
      const found = [
        ...text.matchAll(/^(?:import|export) (type )?([^;]*?) ?from '(\.[^']+)';/gms),
        ...text.matchAll(/import\(()()'(\.[^']+)'\)/g),
      ];
      return found.map(([, type, names = '', path = '']) => ({
        from,
        to: relative(folder, resolve(folder, from, '..', path)),
        isType: type === 'type ' || /^\{(?:\s*type \w+(?: as \w+)?,?)+\s*\}$/.test(names),
      }));
    })
    .filter(({ to }) => !to.startsWith('..'));
}

t.test('the rooms of lib/actions use each other in one direction', async (test) => {
  const found = arrows('lib/actions');
  const place = (file: string) => ROOMS.indexOf(file.split('/')[0] ?? '');
  const wrong = found
    .filter(({ from, to }) => place(from) < place(to))
    .map(({ from, to }) => `${from} → ${to}`);
  test.same(wrong, []);
  test.same(readdirSync(join(root, 'lib/actions')).sort(), [...ROOMS].sort(), 'every room has its place');
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (?!`)/gm)].map(([, room]) => room ?? '');
  test.same(
    listed.filter((room) => ROOMS.includes(room)),
    ROOMS,
    'docs/architecture.md lists them in this order',
  );
  test.ok(found.length > 300);
});

t.test('no circle of imports in lib, dynamic imports included', async (test) => {
  const uses = new Map<string, string[]>();
  for (const { from, to, isType } of arrows('lib'))
    if (!isType) uses.set(from, [...(uses.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || done.has(file)) return;
    for (const next of uses.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of uses.keys()) visit(file, []);
  test.same(circles, []);
  test.ok(uses.size > 300);
});

/** What is imported when it is needed, and why: weight, and nothing else. Packages are large, and most commands do without. */
const HEAVY: Record<string, readonly string[]> = {
  'detectors, with the grammars and tables that they bring': [
    ...['detect/index.ts', 'detect/explain.ts', 'detect/data/document.ts', 'detect/document/content.ts'],
    ...['detect/document/read.ts', 'detect/http/read.ts', 'detect/syntax/document.ts', 'detect/syntax/go.ts'],
    ...['detect/syntax/grammars.ts', 'detect/syntax/java.ts', 'detect/syntax/python.ts'],
    ...['detect/syntax/rust.ts', 'detect/syntax/terraform.ts', 'detect/syntax/typescript.ts'],
    ...['kinds/choose.ts', 'kinds/graphql/recognise.ts', 'kinds/s3/recognise.ts'],
    ...['kinds/json-schema/recognise.ts', 'kinds/openapi/recognise.ts', 'kinds/value/recognise.ts'],
    ...['detect/terraform/calls.ts', 'detect/terraform/module.ts', 'kinds/terraform/recognise.ts'],
    ...['detect/helm/chart.ts', 'detect/helm/uses.ts', 'detect/helm/yaml.ts', 'kinds/helm/recognise.ts'],
    'detect/messages/calls.ts',
    ...['detect/workflow/uses.ts', 'kinds/workflow/recognise.ts'],
    ...['kinds/avro/recognise.ts', 'kinds/protobuf/recognise.ts', 'kinds/asyncapi/recognise.ts'],
  ],
  'comparisons: each kind needs its own, and a commit that changes nothing needs none': [
    ...['compat/coverage.ts', 'compat/values.ts', 'kinds/graphql/compare.ts', 'kinds/index.ts'],
    ...['kinds/graphql/introspection.ts', 'kinds/graphql/lines.ts', 'kinds/json-schema/compare.ts'],
    ...['kinds/openapi/compare/index.ts', 'kinds/openapi/uses/affected.ts', 'kinds/openapi/uses/answer.ts'],
    ...[
      'kinds/json-schema/instances.ts',
      'kinds/openapi/uses/beside.ts',
      'kinds/graphql/uses/affected.ts',
      'kinds/graphql/uses/answer.ts',
      'kinds/asyncapi/affected.ts',
      'kinds/asyncapi/answer.ts',
      'kinds/asyncapi/compare/index.ts',
      'kinds/avro/compare.ts',
      'kinds/avro/read.ts',
      'kinds/avro/uses.ts',
      'kinds/protobuf/compare/index.ts',
      'kinds/protobuf/lines.ts',
      'kinds/protobuf/uses/affected.ts',
      'kinds/protobuf/uses/answer.ts',
    ],
    ...['kinds/terraform/affected.ts', 'kinds/terraform/answer.ts', 'kinds/terraform/compare.ts'],
    ...['kinds/helm/affected.ts', 'kinds/helm/answer.ts', 'kinds/helm/compare.ts'],
    ...['kinds/workflow/affected.ts', 'kinds/workflow/answer.ts', 'kinds/workflow/compare.ts'],
    ...['kinds/rules.ts', 'regexp/index.ts'],
  ],
  'what is only done where something waits, was refused, or is to be approved': [
    ...['actions/change/undo.ts', 'actions/share/github.ts', 'actions/share/proposals.ts'],
    ...['actions/view/check-comment.ts'],
    ...['actions/share/propose.ts', 'actions/share/refused.ts', 'actions/share/request.ts'],
    ...['forge/gitea/fork.ts', 'forge/github/fork.ts', 'store/history.ts', 'store/journal-share.ts'],
    ...['store/journal.ts', 'store/set-aside.ts'],
  ],
  'plug-ins, the trace and the agent server, which few use': [
    ...['plugins/index.ts', 'cli/trace.ts', 'mcp/server.ts'],
  ],
  'commands that answer one kind of question with little, or judge a push': [
    ...['actions/approval/pending.ts', 'actions/open/in-realm.ts', 'actions/open/quick-in-realm.ts'],
    ...['actions/hook/verify/watched.ts', 'git/branches.ts', 'git/refs.ts', 'git/repository.ts'],
  ],
};

t.test('what is imported only when it is needed is heavy, and has its reason here', async (test) => {
  const found = new Set<string>();
  for (const folder of ['lib', 'commands'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = join(root, folder, name);
      const text = readFileSync(file, 'utf8');
      for (const [, path = ''] of text.matchAll(/(?<!typeof )\bimport\('(\.[^']+)'\)/g))
        found.add(relative(join(root, 'lib'), resolve(file, '..', path)));
    }
  test.same([...found].sort(), Object.values(HEAVY).flat().sort());
});

t.test(
  'the domains read no clock and draw no random number, and what is called a plan is made there',
  async (test) => {
    const textsOf = (folder: string) =>
      readdirSync(join(root, 'lib', folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => ({
          name: `lib/${folder}/${name}`,
          text: readFileSync(join(root, 'lib', folder, name), 'utf8'),
        }));
    const impure = /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|random(?:UUID|Bytes)\(/;
    for (const folder of ['realm', 'compat', 'kinds', 'graph', 'governance', 'change', 'findings'])
      test.same(
        textsOf(folder).filter(({ text }) => impure.test(text)),
        [],
        folder,
      );
    const planners = textsOf('actions').filter(({ text }) => /function plan[A-Z]/.test(text));
    test.same(
      planners.map(({ name }) => name),
      [],
      'actions gather, and hand over',
    );
  },
);
