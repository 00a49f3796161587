import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const nameIn = async (box: Sandbox, realm: string): Promise<string | undefined> =>
  /^name: (.*)$/m.exec((await box.git(['-C', realm, 'show', 'main:realm.yaml'])).stdout)?.[1];

t.test('a directory, as git init takes one: new, deep, odd, with other files in it', async (t) => {
  const box = sandbox(t);
  box.write('has files/notes.txt', 'mine');
  box.write('repo/sub/keep', '');
  for (const [cwd, typed, directory, name] of [
    ['.', 'realm-letemcook', 'realm-letemcook', 'letemcook'],
    ['repo', '../deep/er/realm', 'deep/er/realm', 'realm'],
    ['repo/sub', '../../Let Em Cook/', 'Let Em Cook', 'let-em-cook'],
    ['.', 'has files', 'has files', 'has-files'],
    ['.', "it's ü.git", "it's ü.git", 'it-s-u'],
    ['.', box.path('absolute'), 'absolute', 'absolute'],
  ] as const) {
    const ran = await box.realm(['init', typed], { cwd });
    t.match(ran.stdout, `created realm ${name} at ${box.path(directory)}\n`, typed);
    t.equal(await nameIn(box, directory), name);
  }
  t.equal(readFileSync(box.path('has files/notes.txt'), 'utf8'), 'mine');
  t.equal((await box.git(['-C', 'has files', 'status', '--porcelain'])).stdout, '?? notes.txt\n');
  t.match(
    (await box.realm(['init', 'with space'])).stdout,
    `next, in each repository: git realm join '${box.path('with space')}'`,
    'the command to type is quoted',
  );
});

t.test('with -C, --bare, --name and --json; --path is the same as the argument', async (t) => {
  const box = sandbox(t);
  mkdirSync(box.path('elsewhere'));
  const made = await box.realm(['-C', 'elsewhere', 'init', 'realm-a', '--json']);
  t.match(made.json(), { name: 'a', path: box.path('elsewhere/realm-a'), bare: false, pushed: false });
  t.match((await box.realm(['init', '--name', 'b', '--bare', 'b.git', '--json'])).json(), {
    name: 'b',
    path: box.path('b.git'),
    bare: true,
  });
  await box.realm(['init', 'c', '--path', 'c']);
  const two = await box.realm(['init', 'd', '--path', 'e'], { expect: 129 });
  t.match(two.stderr, "error: two directories are given: 'd' and --path 'e'");
  t.notOk(existsSync(box.path('d')) || existsSync(box.path('e')));
  t.match((await box.realm(['init', '-h'])).stdout, /\[<directory>\]/);
});

t.test('refused in one sentence, with nothing created', async (t) => {
  const box = sandbox(t);
  box.write('file', '');
  const repo = await makeRepo(box, 'code', { remote: false, tree: { 'README.md': 'x' } });
  const head = await repo.git('rev-parse', 'HEAD');
  await box.realm(['init', 'there']);
  for (const [typed, said] of [
    ['file', /^error: cannot create '.*file': a file has that name\n$/],
    ['file/below', /^error: cannot create '.*below': a directory above it is a file\n$/],
    [
      'code',
      /^error: '.*code' is a repository that already has commits\nhint: .*git realm init <new directory>\n$/,
    ],
    ['there', /^error: .*\n/],
    [
      '…',
      /^error: the directory name '…' suggests no name for the realm\nhint: choose one: --name <name>\n$/,
    ],
  ] as const)
    t.match((await box.realm(['init', typed], { expect: 'any' })).stderr, said, typed);
  t.equal(await repo.git('rev-parse', 'HEAD'), head);
  t.notOk(existsSync(box.path('…')));
  const missing = await box.realm(['join', '../new realm'], { cwd: repo.path, expect: 128 });
  t.match(missing.stderr, "git realm init '../new realm'", 'join names the command to type');
});
