import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { type Github, startGithub } from '../helpers/forge/github.ts';
import type { HubRepo } from '../helpers/forge/github-repo.ts';
import { type GitServer, serve, type User } from '../helpers/servers/git-http.ts';
import type { Sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, login, openRealm, type RealmFiles } from '../helpers/world/story.ts';
import { templateOf } from '../helpers/world/template.ts';

const ORG = 'org/realm-letemcook';
const TOKENS = { ericsecret: 'eric', marasecret: 'mara' };
const users: Record<string, User> = {
  eric: { password: 'lasagne', write: [`${ORG}.git`] },
  mara: { password: 'x', write: ['mara/realm-letemcook.git'] },
};

interface HubRealm {
  box: Sandbox;
  server: GitServer;
  hub: Github;
  repo: HubRepo;
  realm: RealmFiles;
  cwd: string;
  /** `git realm` with the token of whoever is logged in. */
  as(token: string, ...args: string[]): ReturnType<Sandbox['realm']>;
}

const REALM_URL = `https://ghe.example/${ORG}.git`;

/** A realm on `https://ghe.example/org/`, founded before its main was protected; `aperture` has joined. */
async function onGithub(test: Test): Promise<HubRealm> {
  const hub = await startGithub(test, TOKENS);
  const box = await templateOf(test, 'realm-on-github', async (box) => {
    const bare = box.path('served', `${ORG}.git`);
    mkdirSync(box.path('served'));
    await box.git(['init', '-q', '--bare', bare]);
    const config = readFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', 'utf8');
    const server = await reach(box, hub);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', REALM_URL]);
    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    await box.realm(['join', REALM_URL], { cwd: provider.path });
    await server.close();
    writeFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', config);
    box.write(
      `served/${ORG}.git/hooks/pre-receive`,
      '#!/bin/sh\nwhile read -r old new ref; do [ "$ref" != refs/heads/main ] || { echo "GH006: Protected branch" >&2; exit 1; }; done\n',
      0o755,
    );
  });
  const server = await reach(box, hub);
  test.teardown(() => server.close());
  const bare = box.path('served', `${ORG}.git`);
  const repo = hub.add(ORG, { bare, writers: ['eric'] });
  const cwd = box.path('aperture');
  const as: HubRealm['as'] = (token, ...args) =>
    box.realm(args, { cwd, env: { GH_ENTERPRISE_TOKEN: token } });
  return { box, server, hub, repo, realm: openRealm(box, bare), cwd, as };
}

/** A server for what is served in this sandbox, which its user's configuration names. */
async function reach(box: Sandbox, hub: Github): Promise<GitServer> {
  const server = await serve({ root: box.path('served'), users });
  await login(box, server, 'eric');
  const settings = {
    [`url.${server.url}.insteadOf`]: 'https://ghe.example/',
    'realm.githubHost': `ghe.example=${hub.url}`,
    'realm.forgePace': '1',
  };
  for (const [key, value] of Object.entries(settings)) await box.git(['config', '--global', key, value]);
  return server;
}

const create = (name: string) => ['domain', 'create', name, '--repos', 'aperture,other'];

t.test(
  'a protected main: one pull request, kept up to date, its text left alone, merged, closed',
  async (test) => {
    const { hub, repo, realm, as } = await onGithub(test);
    const before = await realm.tip();
    const unheard = await as('nobody', ...create('one'));
    test.match(
      unheard.stdout,
      /awaiting merge: 1 realm commit; its pull request is not open yet: .*then git realm sync/,
    );
    const asked = await as('ericsecret', 'sync');
    test.match(
      asked.stdout,
      /awaiting merge: 1 realm commit in https:\/\/github\.example\/org\/realm-letemcook\/pull\/1/,
    );
    test.equal(await realm.tip(), before);
    const [pull] = repo.items;
    test.match(pull, { title: /^one: create domain/, base: 'main', from: ORG });
    test.match(
      pull?.body,
      /<!-- git-realm:begin -->[\s\S]*- one: create domain[\s\S]*git realm verify [0-9a-f]{40}/,
    );

    const count = hub.writes().length;
    await as('ericsecret', 'sync');
    test.equal(hub.writes().length, count, 'run again it writes nothing');
    if (pull !== undefined) pull.body = `Please look at this.\r\n\r\n${pull.body}`;
    await as('ericsecret', ...create('two'));
    test.equal(repo.items.length, 1, 'the same pull request');
    test.match(
      pull?.body,
      /^Please look at this\.\r\n\r\n<!-- git-realm:begin -->[\s\S]*- one: [\s\S]*- two: /,
    );
    test.match(
      (await as('ericsecret', 'status')).stdout,
      /^awaiting merge: 2 realm commits in https:.*\/pull\/1$/m,
    );

    if (pull === undefined) return;
    pull.mergedAs = repo.refs.merge('main', pull.sha, 'Merge pull request #1');
    pull.state = 'closed';
    test.match((await as('ericsecret', 'sync')).stderr, /merged into the realm: https:.*\/pull\/1/);
    test.equal(await realm.git('for-each-ref', 'refs/heads/git-realm'), '', 'its branch is cleaned up');
    test.notMatch((await as('ericsecret', 'status')).stdout, /awaiting/);

    await as('ericsecret', ...create('three'));
    test.match(
      repo.items[1],
      { number: 2, state: 'open', title: /^three: / },
      'a new one, not the merged one',
    );
    if (repo.items[1] !== undefined) repo.items[1].state = 'closed';
    test.match(
      (await as('ericsecret', 'sync')).stdout,
      /pull\/2 was closed without being merged: 1 realm commit wait/,
    );
    await as('ericsecret', 'sync');
    test.equal(repo.items.length, 2, 'what was declined is not asked for again');
    await as('ericsecret', ...create('four'));
    test.match(repo.items[2], { number: 3, state: 'open' }, 'with something new it is');
  },
);

t.test('who may only read: a pull request from a fork', async (test) => {
  const { box, server, hub, repo, realm, as } = await onGithub(test);
  const fork = box.path('served', 'mara', 'realm-letemcook.git');
  await box.git(['clone', '-q', '--bare', realm.path, fork]);
  hub.add('mara/realm-letemcook', { bare: fork, writers: ['mara'] });
  await box.git(['config', '--global', '--unset-all', `credential.${server.url}.helper`]);
  await login(box, server, 'mara');
  const refs = await realm.git('for-each-ref');
  const asked = await as('marasecret', ...create('one'));
  test.match(asked.stdout, /awaiting merge: 1 realm commit in https:.*\/pull\/1/);
  test.equal(await realm.git('for-each-ref'), refs, 'nothing of the realm itself has moved');
  test.match(repo.items, [{ from: 'mara/realm-letemcook', state: 'open', base: 'main' }]);
  const branches = await box.git(['-C', fork, 'for-each-ref', '--format=%(refname)', 'refs/heads/git-realm']);
  test.match(branches.stdout, /^refs\/heads\/git-realm\/eric-\w+\n$/);
  const count = hub.writes().filter((write) => !write.endsWith('/forks')).length;
  await as('marasecret', 'sync');
  test.equal(repo.items.length, 1);
  test.equal(hub.writes().filter((write) => !write.endsWith('/forks')).length, count);

  const [pull] = repo.items;
  if (pull === undefined) return;
  await box.git(['-C', realm.path, 'fetch', '-q', fork, pull.head]);
  pull.mergedAs = repo.refs.merge('main', pull.sha, 'Merge pull request #1');
  pull.state = 'closed';
  test.match((await as('marasecret', 'sync')).stderr, /merged into the realm: https:.*\/pull\/1/);
  const left = await box.git(['-C', fork, 'for-each-ref', 'refs/heads/git-realm']);
  test.equal(left.stdout, '', 'the branch in the fork is cleaned up');

  // A stranger asks to join: what an approver decides becomes a pull request too.
  const stranger = await makeRepo(box, 'strange', { tree: { 'a.txt': 'a' } });
  await stranger.git('config', 'user.email', 'mara@example.com');
  const joining = () =>
    box.realm(['join', REALM_URL], {
      cwd: stranger.path,
      env: { GH_ENTERPRISE_TOKEN: 'marasecret' },
    });
  test.match((await joining()).stderr, /requested proposal \w+ in https:.*\/pull\/2/);
  await joining();
  test.match(repo.items, [{}, { from: 'mara/realm-letemcook', state: 'open', title: /strange/ }]);
  test.equal(repo.items.length, 2);
  const [, second] = repo.items;
  if (second === undefined) return;
  await box.git(['-C', realm.path, 'fetch', '-q', fork, second.head]);
  second.mergedAs = repo.refs.merge('main', second.sha, 'Merge pull request #2');
  second.state = 'closed';
  await joining();
  test.match(await realm.yaml('repos/strange.yaml'), { maintainers: ['mara@example.com'] });
  const after = { cwd: stranger.path, env: { GH_ENTERPRISE_TOKEN: 'marasecret' } };
  const { proposals } = (await box.realm(['proposals', '--all', '--json'], after)).json() as {
    proposals: { state: string }[];
  };
  test.match(proposals, [{ state: 'landed' }]);
});
