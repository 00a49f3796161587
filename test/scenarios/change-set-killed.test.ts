import { join } from 'node:path';
import t from 'tap';
import { killedEverywhere, three } from '../helpers/kill/killed-change.ts';

t.test('worktree', async (test) => {
  const world = await three(test);
  await killedEverywhere(
    test,
    world,
    ['worktree', '--rfc', 'metrics'],
    world.aperture.path,
    ['worktree'],
    'worktree add',
  );
});

t.test('commit', async (test) => {
  const world = await three(test);
  await world.box.realm(['worktree', '--rfc', 'metrics'], { cwd: world.aperture.path });
  for (const repo of world.repos) world.box.write(join(world.worktree(repo), 'new.txt'), repo.path);
  const cwd = world.worktree(world.aperture);
  await killedEverywhere(test, world, ['commit', '-m', 'all of it'], cwd, ['commit'], 'commit --quiet');
});
