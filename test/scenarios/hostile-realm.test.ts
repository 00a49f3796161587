import t from 'tap';
import { poison } from '../helpers/hostile/poison.ts';
import { hostileRealm } from '../helpers/hostile/realm.ts';
import { everything, joined, lose, user } from '../helpers/hostile/worlds.ts';

t.test('in a realm that is reached by URL nothing of it is run', async (t) => {
  const world = user(t);
  const realm = await hostileRealm(world.box, 'realm.git', world.mark);
  await joined(world, `ssh://git.example.com${realm}`);
  const { codes, programs } = await everything(t, world, 'url');
  t.equal(codes.get('graph'), 0, 'it is read');
  t.ok(programs.has(world.box.path('user', 'ssh')), "by the user's own ssh command");
});

t.test('in a realm at a path nothing of it is run', async (t) => {
  const world = user(t);
  const realm = await hostileRealm(world.box, 'realm.git', world.mark);
  await joined(world, realm);
  await lose(world, realm, 'main:worktrees/w.yaml');
  poison(realm, world.mark, '[core]\n\tbare = true\n');
  const { codes, programs } = await everything(t, world, 'path');
  t.equal(codes.get('graph'), 0, 'it is read');
  t.ok(programs.has(world.box.path('user', 'ssh')), 'its remote is reached as the user says');
});
