import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, letemcook, type World } from '../helpers/world/story.ts';

/** Bytes of a file that nobody reads whole: nightly what a disk gives, else enough to show in a figure. */
const HUGE = nightly ? 900 * 2 ** 20 : 120 * 2 ** 20;

/** A contract that a data file holds. */
async function withData(world: World): Promise<void> {
  const { box, aperture } = world;
  await aperture.commit('limits', { 'limits.json': '{ "rate": 1 }\n' });
  await aperture.push();
  await box.realm(
    ['export', 'limits', '--domain', 's3-access', '--source', 'limits.json', '--detector', 'data'],
    { cwd: aperture.path },
  );
}

/** Runs a command, and the most memory that one of its processes had, in MB. */
async function measured({ box, aperture }: World, ...words: string[]) {
  const script = `import resource,subprocess,sys
done=subprocess.run(['git','realm']+sys.argv[1:],capture_output=True,stdin=subprocess.DEVNULL)
sys.stdout.write((done.stdout+done.stderr).decode()+'\\n%d %d' % (done.returncode,resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024))`;
  const ran = await box.run('python3', ['-c', script, ...words], { cwd: aperture.path });
  const [code = 0, mb = 0] = (ran.stdout.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { code, mb, said: ran.stdout };
}

t.test('a source that is too large is not read whole, at any level, and counts as unknown', async (t) => {
  const world = await letemcook(t);
  await withData(world);
  const { box, realm, aperture } = world;
  const before = await measured(world, 'status');
  const tip = await realm.tip();
  truncateSync(`${aperture.path}/limits.json`, HUGE);
  const levels: [where: string, step: () => Promise<unknown>][] = [
    ['in the work tree', async () => {}],
    ['in the index', () => aperture.git('-c', 'core.bigFileThreshold=1m', 'add', 'limits.json')],
    ['in a commit', () => aperture.git('commit', '-q', '--no-verify', '-m', 'large')],
    ['published', () => aperture.git('push', '-q')],
  ];
  // They read sources alike: without REALM_NIGHTLY each of them meets one level, and the last of them two.
  const looks = [['status'], ['sync', '--dry-run'], ['check']];
  for (const [at, [where, step]] of levels.entries()) {
    await step();
    for (const words of nightly ? looks : looks.slice(Math.min(at, 2)).slice(0, 1)) {
      const { mb, said } = await measured(world, ...words);
      t.ok(mb < before.mb + 60, `${where}: ${words.join(' ')}: ${mb} MB, and ${before.mb} MB before`);
      t.notMatch(said, /^bug:/m);
      if (where === 'in a commit' && words[0] === 'check') t.match(said, /MB is over the limit of 1 MB/);
      t.notMatch(said, /limits.*(?:breaks|would break|removed)/, `${where}: not taken for an empty one`);
    }
    if (where === 'in the index') {
      const hook = await measured(world, 'hook', 'pre-commit');
      t.ok(hook.mb < before.mb + 60, `${where}: pre-commit: ${hook.mb} MB`);
      t.match(hook.said, /limits\.json.*MB is over the limit of 1 MB/, 'the hook says so');
    }
  }
  const synced = await box.realm(['sync'], { cwd: aperture.path, expect: 'any' });
  t.match(synced.stdout + synced.stderr, /MB is over the limit of 1 MB/);
  t.equal(await realm.tip(), tip, 'and nothing is published');
});

t.test('a configuration that is a device, a pipe, a folder or has no end is refused by name', async (t) => {
  const world = await letemcook(t);
  const { box, aperture } = world;
  const config = `${aperture.path}/.blue/config.yaml`;
  const index = box.path('home/.blue/index.yaml');
  const make: Record<string, (file: string) => unknown> = {
    'a link to a device': (file) => symlinkSync('/dev/zero', file),
    'a pipe': (file) => box.run('mkfifo', [file]),
    'a folder': (file) => mkdirSync(file),
    'a file without an end': (file) => {
      writeFileSync(file, 'realm:\n');
      truncateSync(file, 2 ** 33);
    },
  };
  for (const [file, name] of [
    [config, 'config.yaml'],
    [index, 'index.yaml'],
  ] as const) {
    renameSync(file, `${file}.kept`);
    for (const [at, [what, plant]] of Object.entries(make).entries()) {
      mkdirSync(dirname(file), { recursive: true });
      await plant(file);
      const commands = [['status'], ['sync'], ['doctor'], ['check']];
      // One reader serves them all: without REALM_NIGHTLY each of them meets one of the files.
      const some = nightly ? commands : commands.slice(at, at + 1);
      for (const words of some) {
        const ran = await box.realm(words, { cwd: aperture.path, expect: 'any' });
        t.notMatch(ran.stderr, /^bug:/m, `${name}: ${what}: ${words[0]}`);
        t.not(ran.code, 0, `${name}: ${what}: ${words[0]}`);
        t.ok((ran.stdout + ran.stderr).includes(name), `${name}: ${what}: ${words[0]} names it`);
      }
      rmSync(file, { recursive: true, force: true });
    }
    renameSync(`${file}.kept`, file);
  }
  t.equal((await box.realm(['status'], { cwd: aperture.path })).code, 0);
});

t.test('a source that is a device or a pipe is none', async (t) => {
  const world = await letemcook(t);
  await withData(world);
  const { box, aperture } = world;
  const file = `${aperture.path}/limits.json`;
  const ways: [string, () => unknown][] = [
    ['a link to a device', () => symlinkSync('/dev/zero', file)],
    ['a pipe', () => box.run('mkfifo', [file])],
  ];
  for (const [what, plant] of ways) {
    rmSync(file);
    await plant();
    const ran = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    t.notMatch(ran.stderr, /^bug:/m, what);
    t.match(ran.stdout, /limits/, what);
  }
});

t.test(
  'files of a realm that are huge, binary, links or submodules do not keep the rest from being read',
  async (t) => {
    const world = await letemcook(t);
    const { box, realm, aperture } = world;
    const inRealm = async (input: string | Buffer, ...args: string[]) =>
      (await box.git(['-C', realm.path, ...args], { input })).stdout.trim();
    const huge = `${realm.path}/.git/huge`;
    writeFileSync(huge, 'name: huge\n');
    truncateSync(huge, HUGE);
    const folder = 'domains/s3-access/contracts';
    const large = await inRealm('', '-c', 'core.bigFileThreshold=1m', 'hash-object', '-w', huge);
    rmSync(huge);
    const binary = await inRealm(Buffer.from([0, 255, 254, 10]), 'hash-object', '-w', '--stdin');
    const link = await inRealm('/dev/zero', 'hash-object', '-w', '--stdin');
    const main = await realm.git('rev-parse', 'main');
    for (const entry of [
      `100644,${large},${folder}/huge.yaml`,
      `100644,${binary},${folder}/binary.yaml`,
      `120000,${link},${folder}/link.yaml`,
      `160000,${main},${folder}/module.yaml`,
    ])
      await realm.git('update-index', '--add', '--cacheinfo', entry);
    await realm.git('commit', '-q', '-m', 'by hand');
    await realm.git('reset', '-q', '--hard');
    const { mb, said, code } = await measured(world, 'status');
    t.equal(code, 0);
    t.ok(mb < 250, `${mb} MB`);
    t.match(said, /s3-permissions 1\.0\.0/);
    for (const name of ['huge', 'binary']) t.ok(said.includes(`${folder}/${name}.yaml`), `${name} is named`);
    const made = ['export', 'limits', '--domain', 's3-access', '--value', '{"rate": 1}'];
    t.equal((await box.realm(made, { cwd: aperture.path })).code, 0, 'and the realm can be written');
  },
);

t.test(
  'join, and whatever else looks for exports, names source files that are too large to be looked into',
  async (t) => {
    const box = sandbox(t);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook']);
    const repo = await makeRepo(box, 'aperture', {
      tree: { ...aperture, 'large.py': 'import boto3\n', 'b.json': '{}' },
    });
    await repo.commit('a picture', { 'picture.png': 'PNG', node_modules: { 'large.js': 's3' } });
    for (const name of ['picture.png', 'node_modules/large.js', 'large.py'])
      truncateSync(`${repo.path}/${name}`, 2 ** 20 + 1);
    const joined = await box.realm(['join', box.path('realm-letemcook'), '--json'], { cwd: repo.path });
    t.match(joined.stderr, /^1 source file is larger than 1 MB and was not read: large\.py$/m);
    t.match(joined.json(), {
      detected: { too_large: ['large.py'], exports: [{ source_files: ['models/training/s3_paths.py'] }] },
    });
    truncateSync(`${repo.path}/b.json`, 2 ** 30);
    const many = /^2 source files are larger than 1 MB and were not read, including b\.json$/m;
    t.match((await box.realm(['join'], { cwd: repo.path })).stderr, many);
    t.match((await box.realm(['export', '--explain'], { cwd: repo.path })).stderr, many);
    rmSync(`${repo.path}/b.json`);
    truncateSync(`${repo.path}/large.py`, 2 ** 20);
    t.notMatch(
      (await box.realm(['join'], { cwd: repo.path })).stderr,
      /larger than/,
      'one byte less is read',
    );
  },
);

t.test(
  'in a bare repository a configuration that cannot be read is refused, and not taken for none',
  async (t) => {
    const world = await letemcook(t);
    const { box, aperture } = world;
    const bare = box.path('remotes', 'aperture.git');
    const git = async (args: string[], input = '') =>
      (await box.git([`--git-dir=${bare}`, ...args], { input })).stdout.trim();
    const blob = (text: string) => git(['hash-object', '-w', '--stdin'], text);
    const mktree = (line: string) => git(['mktree', '--missing'], `${line}\n`);
    const head = await git(['rev-parse', 'HEAD']);
    const text = aperture.read('.blue/config.yaml');
    const link = `120000 blob ${await blob('../../elsewhere')}`;
    const bad: [what: string, entry: string, words: RegExp][] = [
      ['too large', `100644 blob ${await blob(text + '#'.repeat(2 ** 21))}`, /has \d+ bytes; the limit is/],
      ['a link', link, /is a symbolic link/],
      ['a folder', `040000 tree ${await mktree(`100644 blob ${await blob('x')}\tx`)}`, /is a folder/],
      ['a submodule', `160000 commit ${head}`, /is a submodule/],
      ['lost', `100644 blob ${'a'.repeat(40)}`, /its content is not in the repository/],
    ];
    const setHead = async (tree: string) =>
      git(['update-ref', 'HEAD', await git(['commit-tree', '-m', 'x', tree])]);
    const inFolder = async (entry: string) =>
      setHead(await mktree(`040000 tree ${await mktree(`${entry}\tconfig.yaml`)}\t.blue`));
    const commands = [['status'], ['join'], ['sync']];
    // One reader serves them all: without REALM_NIGHTLY they take turns.
    let turn = 0;
    const refusedAs = async (what: string, words: RegExp) => {
      for (const command of nightly ? commands : commands.slice(turn++ % 3).slice(0, 1)) {
        const ran = await box.realm(command, { cwd: bare, expect: 'any' });
        t.equal(ran.code, 128, `${what}: ${command}: ${ran.stderr}`);
        t.match(ran.stderr, words, `${what}: ${command}`);
        t.match(ran.stderr, /'\.blue\/config\.yaml' of HEAD/, `${what}: ${command}`);
      }
    };
    const tip = await world.realm.tip();
    for (const [what, entry, words] of bad) {
      await inFolder(entry);
      await refusedAs(what, words);
    }
    await setHead(await mktree(`${link}\t.blue`));
    await refusedAs('behind a link', /is below a symbolic link, '\.blue'/);
    t.equal(await world.realm.tip(), tip);
    await inFolder(`100644 blob ${await blob(text)}`);
    t.equal((await box.realm(['join'], { cwd: bare })).code, 0, 'a plain one is read');
    await setHead(await mktree(`100644 blob ${await blob('x')}\tx`));
    t.match((await box.realm(['status'], { cwd: bare, expect: 128 })).stderr, /is not in a realm yet/);
  },
);
