import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { type RunOptions, type Sandbox, sandbox } from './helpers/world/cli.ts';
import { makeRepo } from './helpers/world/repo.ts';

const root = resolve(import.meta.dirname, '..');
const installer = join(root, 'install.sh');
const tools =
  'awk basename cat chmod cp dirname env find git grep head ls man mkdir mv node printf readlink rm rmdir sed sh sort tr';

/** A sandbox whose PATH holds the tools an installation needs, in a directory that is no `bin`. */
async function withTools(
  t: Test,
): Promise<Sandbox & { install(args: string[], options?: RunOptions): Promise<string> }> {
  const box = sandbox(t);
  box.write('tools/keep', '');
  const script = `for tool in ${tools}; do command -v $tool; done`;
  const { stdout } = await box.run('sh', ['-c', script], { expect: 'any' });
  for (const file of stdout.split('\n'))
    if (file.startsWith('/')) symlinkSync(file, box.path('tools', basename(file)));
  box.env.PATH = box.path('tools');
  const install = async (args: string[], options?: RunOptions) => {
    const { stdout, stderr } = await box.run(installer, ['--no-build', ...args], options);
    return stdout + stderr;
  };
  return { ...box, install };
}

/** A test that cannot be run here says so, and is counted as skipped. */
const skipped = (t: Test, why: string): void =>
  void t.pass('nothing was checked', { skip: `SKIPPED: ${why}` });

/** All below a directory but the code caches, which other tests may be writing at this moment. */
const listing = (directory: string): string[] =>
  readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => !name.includes('/lib/cache/'))
    .sort();

t.test('is written in portable sh', async (t) => {
  const box = sandbox(t);
  const there = await box.run('sh', ['-c', 'command -v shellcheck'], { expect: 'any' });
  if (there.code !== 0) return skipped(t, 'shellcheck is not installed');
  const scripts = [
    join(root, 'lib', 'cli', 'completion', 'git-realm.bash'),
    installer,
    join(root, 'lib', 'cli', 'git-realm.sh'),
    join(root, 'lib', 'cli', 'warm-up.sh'),
    join(root, '.ci', 'run'),
  ];
  t.equal((await box.run('shellcheck', scripts, { expect: 'any' })).stdout, '');
  // Hooks are read into another script, which sets some variables; -nt is in every shell that git runs on.
  const hooks = ['hooks', 'hooks/lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `${folder}/${name}`),
  );
  const words = ['-c', 'cd "$0" && shellcheck -x -e SC2034,SC2094,SC2154,SC3013 "$@"', root, ...hooks];
  t.equal((await box.run('sh', words, { expect: 'any' })).stdout, '');
});

t.test('into a prefix with a space, from anywhere, twice, and out again', async (t) => {
  const box = await withTools(t);
  box.write('a dir/prefix/bin/other', 'mine');
  box.write('a dir/prefix/share/man/man1/other.1', 'mine');
  const before = listing(box.path('a dir'));
  const first = await box.install(['--prefix', 'prefix'], { cwd: 'a dir' });
  t.match(first, /^git-realm version \S+ installed in .*\/a dir\/prefix\n/);
  t.match(first, `export PATH="${box.path('a dir', 'prefix', 'bin')}:$PATH"`);
  const installed = listing(box.path('a dir'));
  const manifest = readFileSync(box.path('a dir/prefix/share/git-realm/manifest'), 'utf8');

  const env = { PATH: `${box.path('a dir/prefix/bin')}:${box.env.PATH}` };
  t.match((await box.realm(['--version'], { env })).stdout, /^git-realm version/);
  t.match((await box.realm(['-h'], { env })).stdout, /^usage: git realm/);
  t.match((await box.realm(['help', '--json'], { env })).stdout, '"help"');
  t.ok(existsSync(box.path('a dir/prefix/share/git-realm/schemas/output/status.schema.json')));

  await box.install([`--prefix=${box.path('a dir/prefix')}`], { cwd: 'home' });
  t.same(listing(box.path('a dir')), installed, 'a second time changes nothing');
  t.equal(readFileSync(box.path('a dir/prefix/share/git-realm/manifest'), 'utf8'), manifest);

  t.match(await box.install(['--uninstall', '--prefix', box.path('a dir/prefix')]), 'removed git realm from');
  t.same(listing(box.path('a dir')), before, 'exactly what was put there is gone');
  const again = await box.install(['--uninstall', '--prefix', box.path('a dir/prefix')], { expect: 1 });
  t.match(again, /^error: git realm is not installed in/);
});

t.test('a prefix that was not there goes, with the directories above it', async (t) => {
  const box = await withTools(t);
  await box.install(['--prefix', box.path('new/er/prefix')]);
  t.ok(lstatSync(box.path('new/er/prefix/bin/git-realm')).mode & 0o111);
  await box.install(['--uninstall', '--prefix', box.path('new/er/prefix')]);
  t.notOk(listing(box.root).some((name) => name.startsWith('new')));
});

t.test('what is installed reads every language, without the source beside it', async (t) => {
  const box = await withTools(t);
  await box.install(['--prefix', box.path('p')]);
  box.env.PATH = `${box.path('p/bin')}:${process.env.PATH}`;
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  await makeRepo(box, 'infra', {
    tree: {
      'policy.tf': `data "aws_iam_policy_document" "jobs" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::fungal-data/jobs/*"]
  }
}
`,
      'paths.py': `import boto3
s3 = boto3.client("s3")
def load(name):
    return s3.get_object(Bucket="fungal-data", Key=f"jobs/{name}")
`,
    },
  });
  const joined = await box.realm(['join', '../realm', '--no-hooks', '--json'], { cwd: 'infra' });
  t.match(joined.json(), {
    detected: {
      exports: [{ source_files: ['paths.py'] }],
      own_policies: ['policy.tf'],
      unresolved: [],
    },
  });
});

t.test('without a prefix: a bin directory on PATH that can be written', async (t) => {
  const box = await withTools(t);
  const PATH = `${box.path('opt/bin')}:${box.path('home/.local/bin')}:${box.env.PATH}`;
  box.write('opt/bin/keep', '');
  const text = await box.install([], { env: { PATH } });
  t.match(
    text,
    `installed in ${box.path('home/.local')}\nnext: git realm demo\n`,
    'the own one before others',
  );
  t.match((await box.realm(['--version'], { env: { PATH } })).stdout, /^git-realm version/);
  await box.install(['--uninstall'], { env: { PATH } });

  box.write('home/.local', 'a file');
  t.match(await box.install([], { env: { PATH } }), `installed in ${box.path('opt')}\n`);
});

t.test('where none can be written: ~/.local/bin, the line to add, and exit status 1', async (t) => {
  const box = await withTools(t);
  const text = await box.install([], { expect: 1 });
  t.match(text, `export PATH="${box.path('home/.local/bin')}:$PATH"\n`);
  const env = { PATH: `${box.path('home/.local/bin')}:${box.env.PATH}` };
  t.match((await box.realm(['--version'], { env })).stdout, /^git-realm version/);
});

t.test('says what is missing or too old, and leaves nothing behind', async (t) => {
  const box = await withTools(t);
  const before = listing(box.path('home'));
  const refused = async (args: string[], status: number, env = {}) => {
    const text = await box.install(args, { expect: status, env });
    t.same(listing(box.path('home')), before);
    return text;
  };
  const fake = (name: string, words: string) => {
    box.write(`fake-${name}/${name}`, `#!/bin/sh\necho '${words}'\n`, 0o755);
    return { PATH: `${box.path(`fake-${name}`)}:${box.env.PATH}` };
  };
  t.equal(
    await refused([], 1, fake('node', 'v20.18.1')),
    'error: node is version 20.18.1, git realm needs 20.19 or later\nhint: install a newer node\n',
  );
  t.match(await refused([], 1, fake('git', 'git version 2.37.9 (Apple Git-1)')), 'git is version 2.37.9,');
  t.match(await refused(['--prefx', 'x'], 129), "unknown argument '--prefx'");
  t.match(await refused(['--prefix'], 129), "'--prefix' needs a value");
  t.match(await refused(['--prefix', '/dev/null/x'], 1), "cannot write to '/dev/null/x'");
  t.match(await refused(['--uninstall'], 1), 'git realm is not installed');
});

t.test('uninstalling offers to remove the hooks of the indexed repositories', async (t) => {
  const box = await withTools(t);
  const prefix = box.path('a prefix');
  await box.install(['--prefix', prefix]);
  box.env.PATH = `${prefix}/bin:${process.env.PATH}`;
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  const repo = await makeRepo(box, 'a repo', { tree: { 'x.txt': 'x' } });
  box.write('a repo/.git/hooks/pre-commit', '#!/bin/sh\necho mine\n', 0o755);
  const hooks = () =>
    readdirSync(join(repo.path, '.git', 'hooks')).filter((name) => !name.endsWith('.sample'));
  await box.realm(['join', '../realm', '--name', 'aperture'], { cwd: 'a repo' });
  t.ok(hooks().includes('post-commit'));

  const kept = await box.install(['--uninstall', '--prefix', prefix]);
  t.match(kept, `git realm has hooks in these repositories:\n    ${repo.path}\nthe hooks are kept`);
  t.ok(hooks().includes('post-commit'));
  await repo.commit('works without the program', { 'y.txt': 'y' });

  await box.install(['--prefix', prefix]);
  const gone = await box.install(['--uninstall', '--yes', '--prefix', prefix]);
  t.match(gone, 'removed git realm from');
  t.same(hooks(), ['pre-commit']);
  t.equal(repo.read('.git/hooks/pre-commit'), '#!/bin/sh\necho mine\n');
});

t.test('what somebody else put there stays', async (t) => {
  const box = await withTools(t);
  box.write('p/bin/git-realm', 'theirs');
  t.match(
    await box.install(['--prefix', box.path('p')], { expect: 1 }),
    /^error: '.*\/p\/bin\/git-realm' exists/,
  );
  t.equal(readFileSync(box.path('p/bin/git-realm'), 'utf8'), 'theirs');
  t.same(listing(box.path('p')), ['bin', 'bin/git-realm']);
});

t.test('the manual is found through PATH', async (t) => {
  const box = await withTools(t);
  const PATH = `${box.path('p/bin')}:${process.env.PATH}`;
  await box.install(['--prefix', box.path('p')]);
  const found = await box.run('man', ['-w', 'git-realm'], { env: { PATH }, expect: 'any' });
  if (found.code === 127) return skipped(t, 'man is not installed');
  t.equal(found.stdout, `${box.path('p/share/man/man1/git-realm.1')}\n`);
  const page = await box.git(['help', 'realm'], { env: { PATH, MANPAGER: 'cat', MANWIDTH: '100' } });
  t.match(page.stdout, /git-realm - /);
});

t.test('an ordinary user installs into the own home', async (t) => {
  const box = await withTools(t);
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const readable = await box.run('setpriv', [...user, 'test', '-r', installer], {
    expect: 'any',
    env: { PATH: process.env.PATH ?? '' },
  });
  if (process.getuid?.() !== 0 || readable.code !== 0)
    return (
      t.comment('SKIPPED: needs root, setpriv, and a checkout that others can read'),
      t.pass('nothing checked')
    );
  await box.run('chown', ['-R', '65534:65534', box.root], { env: { PATH: process.env.PATH ?? '' } });
  const PATH = `${box.path('home/.local/bin')}:${process.env.PATH}`;
  const { stdout } = await box.run('setpriv', [...user, installer, '--no-build'], { env: { PATH } });
  t.match(stdout, `installed in ${box.path('home/.local')}\n`);
  t.equal(lstatSync(box.path('home/.local/bin/git-realm')).uid, 65534);
});
