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

interface Arrow {
  from: string;
  to: string;
  /** Types are gone at run time. */
  isType: boolean;
}

/** What the files of `lib/actions` import of each other, statically or when it is needed. */
function arrows(): Arrow[] {
  const folder = join(root, 'lib/actions');
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
  const found = arrows();
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

t.test('no circle of imports in lib/actions, dynamic imports included', async (test) => {
  const uses = new Map<string, string[]>();
  for (const { from, to, isType } of arrows()) if (!isType) uses.set(from, [...(uses.get(from) ?? []), to]);
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
