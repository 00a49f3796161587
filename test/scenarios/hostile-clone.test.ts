import t from 'tap';
import { everything, hostileClone, traced, user } from '../helpers/hostile/worlds.ts';
import { nightly } from '../helpers/values/nightly.ts';

t.test('in a clone of a hostile repository nothing of its tree is run', async (t) => {
  const world = user(t);
  await hostileClone(world);
  const { codes } = await everything(t, world, 'clone');
  t.equal(codes.get('join'), 128, 'what its `.blue/config.yaml` names is refused');
});

t.test('inside a bare repository of a stranger nothing of it is run', async (t) => {
  const world = user(t);
  await hostileClone(world);
  await everything(t, { ...world, cwd: 'victim/vendor/realm' }, 'bare');
});

t.test('a `.blue/config.yaml` names a realm by a URL that is one, or none', async (t) => {
  const world = user(t);
  await hostileClone(world);
  const { box, mark } = world;
  const urls = [
    './vendor/realm',
    '../attacker/vendor/realm',
    box.path('victim', 'vendor', 'realm'),
    'vendor/../vendor/realm/.',
    `ext::sh -c ${mark('url-ext').replaceAll(' ', '% ')}`,
    `--upload-pack=${mark('url-option')}`,
    `ssh://-oProxyCommand=${mark('url-ssh').replaceAll(' ', '%20')}/x`,
    `x@-oProxyCommand=${mark('url-scp')}:x`,
    'vendor/realm#https://example.com/realm.git',
    'transport::vendor/realm',
    'fd::17',
  ];
  // How each is refused: own-config.test.ts. Here is what would be run by those that name a program, and all of them at night.
  const isShown = (url: string) => nightly || url.startsWith('./') || url.includes(box.path('marks'));
  for (const url of urls.filter(isShown)) {
    box.write(
      'victim/.blue/config.yaml',
      `realm: { name: hostile, url: ${JSON.stringify(url)} }\nrepo: victim\n`,
    );
    const { codes, programs } = await traced(t, world, [['join'], ['join', '--ephemeral'], ['fetch']]);
    t.equal(codes.get('join'), 128, url);
    t.notOk(programs.has(box.path('user', 'ssh')), `${url}: nothing is fetched`);
  }
});
