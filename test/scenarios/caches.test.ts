import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { letemcook, writerOf } from '../helpers/world/story.ts';

t.test('caches, sockets and garbage: deleting them changes no output of status', async (test) => {
  const { box, realm, aperture, fungal } = await letemcook(test);
  await box.realm(['export', 's3-permissions', '--source', 'models'], { cwd: aperture.path });
  await aperture.commit('export metrics', { models: { 'metrics.py': writerOf('metrics') } });
  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path });
  aperture.write({ models: { 'logs.py': writerOf('logs') } });
  await aperture.git('add', '-A');
  await aperture.git('commit', '-q', '-m', 'a draft');
  aperture.write({ models: { 'more.py': writerOf('more') } });

  const env = { GIT_REALM_NOW: '2026-02-01T10:00:00Z' };
  const look = async (): Promise<string> => {
    let all = '';
    const looks: [string, string[]][] = [
      ...[aperture, fungal].map((repo): [string, string[]] => [repo.path, ['status']]),
      [aperture.path, ['status', '--json']],
      [fungal.path, ['check']],
      [fungal.path, ['graph']],
      [fungal.path, ['domain', 'show', 's3-access']],
    ];
    for (const [cwd, words] of looks) {
      const ran = await box.realm(words, { cwd, env, expect: 'any' });
      all += `${cwd} ${words.join(' ')}: ${ran.code}\n${ran.stdout}${ran.stderr}`;
    }
    return all;
  };
  const before = await look();
  test.match(before, /metrics/);
  test.match(before, /logs/);

  for (const dir of [aperture.path, fungal.path, realm.path])
    rmSync(join(dir, '.git', 'realm'), { recursive: true, force: true });
  rmSync(box.path('run'), { recursive: true });
  test.equal(await look(), before, 'without caches');

  await realm.git('gc', '-q', '--prune=now');
  test.equal(await look(), before, 'after gc in the realm, with caches');
  for (const dir of [aperture.path, fungal.path]) await box.git(['-C', dir, 'gc', '-q', '--prune=now']);
  for (const dir of [aperture.path, fungal.path, realm.path])
    rmSync(join(dir, '.git', 'realm'), { recursive: true, force: true });
  test.equal(await look(), before, 'after gc everywhere, without caches');
});
