import { join } from 'node:path';
import t from 'tap';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const NEW_GRANT = 'f"{BUCKET_ARN}/jobs/*/*/manifest.json", f"{BUCKET_ARN}/m1/*", f"{BUCKET_ARN}/m2/*"';

t.test('one issue per consumer and version: opened once, superseded, closed when resolved', async (test) => {
  const { box, realm, aperture, fungal } = await letemcook(test);
  const publish = async (folder: string, ...flags: string[]) => {
    const file = `models/training/${folder}.py`;
    await aperture.commit(folder, { [file]: writerOf(folder) });
    await box.realm(['export', '--name', 's3-permissions', '--source', file], { cwd: aperture.path });
    await aperture.push();
    return box.realm(['sync', ...flags], { cwd: aperture.path });
  };
  const issues = async () =>
    (await realm.git('ls-tree', '-r', '--name-only', 'main', 'forge')).split('\n').filter(Boolean);

  await publish('quiet', '--no-notify');
  test.same(await issues(), [], '--no-notify tells nobody');

  await publish('m1');
  test.same(await issues(), ['forge/fungal-image-analysis/issues/1.yaml']);
  const first = await realm.yaml('forge/fungal-image-analysis/issues/1.yaml');
  test.match(first, { number: 1, state: 'open', labels: ['git-realm'] });
  test.match(String(first.title), /s3-access\/s3-permissions 1\.2\.0/);
  test.match(String(first.body), /m1\/\\\*[\s\S]*training_tools_access_stack\.py[\s\S]*git realm sync/);
  const tip = await realm.tip();
  await box.realm(['sync'], { cwd: aperture.path });
  test.equal(await realm.tip(), tip, 'again: nothing');

  test.match((await publish('m2')).stdout, /notified fungal-image-analysis/);
  test.match(await realm.yaml('forge/fungal-image-analysis/issues/1.yaml'), {
    state: 'closed',
    comments: [{ body: 'Superseded by 1.3.0.' }],
  });
  test.match(await realm.yaml('forge/fungal-image-analysis/issues/2.yaml'), { state: 'open' });

  const stack = fungal.read('cdk/training_tools_access_stack.py');
  await fungal.commit('grant', {
    cdk: {
      'training_tools_access_stack.py': stack.replace(
        'f"{BUCKET_ARN}/jobs/*/*/manifest.json"',
        `${NEW_GRANT}, f"{BUCKET_ARN}/quiet/*"`,
      ),
    },
  });
  await fungal.push();
  await box.realm(['sync'], { cwd: fungal.path });
  test.match(await realm.yaml('forge/fungal-image-analysis/issues/2.yaml'), {
    state: 'closed',
    comments: [{ body: 'Resolved: fungal-image-analysis is at 1.3.0.' }],
  });
  const done = await realm.tip();
  for (const repo of [fungal, aperture]) await box.realm(['sync'], { cwd: repo.path });
  test.equal(await realm.tip(), done, 'and all is quiet');
});

t.test('exec: output stays together, in order; only what failed runs again', async (test) => {
  const { box, aperture } = await letemcook(test);
  await box.realm(['worktree', '--rfc', 'x'], { cwd: aperture.path });
  const cwd = join(aperture.path, '.worktrees', 'feat-x');
  const slow = '[ "$REALM_REPO" = aperture ] && sleep 0.3; echo "in $REALM_REPO"; basename "$PWD"';
  const ran = await box.realm(['exec', '--', 'sh', '-c', slow], { cwd });
  test.equal(
    ran.stdout,
    'aperture:\nin aperture\nfeat-x\nfungal-image-analysis:\nin fungal-image-analysis\nfeat-x\n',
  );
  const fails = ['exec', '--', 'sh', '-c', 'echo tried; [ "$REALM_REPO" = aperture ]'];
  test.match((await box.realm(fails, { cwd, expect: 1 })).stdout, /fungal-image-analysis: \(exit status 1\)/);
  const again = await box.realm(['exec', '--failed', '--json', '--', 'true'], { cwd });
  test.match(again.json(), { runs: [{ repo: 'fungal-image-analysis', exitCode: 0 }] });
  await box.realm(['exec', '--failed', '--', 'true'], { cwd, expect: 1 });
  await box.realm(['exec'], { cwd, expect: 129 });
  test.match((await box.realm(['exec', '--', 'no-such-program'], { cwd, expect: 1 })).stdout, /127|ENOENT/);
});
