import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { prefix, type Sandbox, sandbox } from '../helpers/world/cli.ts';

/** A copy of the built program whose code caches may be spoilt. */
function copy(t: Test): Sandbox & { cache: string } {
  const box = sandbox(t);
  for (const folder of ['bin', 'libexec', 'share'])
    cpSync(join(prefix, folder), box.path('copy', folder), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  box.env.PATH = `${box.path('copy/bin')}:${process.env.PATH}`;
  return { ...box, cache: box.path('copy/libexec/git-realm/lib/cache') };
}

t.test('a code cache that is missing or spoilt is written anew after a success', async (t) => {
  const box = copy(t);
  const engine = `${process.versions.v8}-${process.arch}`;
  const names = [`help-${engine}`];
  const expected = (await box.realm(['help'])).stdout;

  rmSync(box.cache, { recursive: true, force: true });
  await box.realm(['help', 'nothing'], { expect: 129 });
  t.throws(() => readdirSync(box.cache), 'a failed run compiles too little to be kept');
  t.equal((await box.realm(['help'])).stdout, expected);
  t.same(readdirSync(box.cache).sort(), names, 'no temporary file is left');

  for (const file of names.map((name) => join(box.cache, name))) {
    const good = readFileSync(file);
    for (const bad of [
      Buffer.from('garbage'),
      Buffer.alloc(0),
      good.subarray(0, 100),
      Buffer.from(good).fill(0, 0, 16),
    ]) {
      writeFileSync(file, bad);
      t.equal((await box.realm(['help'])).stdout, expected);
      t.ok(readFileSync(file).length > 1000, 'written anew');
    }
  }
});

t.test('the build has played the story that fills the code caches to its end', async (t) => {
  const story = join(prefix, 'libexec/git-realm/lib/cache/story');
  // A build for one test alone plays nothing.
  if (existsSync(story)) t.equal(readFileSync(story, 'utf8'), 'played\n');
});

t.test('each dependency that a command reads has a code cache of its own', async (t) => {
  const box = copy(t);
  box.write('old.json', '{"type":"object","required":["a"]}');
  box.write('new.json', '{"type":"object"}');
  const compat = () => box.realm(['compat', 'old.json', 'new.json', '--kind', 'schema'], { expect: 'any' });
  const expected = await compat();
  t.match(expected.stdout, 'compatible');
  rmSync(box.cache, { recursive: true, force: true });
  t.same(await box.realm(['compat', 'old.json', 'old.json', '--kind', 'schema']).then(({ code }) => code), 0);
  const engine = `${process.versions.v8}-${process.arch}`;
  t.ok(readdirSync(box.cache).includes(`compat-${engine}`));
  const chunks = readdirSync(box.cache).filter((name) => name.startsWith('ajv-'));
  t.ok(chunks.length > 0, 'a verdict on schemas is confirmed by ajv');
  for (const name of chunks) writeFileSync(join(box.cache, name), 'garbage');
  t.equal((await compat()).stdout, expected.stdout, 'a spoilt one is made anew');
});

t.test('a code cache that somebody else could have written is never read', async (t) => {
  const box = copy(t);
  const file = join(box.cache, `help-${process.versions.v8}-${process.arch}`);
  rmSync(box.cache, { recursive: true, force: true });
  await box.realm(['help']);
  t.equal(statSync(file).mode & 0o777, 0o600, 'written for its owner alone');
  const kept = statSync(file).ino;
  await box.realm(['help']);
  t.equal(statSync(file).ino, kept, 'a good one is read, and stays');

  const good = readFileSync(file);
  const spoil: [why: string, how: () => void][] = [
    ['writable by a group', () => chmodSync(file, 0o660)],
    ['writable by all', () => chmodSync(file, 0o602)],
    ['a link', () => linked(file)],
  ];
  if (process.geteuid?.() === 0) spoil.push(['of another user', () => chownSync(file, 65534, 65534)]);
  for (const [why, how] of spoil) {
    writeFileSync(file, good);
    how();
    const { ino } = statSync(file);
    await box.realm(['help']);
    t.not(statSync(file).ino, ino, `${why}: another one is made`);
    t.match(statSync(file), { uid: process.geteuid?.(), mode: 0o100600 }, why);
  }
});

t.test('where the cache cannot be written the program goes without', async (t) => {
  const box = copy(t);
  const expected = (await box.realm(['help'])).stdout;
  rmSync(box.cache, { recursive: true, force: true });
  writeFileSync(box.cache, 'not a directory');
  const { stdout, stderr } = await box.realm(['help']);
  t.equal(stdout, expected);
  t.equal(stderr, '');
});

t.test("the user's certificates reach the programs that a command starts", async (t) => {
  const box = sandbox(t);
  const launcher = join(prefix, 'libexec', 'git-realm', 'lib', 'launch.cjs');
  const env = { GIT_REALM_EXTRA_CA_CERTS: '/some/file.pem' };
  const script = `require(${JSON.stringify(launcher)})('help', 'realm', ['-h']);
    process.on('exit', () => console.log(process.env.NODE_EXTRA_CA_CERTS, process.env.GIT_REALM_EXTRA_CA_CERTS));`;
  const { stdout } = await box.run('node', ['-e', script], { env });
  t.match(stdout, /\n\/some\/file\.pem undefined\n$/);
});

function linked(file: string): void {
  cpSync(file, `${file}.other`);
  rmSync(file);
  symlinkSync(`${file}.other`, file);
}
