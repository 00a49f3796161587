import t from 'tap';
import { cloneRepo } from '../helpers/world/repo.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const contract = 'domains/s3-access/contracts/s3-permissions.yaml';

t.test('two clones of one provider push different paths: git makes the second merge first', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const second = await cloneRepo(box, aperture.remote ?? '', 'second');
  await box.realm(['join'], { cwd: second.path });
  await box.realm(['export', 's3-permissions', '--source', 'models'], { cwd: aperture.path });

  await aperture.commit('export metrics', { models: { 'metrics.py': writerOf('metrics') } });
  await second.commit('export logs', { models: { 'logs.py': writerOf('logs') } });

  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path });
  test.match(await realm.yaml(contract), { version: '1.1.0' });
  const published = await realm.tip();

  const refused = await box.git(['push'], { cwd: second.path, expect: 1 });
  test.match(refused.stderr, /rejected/, 'git itself refuses the second push');
  const behind = await box.realm(['sync'], { cwd: second.path, expect: 'any' });
  test.match(behind.stdout + behind.stderr, /git pull|git fetch/, 'and sync says to pull');
  test.equal(await realm.tip(), published, 'nothing flips back');
  test.match(await realm.yaml(contract), { version: '1.1.0' });

  await second.git('pull', '-q', '--no-rebase', '--no-edit');
  await second.push();
  await box.realm(['sync'], { cwd: second.path });
  const both = await realm.yaml(contract);
  test.equal(both.version, '1.2.0');
  const { write } = both.value as { write: string[] };
  test.ok(
    write.some((path) => path.includes('metrics/')),
    'the first one is still there',
  );
  test.ok(
    write.some((path) => path.includes('logs/')),
    'beside the second',
  );
  test.equal(both.source_commit, await second.git('rev-parse', 'HEAD'));

  await aperture.git('pull', '-q', '--no-rebase');
  const before = await realm.tip();
  await box.realm(['sync'], { cwd: aperture.path });
  test.equal(await realm.tip(), before, 'the first clone agrees');
});

t.test('a rewound publishing branch changes nothing until it is said', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  await box.realm(['export', 's3-permissions', '--source', 'models'], { cwd: aperture.path });
  await aperture.commit('export metrics', { models: { 'metrics.py': writerOf('metrics') } });
  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path });
  test.match(await realm.yaml(contract), { version: '1.1.0' });

  await aperture.git('reset', '-q', '--hard', 'HEAD~1');
  await aperture.commit('export logs instead', {
    models: { 'metrics.py': writerOf('metrics'), 'logs.py': writerOf('logs') },
  });
  await aperture.push('--force');
  const before = await realm.tip();
  const ran = await box.realm(['sync'], { cwd: aperture.path, expect: 'any' });
  test.match(ran.stdout + ran.stderr, /rewound|pull/);
  test.equal(await realm.tip(), before);
  await box.realm(['sync', '--rewound'], { cwd: aperture.path });
  test.match(await realm.yaml(contract), { version: '1.2.0' });
});
