import t from 'tap';
import { openObjects } from '../../lib/git/objects.ts';
import { diffTrees, entryChanges } from '../../lib/git/tree.ts';
import { modeAsGitReads, parseTree, renderTree } from '../../lib/git/tree-object.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const first = '1'.repeat(40);
const raw = (...entries: [mode: string, name: string | Buffer, oid?: string][]): Buffer =>
  Buffer.concat(
    entries.flatMap(([mode, name, oid = first]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name as string),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );

/** Trees that git does not write, and what is said of the first odd entry. */
const odd: [what: string, bytes: Buffer, why: RegExp][] = [
  ['a mode with a zero before it', raw(['0100644', 'a']), /its mode is '0100644'/],
  ['a folder as ls-tree shows it', raw(['040000', 'a']), /its mode is '040000'/],
  ['a folder with rights', raw(['40755', 'a']), /its mode is '40755'/],
  ['a mode of old programs', raw(['100664', 'a']), /its mode is '100664'/],
  ['a file without rights', raw(['100000', 'a']), /its mode is '100000'/],
  ['a file with every right', raw(['100777', 'a']), /its mode is '100777'/],
  ['no mode', raw(['', 'a']), /its mode is ''/],
  ['mode zero', raw(['0', 'a']), /its mode is '0'/],
  ['a mode that is not octal', raw(['100648', 'a']), /its mode is '100648'/],
  ['no name', raw(['100644', '']), /not allow an entry of that name/],
  ['this folder', raw(['100644', '.']), /not allow an entry of that name/],
  ['the folder above', raw(['40000', '..']), /not allow an entry of that name/],
  ['a path', raw(['100644', 'a/b']), /not allow an entry of that name/],
  ['reserved for git folder', raw(['40000', '.git']), /reserved for git/],
  ['a name that is not UTF-8', raw(['100644', Buffer.from([0x61, 0xff])]), /not UTF-8/],
  ['no object', raw(['100644', 'a', '0'.repeat(40)]), /not name an object/],
  ['two of one name', raw(['100644', 'a'], ['100644', 'a']), /two entries of the same name/],
  ['a file and a folder of one name', raw(['100644', 'a'], ['40000', 'a']), /two entries of the same name/],
  [
    'a file and a folder of one name, apart',
    raw(['100644', 'a'], ['100644', 'a-b'], ['40000', 'a']),
    /two entries of the same name/,
  ],
  ['the wrong order', raw(['100644', 'b'], ['100644', 'a']), /out of order/],
  ['a folder sorted as a file', raw(['40000', 'a'], ['100644', 'a.b']), /out of order/],
];

t.test('an entry that git would not write is marked', async (t) => {
  for (const [what, bytes, why] of odd)
    t.match(parseTree(bytes, 20).find((entry) => entry.odd !== undefined)?.odd, why, what);
  for (const bytes of [raw(['100644', 'a']).subarray(0, -1), Buffer.from('100644 a'), Buffer.from('100644')])
    t.throws(() => parseTree(bytes, 20), { code: 'bad-tree', message: /truncated/ });
});

t.test('a tree of git is parsed and rendered to the same bytes', async (t) => {
  const { git, bytes } = await place(t);
  const names = ['a', 'a.b', 'a-b', 'ab', 'B', 'é', ' x', 'a b', 'z'];
  const lines = names.map((name, at) =>
    at % 3 === 0 ? `040000 tree ${first}\t${name}` : `100644 blob ${first}\t${name}`,
  );
  const tree = await git(['mktree', '--missing'], `${lines.reverse().join('\n')}\n`);
  const written = await bytes(tree);
  const entries = parseTree(written, 20);
  t.same(
    entries.filter((entry) => entry.odd !== undefined),
    [],
  );
  t.ok(renderTree(entries.reverse()).equals(written));
});

t.test('a judge refuses what readers leave out and name', async (t) => {
  const { git, objects } = await place(t);
  const blob = await git(['hash-object', '-w', '--stdin'], 'x');
  const make = (entries: [string, string, string?][]) =>
    git(['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], raw(...entries));
  const good = await make([['100644', 'a', blob]]);
  for (const [mode, name] of [
    ['0100644', 'b'],
    ['40755', 'b'],
    ['100664', 'b'],
  ] as const) {
    const top = await make([
      ['100644', 'a', blob],
      [mode, name, mode === '40755' ? good : blob],
    ]);
    const changes = await diffTrees(objects, good, top);
    t.match(changes, [{ path: name, odd: /its mode/ }], 'what is odd is named');
    t.equal(changes.length, 1, 'and what is not stays');
    await t.rejects(entryChanges(objects, good, top, { strict: true }), { code: 'bad-tree' });
    t.same(await diffTrees(objects, top, good), [{ path: name, oid: null }], 'it may go again');
  }
  const empty = await make([['40000', 'd', await make([])]]);
  t.same(await diffTrees(objects, null, empty), []);
  await t.rejects(entryChanges(objects, null, empty, { strict: true }), {
    message: /the folder 'd\/' is empty/,
  });
  const file = await make([['40000', 'd', blob]]);
  t.match(await diffTrees(objects, null, file), [{ path: 'd', odd: /'d\/' is a blob/ }]);
});

t.test('code is read as git reads it, whatever program wrote its modes', async (t) => {
  const { git } = await place(t);
  const blob = await git(['hash-object', '-w', '--stdin'], 'x');
  for (const mode of ['100664', '0100644', '100600', '100700', '100755', '120777', '160000', '0', '777']) {
    const tree = await git(
      ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
      raw([mode, 'a', blob]),
    );
    const shown = await git(['ls-tree', tree]);
    t.equal(modeAsGitReads(mode), shown.slice(0, 6), mode);
  }
  t.equal(modeAsGitReads('040000'), '40000');
});

async function place(t: Parameters<typeof sandbox>[0]) {
  const box: Sandbox = sandbox(t);
  await box.git(['init', '-q', 'r']);
  const objects = openObjects({ gitDir: box.path('r/.git') }, box.env);
  t.teardown(() => objects.close());
  const git = async (args: string[], input?: string | Uint8Array): Promise<string> =>
    (await box.git(args, { cwd: 'r', ...(input === undefined ? {} : { input }) })).stdout.trim();
  const bytes = async (tree: string): Promise<Buffer> => (await objects.read(tree))?.bytes ?? Buffer.alloc(0);
  return { git, objects, bytes };
}
