import t from 'tap';
import { poison } from '../helpers/hostile/poison.ts';
import { hostileRealm } from '../helpers/hostile/realm.ts';
import { everything, joined, user } from '../helpers/hostile/worlds.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root, to give files to another user';

t.test('in a realm of another user nothing of it is run', { skip }, async (t) => {
  const world = user(t);
  const realm = await hostileRealm(world.box, 'realm.git', world.mark);
  await joined(world, realm);
  poison(realm, world.mark, '[core]\n\tbare = true\n');
  await world.box.run('chown', ['-R', 'nobody', realm]);
  const { codes } = await everything(t, world, 'realm-owner');
  t.equal(codes.get('status'), 128);
  t.equal(codes.get('fetch'), 128);
});

t.test('in a repository of another user nothing of it is run', { skip }, async (t) => {
  const world = user(t);
  const realm = await hostileRealm(world.box, 'realm.git', world.mark);
  await joined(world, `ssh://git.example.com${realm}`);
  poison(world.box.path('victim', '.git'), world.mark);
  await world.box.run('chown', ['-R', 'nobody', world.box.path('victim')]);
  const { codes } = await everything(t, world, 'owner');
  t.equal(codes.get('status'), 128);
  t.equal(codes.get('fetch'), 128);
});
