import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { doctor } from '../helpers/world/doctor.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, commitMembership, complaint, fingerprint, openRealm } from '../helpers/world/story.ts';
import { templateOf } from '../helpers/world/template.ts';

interface Pending {
  id: string;
  kind: string;
  subject: string;
  verb: string | null;
  why: string;
}

/** A realm on a server of which a hook refuses whatever brings a path that matches. */
async function refusing(t: Test) {
  const box = await templateOf(t, 'refusing', async (box) => {
    const url = `file://${box.path('hub.git')}`;
    await box.git(['init', '-q', '--bare', 'hub.git']);
    await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
    const repo = await makeRepo(box, 'aperture', { tree: aperture });
    await box.realm(['join', url], { cwd: repo.path });
    await commitMembership(repo);
  });
  const url = `file://${box.path('hub.git')}`;
  const rule = (pattern: string) =>
    box.write(
      'hub.git/hooks/pre-receive',
      `#!/bin/sh
while read -r old new ref; do
  if git diff-tree -r --name-status "$(git rev-parse main)" "$new" | grep -Eq '${pattern}'; then
    echo "not here" >&2; exit 1
  fi
done
`,
      0o755,
    );
  const realm = openRealm(box, box.path('hub.git'));
  const store = openRealm(box, box.path('home/.blue/realms/letemcook'));
  const pending = async () =>
    ((await box.realm(['pending', '--json'], { cwd: 'aperture' })).json() as { pending: Pending[] }).pending;
  return { box, cwd: box.path('aperture'), rule, realm, store, pending, url };
}

const create = (name: string) => ['domain', 'create', name, '--repos', 'aperture'];
const allow = (box: Sandbox) => box.write('hub.git/hooks/pre-receive', '#!/bin/sh\n', 0o755);

t.test('what the server refuses leaves the realm here as it has it, and is kept by name', async (t) => {
  const { box, cwd, rule, realm, store, pending } = await refusing(t);
  rule('domains/bad/');
  const before = await realm.tip();
  const refused = await box.realm(create('bad'), { cwd, expect: 128 });
  const [kept] = await pending();
  t.match(kept, { kind: 'operation', verb: 'domain-create', subject: 'bad: create domain of aperture' });
  t.match(complaint(refused), {
    message: "error: the realm's remote refused the push: pre-receive hook declined",
    hint: `hint: the local realm is unchanged and your request is pending: git realm pending retry ${kept?.id}`,
  });
  t.equal(await store.tip(), before, 'the store is what the server has');
  t.equal(await realm.tip(), before);
  t.match(
    (await box.realm(['status'], { cwd })).stdout,
    new RegExp(`^pending ${kept?.id}: bad: create domain of aperture: the realm's remote refused it: `),
    'the first line of status',
  );
  t.match((await box.realm(['status', '--json'], { cwd })).json(), { pending: [{ id: kept?.id }] });

  await box.realm(create('good'), { cwd });
  t.same(
    (await realm.subjects()).slice(-1),
    ['good: create domain of aperture'],
    'later work is not held up',
  );
  await box.realm(create('bad'), { cwd, expect: 128 });
  t.equal((await pending()).length, 1, 'the same asked again is pending once');

  await box.realm(['pending', 'retry', kept?.id ?? ''], { cwd, expect: 128 });
  t.match(await pending(), [{ id: kept?.id }], 'refused again, it stays');
  t.equal(await store.tip(), await realm.tip());
  allow(box);
  t.match(
    (await box.realm(['pending', 'retry', kept?.id ?? ''], { cwd })).stdout,
    'no longer pending: bad: ',
  );
  t.match(await realm.yaml('domains/bad/domain.yaml'), { name: 'bad' });
  t.match((await box.realm(['pending'], { cwd })).stdout, /^nothing is pending$/m);

  rule('domains/again/');
  await box.realm(create('again'), { cwd, expect: 128 });
  allow(box);
  await box.realm(create('again'), { cwd });
  t.notMatch((await box.realm(['status'], { cwd })).stdout, 'pending', 'done by another way');

  rule('domains/worse/');
  await box.realm(create('worse'), { cwd, expect: 128 });
  const [other] = await pending();
  t.match((await box.realm(['complete', '--', 'pending', 'drop', ''], { cwd })).stdout, other?.id);
  await box.realm(['pending', 'drop', (other?.id ?? '').slice(0, 4)], { cwd });
  t.same(await pending(), []);
  t.match(
    (await box.realm(['pending', 'drop', 'none'], { cwd, expect: 128 })).stderr,
    "no pending operation 'none'",
  );
});

t.test('of what was made offline, only what is refused is kept back', async (t) => {
  const { box, cwd, rule, realm, store, pending, url } = await refusing(t);
  rule('domains/bad/');
  await store.git('remote', 'set-url', 'origin', `${url}.away`);
  for (const name of ['one', 'bad', 'two']) await box.realm(create(name), { cwd });
  await store.git('remote', 'set-url', 'origin', url);
  const synced = await box.realm(['sync'], { cwd });
  t.match(synced.stderr, /^pending [0-9a-f]{8}: bad: create domain .* refused it: .*: git realm pending$/m);
  t.same((await realm.subjects()).slice(-2), [
    'one: create domain of aperture',
    'two: create domain of aperture',
  ]);
  t.match(await pending(), [{ subject: 'bad: create domain of aperture' }]);
  t.equal(await store.tip(), await realm.tip());
});

t.test('a leave that the server refuses changes nothing, until it is let go', async (t) => {
  const { box, cwd, rule, realm, store, pending } = await refusing(t);
  rule('repos/aperture.yaml');
  const hook = readFileSync(`${cwd}/.git/hooks/pre-commit`, 'utf8');
  const index = readFileSync(box.path('home/.blue/index.yaml'), 'utf8');
  const tip = await realm.tip();
  await box.realm(['leave'], { cwd, expect: 128 });
  t.equal(await store.tip(), tip);
  t.equal(readFileSync(`${cwd}/.git/hooks/pre-commit`, 'utf8'), hook);
  t.equal(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), index);
  t.ok(existsSync(`${cwd}/.blue/config.yaml`));
  t.match((await box.realm(['sync'], { cwd })).stdout, 'aperture and realm letemcook are in sync');
  t.same((await doctor(box, 'aperture', 0)).findings, []);
  const [kept] = await pending();
  t.match(kept, { verb: 'leave' });
  allow(box);
  await box.realm(['pending', 'retry', kept?.id ?? ''], { cwd });
  t.notOk(existsSync(`${cwd}/.blue/config.yaml`), 'membership and hooks went with it');
  t.notOk(existsSync(`${cwd}/.git/hooks/pre-commit`));
  t.match(await realm.yaml('repos/aperture.yaml'), { status: 'left' });
});

t.test('a realm that its remote does not take is not made', async (t) => {
  const box = sandbox(t);
  const away = `file://${box.path('nowhere.git')}`;
  box.write('mine/keep.txt', 'mine\n');
  for (const path of ['new/realm', 'mine']) {
    const { stderr } = await box.realm(['init', '--name', 'r', '--path', path, '--url', away], {
      expect: 128,
    });
    t.match(stderr, /error: cannot reach the realm: .*\nhint: nothing was created/);
  }
  await box.git(['init', '-q', '--bare', 'full.git']);
  await box.git(['init', '-q', 'code']);
  await box.git(['commit', '-q', '--allow-empty', '-m', 'code'], { cwd: 'code' });
  await box.git(['push', '-q', '../full.git', 'main'], { cwd: 'code' });
  const full = ['--url', `file://${box.path('full.git')}`];
  t.match(
    (await box.realm(['init', '--name', 'r', '--path', 'new/realm', ...full], { expect: 128 })).stderr,
    /error: '\S+full\.git' already has a main branch\nhint: if it is a realm: git realm join /,
  );
  await box.git(['init', '-q', '--bare', 'closed.git']);
  box.write('closed.git/hooks/pre-receive', '#!/bin/sh\nexit 1\n', 0o755);
  const closed = ['--url', `file://${box.path('closed.git')}`];
  for (const path of ['new/realm', 'mine']) {
    const { stderr } = await box.realm(['init', '--name', 'r', '--path', path, ...closed], { expect: 128 });
    t.match(stderr, /error: the realm's remote refused the push: .*\nhint: nothing was created/);
  }
  t.notOk(existsSync(box.path('new/realm')));
  t.same((await box.run('ls', ['-A', 'mine'])).stdout, 'keep.txt\n');
  t.notOk(existsSync(box.path('home/.blue/index.yaml')));

  await box.realm(['init', '--name', 'grown', '--path', 'grown']);
  const before = await fingerprint(box, box.path('grown'));
  await box.realm(['init', '--name', 'grown', '--path', 'grown', ...closed], { expect: 128 });
  t.equal(await fingerprint(box, box.path('grown')), before, 'a realm that was there is as it was');
});

t.test('a proposal that the server refuses holds up nothing, and is made again from here', async (t) => {
  const { box, cwd, realm, url } = await refusing(t);
  box.write(
    'hub.git/hooks/pre-receive',
    '#!/bin/sh\nwhile read -r old new ref; do case $ref in refs/realm/proposals/*) exit 1 ;; esac; done\n',
    0o755,
  );
  const dora = { GIT_REALM_HOME: box.path('dora/.blue'), GIT_COMMITTER_EMAIL: 'dora@example.com' };
  const other = await makeRepo(box, 'other', { tree: { 'a.txt': 'a\n' } });
  const joined = await box.realm(['join', url], { cwd: other.path, env: dora, expect: 128 });
  t.match(joined.stderr, "error: the realm's remote refused the push");
  t.notOk(existsSync(join(other.path, '.blue')), 'it joined nothing by half');
  const store = box.path('dora/.blue/realms/letemcook');
  const refs = async (at: string) =>
    (await box.git(['-C', at, 'for-each-ref', '--format=%(refname)', 'refs/realm/proposals/'])).stdout;
  t.equal(await refs(store), '');
  const listed = (await box.realm(['pending', '--json'], { cwd: store, env: dora })).json() as {
    pending: Pending[];
  };
  t.match(listed.pending, [{ kind: 'proposal', verb: 'register' }]);

  allow(box);
  await box.realm(['pending', 'retry', listed.pending[0]?.id ?? ''], { cwd: store, env: dora });
  const [, id = ''] = /proposals\/(\w+)/.exec(await refs(realm.path)) ?? [];
  await box.realm(['approve', id], { cwd });
  t.match(await realm.yaml('repos/other.yaml'), { maintainers: ['dora@example.com'] });
});

t.test('a record that the server refuses holds up nothing', async (t) => {
  const { box, cwd, rule, realm, store, pending, url } = await refusing(t);
  const dora = { GIT_REALM_HOME: box.path('dora/.blue'), GIT_COMMITTER_EMAIL: 'dora@example.com' };
  const other = await makeRepo(box, 'other', { tree: { 'a.txt': 'a\n' } });
  await box.realm(['join', url], { cwd: other.path, env: dora });
  await box.realm(['fetch'], { cwd });
  box.write(
    'hub.git/hooks/pre-receive',
    '#!/bin/sh\nwhile read -r old new ref; do case $ref in refs/notes/*) exit 1 ;; esac; done\n',
    0o755,
  );
  const [, id = ''] = /proposals\/(\w+)/.exec(await store.git('for-each-ref', 'refs/realm/proposals/')) ?? [];
  const refused = await box.realm(['reject', id, '--why', 'no'], { cwd, expect: 128 });
  t.match(refused.stderr, 'hint: the decision was not saved');
  t.same(await pending(), []);
  t.equal(await store.git('for-each-ref', 'refs/notes/'), '');
  rule('nothing at all');
  await box.realm(create('more'), { cwd });
  t.match(await realm.yaml('domains/more/domain.yaml'), { name: 'more' });
  t.match((await box.realm(['proposals'], { cwd })).stdout, id, 'it waits as before');
});
