import { join } from 'node:path';
import t from 'tap';
import { killedEverywhere, three } from '../helpers/kill/killed-change.ts';

t.test('push', async (test) => {
  const world = await three(test);
  await world.box.realm(['worktree', '--rfc', 'metrics'], { cwd: world.aperture.path });
  for (const repo of world.repos) world.box.write(join(world.worktree(repo), 'new.txt'), repo.path);
  const cwd = world.worktree(world.aperture);
  await world.box.realm(['commit', '-m', 'all of it'], { cwd });
  await killedEverywhere(test, world, ['push'], cwd, ['push'], 'push --porcelain --set-upstream');
});

t.test('pr', async (test) => {
  const world = await three(test);
  await world.box.realm(['worktree', '--rfc', 'metrics'], { cwd: world.aperture.path });
  for (const repo of world.repos) world.box.write(join(world.worktree(repo), 'new.txt'), repo.path);
  const cwd = world.worktree(world.aperture);
  await world.box.realm(['commit', '-m', 'all of it'], { cwd });
  await world.box.realm(['push'], { cwd });
  await killedEverywhere(test, world, ['pr', '--title', 'all of it'], cwd, ['pr']);
});
