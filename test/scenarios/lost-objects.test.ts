import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openRepo } from '../helpers/world/repo.ts';
import { letemcook } from '../helpers/world/story.ts';

t.test(
  'in a partial clone that is offline, what is not available locally is said, and nothing is taken for gone',
  async (t) => {
    const { box, aperture } = await letemcook(t);
    const remote = aperture.remote ?? '';
    await box.git(['-C', remote, 'config', 'uploadpack.allowFilter', 'true']);
    await box.git(['clone', '-q', '--filter=blob:none', '--no-checkout', `file://${remote}`, 'partial']);
    const partial = openRepo(box, 'partial', remote);
    await partial.git('remote', 'set-url', 'origin', remote);
    await partial.git('sparse-checkout', 'set', '--no-cone', '/.blue');
    await partial.git('checkout', '-q');
    await box.realm(['join', '--no-hooks'], { cwd: 'partial' });
    rmSync(join(partial.path, '.git', 'realm', 'readings'), { recursive: true, force: true });

    renameSync(remote, `${remote}.away`);
    const status = await box.realm(['status'], { cwd: 'partial' });
    t.match(
      status.stdout,
      /s3-permissions 1\.0\.0: cannot be read\n.*cannot read objects: .*(?:promisor|fetch)/,
    );
    const sync = await box.realm(['sync'], { cwd: 'partial', expect: 1 });
    t.match(
      sync.stdout,
      /not published: s3-access\/s3-permissions: cannot read its sources: cannot read objects/,
    );
    t.match((await box.realm(['check'], { cwd: 'partial', expect: 1 })).stdout, 'cannot be read');

    renameSync(`${remote}.away`, remote);
    t.match(
      (await box.realm(['status'], { cwd: 'partial' })).stdout,
      's3-permissions 1.0.0: matches the code',
    );
    t.match((await box.realm(['sync'], { cwd: 'partial' })).stdout, 'in sync');
  },
);

t.test('a blob that is lost is no empty file', async (t) => {
  const { box, aperture } = await letemcook(t);
  const source = 'models/training/s3_paths.py';
  const oid = await aperture.git('rev-parse', `HEAD:${source}`);
  const lost = join(aperture.path, '.git', 'objects', oid.slice(0, 2), oid.slice(2));
  rmSync(join(aperture.path, '.git', 'realm', 'readings'), { recursive: true, force: true });
  renameSync(lost, box.path('lost'));
  const status = await box.realm(['status'], { cwd: 'aperture' });
  t.match(status.stdout, `cannot be read\n    published, not synced: the content of ${source}`);
  const { code, stdout } = await box.realm(['sync'], { cwd: 'aperture', expect: 'any' });
  t.equal(code, 1);
  t.match(stdout, 'not published: s3-access/s3-permissions: cannot read its sources: the content of');
  renameSync(box.path('lost'), lost);
  t.match((await box.realm(['sync'], { cwd: 'aperture' })).stdout, 'in sync');
});

t.test('a file of the realm that its store has lost is said, and not kept as an empty one', async (t) => {
  const { box } = await letemcook(t);
  const store = box.path('realm-letemcook');
  const file = 'domains/s3-access/contracts/s3-permissions.yaml';
  const oid = (await box.git(['-C', store, 'rev-parse', `main:${file}`])).stdout.trim();
  const lost = join(store, '.git', 'objects', oid.slice(0, 2), oid.slice(2));
  rmSync(join(store, '.git', 'realm'), { recursive: true, force: true });
  renameSync(lost, box.path('lost'));
  const said = await box.realm(['status'], { cwd: 'aperture', expect: 128 });
  t.match(
    said.stderr,
    `error: the realm's '${file}' (${oid.slice(0, 12)}) is missing in its store\nhint: git -C`,
  );
  renameSync(box.path('lost'), lost);
  t.match((await box.realm(['status'], { cwd: 'aperture' })).stdout, 'matches the code');
});

t.test('a realm whose branch is damaged is no realm where nothing was agreed', async (t) => {
  const { box } = await letemcook(t);
  const ref = join(box.path('realm-letemcook'), '.git', 'refs', 'heads', 'main');
  const good = readFileSync(ref);
  for (const bad of ['', 'x', `${'0'.repeat(39)}\n`]) {
    writeFileSync(ref, bad);
    const said = await box.realm(['status'], { cwd: 'aperture', expect: 128 });
    t.match(
      said.stderr,
      "error: realm 'letemcook' has no commits on refs/heads/main\nhint: git -C",
      JSON.stringify(bad),
    );
  }
  writeFileSync(ref, good);
  t.match((await box.realm(['status'], { cwd: 'aperture' })).stdout, 'matches the code');
});
