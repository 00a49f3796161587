import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo } from '../helpers/world/repo.ts';
import {
  aperture,
  complaint,
  eric,
  login,
  openRealm,
  type Served,
  serveRealm,
} from '../helpers/world/story.ts';

const users = { ...eric, boss: { password: 'x', write: ['realm-letemcook.git'] }, reader: { password: 'r' } };
const BRANCHES = ['for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/git-realm'];

/** A realm behind `git http-backend` whose main only `boss` may move; `aperture` has joined before. */
async function guarded(test: Test): Promise<Served & { box: Sandbox; cwd: string; boss: Boss }> {
  const box = sandbox(test);
  const served = await serveRealm(test, box, users);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', served.url]);
  const repo = await makeRepo(box, 'aperture', { tree: aperture });
  await box.realm(['join', served.url], { cwd: repo.path });
  box.write(
    'served/realm-letemcook.git/hooks/pre-receive',
    `#!/bin/sh
while read -r old new ref; do
  [ "$ref" != refs/heads/main ] || [ "$REMOTE_USER" = boss ] || { echo "main is protected" >&2; exit 1; }
done
`,
    0o755,
  );
  const boss = await cloneRepo(box, served.server.urlAs('boss', 'realm-letemcook.git'), 'boss');
  await boss.git('config', '--local', `credential.${served.server.url}.helper`, '');
  return { ...served, box, cwd: repo.path, boss: { box, git: boss.git } };
}

interface Boss {
  box: Sandbox;
  git(...args: string[]): Promise<string>;
}

/** The ways in which a forge's merge button brings a branch into main. */
const MERGES = {
  merge: (branch: string) => [['merge', '-q', '--no-ff', '-m', 'Merge pull request #1', `origin/${branch}`]],
  squash: (branch: string) => [
    ['merge', '-q', '--squash', `origin/${branch}`],
    ['commit', '-q', '--no-edit'],
  ],
  rebase: (branch: string) => [
    ['commit', '-q', '--allow-empty', '-m', 'meanwhile'],
    ['cherry-pick', '--allow-empty', `main@{1}..origin/${branch}`],
  ],
} as const;

async function merges(boss: Boss, branch: string, how: keyof typeof MERGES): Promise<void> {
  await boss.git('fetch', '-q', '--prune');
  await boss.git('reset', '-q', '--hard', 'origin/main');
  for (const args of MERGES[how](branch)) await boss.git(...args);
  await boss.git('push', '-q', 'origin', 'HEAD:main');
}

const create = (name: string) => ['domain', 'create', name, '--repos', 'aperture,other'];

t.test(
  'a main that may not be pushed to: a branch that waits, brought up, merged, and cleaned up',
  async (test) => {
    const { box, realm, cwd, boss, server } = await guarded(test);
    const before = await realm.tip();
    const asked = await box.realm(create('one'), { cwd });
    test.match(
      asked.stdout,
      /awaiting merge: 1 realm commit; a maintainer merges it: git fetch origin git-realm\/eric-\w+/,
    );
    test.equal(await realm.tip(), before, 'main stands where it was');
    const [branch = '', first] = (await realm.git(...BRANCHES)).split(' ');
    test.match(branch, /^git-realm\/eric-[0-9a-f]{8}$/);
    test.match(await realm.git('log', '--format=%s', `main..${branch}`), /^one: create domain/);

    const pushes = () => server.requests.filter(({ kind }) => kind === 'push').length;
    const count = pushes();
    await box.realm(['sync'], { cwd });
    test.equal(pushes(), count, 'what was refused is not pushed again');
    test.equal(await realm.git(...BRANCHES), `${branch} ${first}`, 'and the branch stays as it is');
    const { awaiting } = (await box.realm(['status', '--json'], { cwd })).json() as {
      awaiting: { branch: string; commits: string[] };
    };
    test.match(awaiting, { branch, state: 'open', commits: [/one/i] });
    test.match((await box.realm(['status'], { cwd })).stdout, /^awaiting merge: 1 realm commit/m);

    await box.realm(create('two'), { cwd });
    await boss.git('commit', '-q', '--allow-empty', '-m', 'by hand');
    await boss.git('push', '-q');
    test.match((await box.realm(['sync'], { cwd })).stdout, /awaiting merge: 2 realm commits/);
    test.equal((await realm.git(...BRANCHES)).split('\n').length, 1, 'still one branch');
    test.equal(
      await realm.git('merge-base', 'main', branch),
      await realm.tip(),
      'on top of what main has now',
    );

    await merges(boss, branch, 'squash');
    const noticed = await box.realm(['sync'], { cwd });
    test.match(noticed.stderr, /merged into the realm/);
    test.equal(await realm.git(...BRANCHES), '', 'the branch is cleaned up');
    test.notMatch((await box.realm(['status'], { cwd })).stdout, /awaiting merge/);
    const store = openRealm(box, box.path('home', '.blue', 'realms', 'letemcook'));
    test.equal(await store.tip(), await realm.tip(), 'and nothing is left over here');

    for (const how of ['merge', 'rebase'] as const) {
      await box.realm(create(how), { cwd });
      await merges(boss, branch, how);
      test.match((await box.realm(['sync'], { cwd })).stderr, /merged into the realm/, how);
      test.equal(await realm.git(...BRANCHES), '', how);
      test.equal(await store.tip(), await realm.tip(), how);
    }
    test.match(await realm.yaml('domains/rebase/domain.yaml'), { name: 'rebase' });
    const ids = (await realm.git('log', '--format=%B', 'main')).match(/"id":"[^"]+"/g) ?? [];
    test.equal(new Set(ids).size, ids.length, 'no operation is there twice');
  },
);

t.test(
  'two laptops of one user, and a maintainer who adds to the branch: one branch with all of it',
  async (test) => {
    const { box, realm, cwd, boss, url } = await guarded(test);
    await box.realm(create('one'), { cwd });
    const [branch = ''] = (await realm.git(...BRANCHES)).split(' ');
    await boss.git('fetch', '-q');
    await boss.git('switch', '-q', branch);
    box.write('boss/NOTES.md', 'looked at\n');
    await boss.git('add', '-A');
    await boss.git('commit', '-q', '-m', 'a note by hand');
    await boss.git('push', '-q');

    const env = { GIT_REALM_HOME: box.path('home', 'laptop') };
    const other = await makeRepo(box, 'fungal');
    await other.commit('start', { 'a.txt': 'a' });
    const joined = await box.realm(['join', url], { cwd: other.path, env });
    test.match(joined.stdout, /awaiting merge: 3 realm commits/);
    await box.realm(['sync'], { cwd });
    test.equal((await realm.git(...BRANCHES)).split('\n').length, 1);
    const waiting = (await realm.git('ls-tree', '-r', '--name-only', branch)).split('\n');
    for (const path of ['domains/one/domain.yaml', 'NOTES.md', 'repos/fungal.yaml'])
      test.ok(waiting.includes(path), path);
    await boss.git('switch', '-q', 'main');
    await merges(boss, branch, 'squash');
    await box.realm(['sync'], { cwd });
    await box.realm(['sync'], { cwd: other.path, env });
    test.equal(await realm.git(...BRANCHES), '');
    const subjects = await realm.subjects();
    test.equal(subjects.length, 3, `founded, joined, squashed: ${subjects.join('; ')}`);
  },
);

t.test('who may not write at all is told so, and loses nothing', async (test) => {
  const { box, server, url, realm, cwd } = await guarded(test);
  await box.git(['config', '--global', '--unset-all', `credential.${server.url}.helper`]);
  await login(box, server, 'reader');
  const before = await realm.git('for-each-ref');
  const refused = await box.realm(create('one'), { cwd, expect: 128 });
  test.match(complaint(refused), { message: /refused the push: .*403/, hint: /ask for write access/ });
  test.equal(await realm.git('for-each-ref'), before);
  const store = openRealm(box, box.path('home', '.blue', 'realms', 'letemcook'));
  test.equal(await store.tip(), await realm.tip(), 'the realm here is what everybody has');
  await box.git(['config', '--global', '--unset-all', `credential.${server.url}.helper`]);
  await login(box, server, 'boss');
  const [, id = ''] = /git realm pending retry (\w+)/.exec(refused.stderr) ?? [];
  await box.realm(['pending', 'retry', id], { cwd });
  test.match(await realm.yaml('domains/one/domain.yaml'), { name: 'one' }, 'with access it gets in');
  test.ok(existsSync(box.path('home', '.blue', 'realms', 'letemcook')), url);
});
