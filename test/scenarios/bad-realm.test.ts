import t from 'tap';
import { parse } from 'yaml';
import { letemcook, type World } from '../helpers/world/story.ts';

const contract = 'domains/s3-access/contracts/s3-permissions.yaml';
const consumer = 'domains/s3-access/bindings/fungal-image-analysis.yaml';

/** Somebody else's commit in the realm. */
async function commitByHand({ box, realm }: World, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) box.write(`realm-letemcook/${path}`, text);
  await realm.git('add', '-A');
  await realm.git('commit', '-q', '-m', 'by hand');
}

t.test(
  'files that do not parse or validate are named with their line, and the rest stays readable',
  async (test) => {
    const world = await letemcook(test);
    const { box, realm, aperture } = world;
    await box.realm(['export', 'limits', '--domain', 's3-access', '--value', '{"rate": 1}'], {
      cwd: aperture.path,
    });
    const good = await realm.git('show', `main:${contract}`);
    await commitByHand(world, {
      'domains/s3-access/contracts/broken.yaml': 'name: broken\nversion: "1.0.0"\nvalue: [a, b\nschema: {}\n',
      'domains/s3-access/contracts/wrong.yaml': 'name: wrong\nversion: 1\nvalue: 3\n',
      'repos/strange.yaml': '- a list\n',
    });
    const ran = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
    const said = ran.stdout + ran.stderr;
    test.not(ran.code, 70);
    test.match(said, /domains\/s3-access\/contracts\/broken\.yaml:[34]\b/, 'the file and the line');
    test.match(said, /domains\/s3-access\/contracts\/wrong\.yaml:2\b.*version/, 'and what was expected');
    test.match(said, /repos\/strange\.yaml:1\b/);
    test.match(said, /s3-permissions 1\.0\.0/, 'the rest is readable');
    test.match(said, /limits 1\.0\.0/);
    await box.realm(['export', 'limits', '--domain', 's3-access', '--value', '{"rate": 1, "burst": 2}'], {
      cwd: aperture.path,
    });
    test.match(
      await realm.yaml('domains/s3-access/contracts/limits.yaml'),
      { version: '1.1.0' },
      'and writable',
    );
    test.equal(await realm.git('show', `main:${contract}`), good);
    const before = await realm.tip();
    await box.realm(['export', 'broken', '--domain', 's3-access', '--value', '1'], {
      cwd: aperture.path,
      expect: 128,
    });
    test.equal(await realm.tip(), before, 'but what cannot be read is not overwritten');
  },
);

t.test('a realm file that is hostile to YAML readers does no harm', async (test) => {
  const world = await letemcook(test);
  const { box, aperture } = world;
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [n, name] of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
    const before = n === 0 ? 'a' : (['b', 'c', 'd', 'e', 'f', 'g', 'h'][n - 1] ?? 'a');
    bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
  }
  await commitByHand(world, {
    'domains/s3-access/contracts/bomb.yaml': `name: bomb\nversion: "1.0.0"\n${bomb.join('\n')}\n`,
    'domains/s3-access/contracts/proto.yaml':
      'name: proto\nversion: "1.0.0"\nowner: aperture\nvalue: { __proto__: { polluted: true }, constructor: 1 }\n',
    'domains/s3-access/contracts/deep.yaml': `name: deep\nversion: "1.0.0"\nvalue: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
    'domains/s3-access/contracts/escape.yaml':
      'name: "\\e[31mred"\nversion: "1.0.0"\ndescription: "\\e]0;title\\a"\n',
    'domains/s3-access/contracts/not-utf8.yaml': 'name: x\nversion: "1.0.0"\n',
  });
  const plain = Date.now();
  await box.realm(['help'], { cwd: aperture.path });
  const usual = Date.now() - plain;
  const started = Date.now();
  const ran = await box.realm(['status'], { cwd: aperture.path, expect: 'any' });
  test.ok(Date.now() - started < 10_000 + 20 * usual, 'in bounded time');
  test.not(ran.code, 70);
  test.match(ran.stdout, /s3-permissions 1\.0\.0/);
  test.notMatch(ran.stdout + ran.stderr, /\x1b/, 'terminal control characters are not printed');
  const show = await box.realm(['domain', 'show', 's3-access'], { cwd: aperture.path, expect: 'any' });
  test.notMatch(show.stdout + show.stderr, /\x1b|^bug:/m);
});

t.test(
  'a realm that another tool wrote, with extra keys and short names, is read and keeps them',
  async (test) => {
    const world = await letemcook(test);
    const { box, realm, aperture, fungal } = world;
    const old = await realm.git('show', `main:${contract}`);
    const binding = await realm.git('show', `main:${consumer}`);
    await realm.git('mv', consumer, 'domains/s3-access/bindings/fungal.yaml');
    await commitByHand(world, {
      [contract]: `# kept: a word from another tool\n${old.replace(/^changelog:/m, 'evolution:')}\nx-team: data # kept too\n`,
      'domains/s3-access/bindings/fungal.yaml': `${binding}\ntool_state: { seen: 3 }\n`,
      'realm.yaml': `${await realm.git('show', 'main:realm.yaml')}\ntheme: dark\n`,
      'NOTES.md': 'not ours\n',
    });
    for (const repo of [aperture, fungal]) await box.realm(['status'], { cwd: repo.path });
    test.match(
      (await box.realm(['status'], { cwd: fungal.path })).stdout,
      /s3-permissions/,
      'its import is found',
    );

    await aperture.commit('read models too', {
      models: {
        training: { 'more.py': aperture.read('models/training/s3_paths.py').replaceAll('masks', 'labels') },
      },
    });
    await aperture.push();
    await box.realm(['export', 's3-permissions', '--source', 'models/training'], { cwd: aperture.path });
    await box.realm(['sync'], { cwd: aperture.path });
    const text = await realm.git('show', `main:${contract}`);
    test.match(text, /# kept: a word from another tool/);
    test.match(text, /^x-team: data # kept too$/m);
    const after = parse(text) as { version: string; evolution?: unknown[]; changelog?: unknown[] };
    test.equal(after.version, '1.1.0');
    test.equal(
      (after.evolution ?? []).length + (after.changelog ?? []).length >= 2,
      true,
      'its history goes on',
    );
    test.match(await realm.git('show', 'main:realm.yaml'), /theme: dark/);

    await box.realm(['sync', '--resolve', 's3-permissions'], { cwd: fungal.path });
    test.match(await realm.yaml('domains/s3-access/bindings/fungal.yaml'), {
      tool_state: { seen: 3 },
      imports: [{ resolved_version: '1.1.0' }],
    });
    await test.rejects(realm.yaml(consumer), 'no second binding beside it');
  },
);

t.test('a realm of a newer format is read as far as possible, and not written', async (test) => {
  const world = await letemcook(test);
  const { box, realm, aperture } = world;
  const file = await realm.git('show', 'main:realm.yaml');
  await commitByHand(world, { 'realm.yaml': file.replace(/^version:.*/m, 'version: "2.0.0"') });
  await box.realm(['status'], { cwd: aperture.path });
  const before = await realm.tip();
  const args = ['export', 'limits', '--domain', 's3-access', '--value', '1'];
  const ran = await box.realm(args, { cwd: aperture.path, expect: 128 });
  test.match(ran.stderr, /2\.0\.0/);
  test.match(ran.stderr, /hint: .*newer/);
  test.equal(await realm.tip(), before);
});
