import { mkdirSync } from 'node:fs';
import t from 'tap';
import { startGitea } from '../helpers/forge/gitea.ts';
import { serve, type User } from '../helpers/servers/git-http.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, login, openRealm } from '../helpers/world/story.ts';

const ORG = 'org/realm-letemcook';
const users: Record<string, User> = {
  eric: { password: 'lasagne', write: [`${ORG}.git`] },
  mara: { password: 'x', write: ['mara/realm-letemcook.git'] },
};
const create = (name: string) => ['domain', 'create', name, '--repos', 'aperture,other'];

t.test('a protected realm on a Gitea: pull requests from its own branches, and from a fork', async (test) => {
  const tea = await startGitea(test, { ericsecret: 'eric', marasecret: 'mara' });
  const box = sandbox(test);
  mkdirSync(box.path('served'));
  const bare = box.path('served', `${ORG}.git`);
  await box.git(['init', '-q', '--bare', bare]);
  const server = await serve({ root: box.path('served'), users });
  test.teardown(() => server.close());
  await login(box, server, 'eric');
  const settings = {
    [`url.${server.url}.insteadOf`]: 'https://tea.example/',
    'realm.tea.example.forge': 'gitea',
    'realm.tea.example.forgeApi': tea.url,
    'realm.forgePace': '1',
  };
  for (const [key, value] of Object.entries(settings)) await box.git(['config', '--global', key, value]);
  const url = `https://tea.example/${ORG}.git`;
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const provider = await makeRepo(box, 'aperture', { tree: aperture });
  await box.realm(['join', url], { cwd: provider.path });
  box.write(
    `served/${ORG}.git/hooks/pre-receive`,
    '#!/bin/sh\nwhile read -r old new ref; do [ "$ref" != refs/heads/main ] || { echo "branch main is protected" >&2; exit 1; }; done\n',
    0o755,
  );
  const realm = openRealm(box, bare);
  const repo = tea.add(ORG, { bare, writers: ['eric'] });
  const as = (token: string, ...args: string[]) =>
    box.realm(args, { cwd: provider.path, env: { GITEA_TOKEN: token } });
  const before = await realm.tip();

  const asked = await as('ericsecret', ...create('first'));
  test.match(asked.stdout, /awaiting merge: 1 realm commit in https:\/\/tea\.example\/.*\/pulls\/1/);
  test.equal(await realm.tip(), before, 'its main has not moved');
  await as('ericsecret', ...create('second'));
  test.match(repo.items, [
    { title: /create domain/, body: /- first: [\s\S]*- second: /, pull: { from: ORG } },
  ]);
  const [item] = repo.items;
  const { length } = tea.writes();
  await as('ericsecret', 'sync');
  test.equal(tea.writes().length, length, 'run again it writes nothing');
  if (item?.pull == null) return;
  item.pull.mergedAs = repo.refs.merge('main', repo.refs.get(item.pull.head) ?? '', 'Merge #1');
  item.state = 'closed';
  test.match((await as('ericsecret', 'sync')).stderr, /merged into the realm: https:.*\/pulls\/1/);

  // Mara may only read: her fork is used, and the realm itself does not move.
  const fork = box.path('served', 'mara', 'realm-letemcook.git');
  await box.git(['clone', '-q', '--bare', realm.path, fork]);
  tea.add('mara/realm-letemcook', { bare: fork, writers: ['mara'] }).forkOf = ORG;
  await box.git(['config', '--global', '--unset-all', `credential.${server.url}.helper`]);
  await login(box, server, 'mara');
  const refs = await realm.git('for-each-ref');
  const hers = await as('marasecret', ...create('third'));
  test.match(hers.stdout, /awaiting merge: 1 realm commit in https:.*\/pulls\/2/);
  test.equal(await realm.git('for-each-ref'), refs);
  test.match(repo.items[1], { author: 'mara', pull: { from: 'mara/realm-letemcook', base: 'main' } });
  await as('marasecret', 'sync');
  test.equal(repo.items.length, 2, 'one pull request');
});
