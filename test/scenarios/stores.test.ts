import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fillDisk, smallDisk, whileReadOnly } from '../helpers/bounds/limits.ts';
import type { Sandbox } from '../helpers/world/cli.ts';
import { doctor, ids } from '../helpers/world/doctor.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const SOURCE = 'models/training/s3_paths.py';

const draftsIn = async (box: Sandbox, realm: string): Promise<string[]> =>
  (await box.git(['-C', realm, 'for-each-ref', '--format=%(refname)', 'refs/realm/drafts/'])).stdout
    .split('\n')
    .filter(Boolean);

t.test('the group may write wherever we write in a shared realm, whatever the umask', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  await box.git(['init', '-q', '--bare', '--shared=group', 'shared.git']);
  await realm.git('push', '-q', box.path('shared.git'), 'main');
  const cwd = aperture.path;
  for (const command of [
    'git realm leave --force',
    `git realm join '${box.path('shared.git')}' --name again`,
    'git realm domain create more --repos again',
    `echo 's3.get_object(Bucket=BUCKET, Key="x/y")' >>${SOURCE} && git commit -qam draft`,
    'git realm status',
  ])
    await box.run('sh', ['-c', `umask 077; ${command}`], { cwd });
  t.equal((await draftsIn(box, box.path('shared.git'))).length, 1);
  // Files there are derived for one user each, and replaced by the next.
  const names = readdirSync(box.path('shared.git/realm'), { recursive: true }).map(String);
  t.ok(names.includes('index') && names.includes('clones'));
  const folders = ['', ...names].filter((name) => statSync(box.path('shared.git/realm', name)).isDirectory());
  for (const name of folders)
    t.equal(statSync(box.path('shared.git/realm', name)).mode & 0o2070, 0o2070, `realm/${name}`);
});

t.test('a draft that cannot be kept is said, and so is already used by the change', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  const add = (name: string) => aperture.write({ models: { training: { [`${name}.py`]: writerOf(name) } } });
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/*.py'], {
    cwd: aperture.path,
  });
  const lost = /^git realm: could not save the draft of this change: cannot write to '/m;
  add('one');
  await aperture.git('add', '.');
  const done = await whileReadOnly(realm.path, async () => {
    const { stderr } = await box.git(['commit', '-qm', 'one'], { cwd: aperture.path });
    t.match(stderr, lost, 'read-only');
    t.match(stderr, /^git realm: this commit changes s3-access\/s3-permissions 1\.0\.0/m);
    t.same(await draftsIn(box, realm.path), []);
    t.ok(ids((await doctor(box, 'aperture', 1)).findings).includes('store-read-only'));
  });
  if (!done) t.pass('a read-only directory', { skip: 'permissions do not bind this user' });
  await aperture.git('reset', '-q', '--hard', 'HEAD');

  const disk = smallDisk(t, 4096);
  if (disk === undefined) return void t.pass('a small disk', { skip: 'this user may not mount a tmpfs' });
  const moved = join(disk, 'realm');
  cpSync(realm.path, moved, { recursive: true });
  await box.realm(['join', moved], { cwd: aperture.path });
  const empty = fillDisk(disk);
  add('two');
  await aperture.git('add', '.');
  t.match((await box.git(['commit', '-qm', 'two'], { cwd: aperture.path })).stderr, lost, 'full');
  empty();
  add('three');
  await aperture.git('add', '.');
  t.notMatch((await box.git(['commit', '-qm', 'three'], { cwd: aperture.path })).stderr, lost);
  t.equal((await draftsIn(box, moved)).length, 1, 'with space again it is kept');
});

t.test('a full disk under the repository: the hook says what it sees, and stops nothing', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  const disk = smallDisk(t, 4096);
  if (disk === undefined) return void t.pass('a small disk', { skip: 'this user may not mount a tmpfs' });
  await box.git(['clone', '-q', aperture.remote ?? '', join(disk, 'clone')]);
  const cwd = join(disk, 'clone');
  await box.realm(['join', realm.path], { cwd });
  box.write(join(cwd, SOURCE), `${aperture.read(SOURCE)}\n\n${writerOf('metrics')}`);
  await box.git(['add', '.'], { cwd });
  await box.run('rm', ['-rf', join(cwd, '.git/realm')]);
  const empty = fillDisk(disk);
  const { stderr } = await box.run('sh', ['.git/hooks/pre-commit'], { cwd });
  t.match(stderr, /^git realm: this commit changes s3-access\/s3-permissions 1\.0\.0/m);
  t.match((await box.realm(['status'], { cwd })).stdout, 'the code has changed');
  empty();
  await box.git(['commit', '-qm', 'after'], { cwd });
  t.equal((await draftsIn(box, realm.path)).length, 1);
});

t.test('a copy of a clone has drafts of its own', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  const draft = async (cwd: string, name: string) => {
    const text = `${aperture.read(SOURCE)}\n\n${writerOf(name)}`;
    box.write(join(cwd, SOURCE), text);
    await box.git(['commit', '-qam', name], { cwd });
  };
  await draft('aperture', 'one');
  await box.run('cp', ['-a', 'aperture', 'copy']);
  await box.git(['reset', '-q', '--hard', 'origin/main'], { cwd: 'copy' });
  await box.realm(['status'], { cwd: 'copy' });
  const [first, ...none] = await draftsIn(box, realm.path);
  t.same(none, [], 'looking at the copy takes nothing from the other');
  await draft('copy', 'two');
  const both = await draftsIn(box, realm.path);
  t.equal(both.length, 2);
  t.ok(both.includes(first ?? ''));
  for (const [cwd, path] of [
    ['aperture', 'one/*'],
    ['copy', 'two/*'],
  ] as const) {
    const status = (await box.realm(['status', '--json'], { cwd })).json() as {
      exports: { draft: string | null }[];
    };
    const text = await realm.git(
      'show',
      `${status.exports[0]?.draft}:domains/s3-access/contracts/s3-permissions.yaml`,
    );
    t.match(text, path, cwd);
  }

  const id = (await box.git(['config', 'realm.cloneId'], { cwd: 'copy' })).stdout;
  await box.run('mv', ['copy', 'moved']);
  await box.realm(['status'], { cwd: 'moved' });
  t.equal(
    (await box.git(['config', 'realm.cloneId'], { cwd: 'moved' })).stdout,
    id,
    'one that moved stays who it is',
  );
});
