import { mkdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo, openRepo } from '../helpers/world/repo.ts';
import { fingerprint, letemcook, openRealm, writerOf } from '../helpers/world/story.ts';

/** Commands that only look, and must say the same wherever they are typed. */
const LOOKING = [['domain', 'list'], ['graph'], ['log', '-n', '3'], ['show', 's3-permissions'], ['list']];

/** Which of these are typed in one place of four: all with `REALM_NIGHTLY=1`, else each in one of them. */
const lookingIn = (place: number): [number, string[]][] =>
  [...LOOKING.entries()].filter(([n]) => nightly || n % 4 === place);

interface Status {
  repo: string;
  exports: { drift: { levels: string[] }[]; missing: string[] }[];
  publishing: { oid: string | null };
}

t.test('in a member repository: subdirectory, linked worktree, git directory, bare clone, -C', async (t) => {
  const { box, aperture } = await letemcook(t);
  await aperture.git('worktree', 'add', '-q', '-b', 'feature', '../linked worktree');
  await aperture.git('clone', '-q', '--bare', aperture.remote ?? '', '../bare clone.git');
  const stranger = await box.realm(['status'], { cwd: 'bare clone.git', expect: 128 });
  t.match(
    stranger.stderr,
    "error: this clone is not attached to realm 'letemcook' yet\nhint: git realm join",
  );
  await box.realm(['join'], { cwd: 'bare clone.git' });
  t.match(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), `aperture: ${aperture.path}\n`);

  const said = await Promise.all(LOOKING.map((words) => box.realm(words, { cwd: 'aperture' })));
  const tip = await aperture.git('rev-parse', 'origin/main');
  const places = ['aperture/models/training', 'linked worktree/models', 'aperture/.git', 'bare clone.git'];
  for (const [place, cwd] of places.entries()) {
    const status = (await box.realm(['status', '--json'], { cwd })).json() as Status;
    // A bare clone keeps no record of what its remote has.
    const oid = cwd === 'bare clone.git' ? null : tip;
    t.match(status, { repo: 'aperture', publishing: { oid }, exports: [{ drift: [], missing: [] }] }, cwd);
    if (nightly || place % 2 === 0)
      t.match((await box.realm(['check'], { cwd })).stdout, 'no findings (1 export checked)', cwd);
    if (nightly || place % 2 === 1)
      t.match((await box.realm(['sync'], { cwd })).stdout, 'aperture and realm letemcook are in sync', cwd);
    for (const [n, words] of lookingIn(place))
      t.equal((await box.realm(['-C', cwd, ...words])).stdout, said[n]?.stdout, `${cwd}: ${words.join(' ')}`);
  }

  // A change in the linked worktree is seen there, with its file named from the root, and nowhere else.
  box.write('linked worktree/models/training/metrics.py', writerOf('training-metrics'));
  await box.realm(['export', '--name', 's3-permissions', '--source', 'metrics.py'], {
    cwd: 'linked worktree/models/training',
  });
  const there = (await box.realm(['status', '--json'], { cwd: 'linked worktree' })).json() as Status;
  t.same(
    there.exports[0]?.drift.map(({ levels }) => levels),
    [['worktree']],
  );
  const realm = openRealm(box, box.path('realm-letemcook'));
  t.match((await realm.yaml('domains/s3-access/bindings/aperture.yaml')).exports, [
    { source_files: ['models/training/s3_paths.py', 'models/training/metrics.py'] },
  ]);
  const here = (await box.realm(['status', '--json'], { cwd: 'aperture' })).json() as Status;
  t.same(here.exports[0]?.drift, []);
});

t.test('worktrees of a bare repository', async (t) => {
  const { box, aperture, realm } = await letemcook(t);
  await box.git(['clone', '-q', '--bare', aperture.remote ?? '', 'central.git']);
  await box.git([
    '-C',
    'central.git',
    'config',
    'remote.origin.fetch',
    '+refs/heads/*:refs/remotes/origin/*',
  ]);
  await box.git(['-C', 'central.git', 'fetch', '-q']);
  await box.git(['-C', 'central.git', 'worktree', 'add', '-q', '../work', 'main']);
  await box.realm(['join'], { cwd: 'work' });
  t.match((await box.realm(['status'], { cwd: 'work' })).stdout, 's3-permissions 1.0.0: matches the code');
  t.match(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), `aperture: ${box.path('work')}\n`);
  t.match((await box.realm(['doctor'], { cwd: 'work' })).stdout, /^healthy/);

  box.write('work/models/training/metrics.py', writerOf('training-metrics'));
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/metrics.py'], {
    cwd: 'work',
  });
  const agreed = await realm.git('rev-parse', 'main');
  await box.git(['add', '.'], { cwd: 'work' });
  await box.git(['commit', '-q', '-m', 'not pushed'], { cwd: 'work' });
  for (const cwd of ['central.git', 'work']) {
    await box.realm(['sync'], { cwd });
    t.equal(await realm.git('rev-parse', 'main'), agreed, `${cwd}: nothing is published`);
  }
  await box.git(['push', '-q', 'origin', 'main'], { cwd: 'work' });
  t.match(
    (await box.realm(['sync'], { cwd: 'central.git' })).stdout,
    'published s3-access/s3-permissions 1.0.0 → 1.1.0',
  );
});

t.test('a folder of worktrees around its bare repository', async (t) => {
  const { box, aperture } = await letemcook(t);
  mkdirSync(box.path('folder'));
  await box.git(['clone', '-q', '--bare', aperture.remote ?? '', 'folder/.bare']);
  box.write('folder/.git', 'gitdir: ./.bare\n');
  const git = (...args: string[]) => box.git(args, { cwd: 'folder' });
  await git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
  await git('fetch', '-q');
  await git('worktree', 'add', '-q', 'main', 'main');
  await box.realm(['join'], { cwd: 'folder/main' });
  const tip = await aperture.git('rev-parse', 'HEAD');
  await box.git(['commit', '-q', '--allow-empty', '-m', 'not pushed'], { cwd: 'folder/main' });
  for (const cwd of ['folder', 'folder/.bare', 'folder/main']) {
    const status = (await box.realm(['status', '--json'], { cwd })).json() as Status;
    t.match(status, { repo: 'aperture', publishing: { oid: tip } }, cwd);
  }
});

t.test("inside the realm's own repository", async (t) => {
  const { box, realm } = await letemcook(t);
  await box.git(['clone', '-q', '--bare', realm.path, 'realm.git']);
  const said = await Promise.all(LOOKING.map((words) => box.realm(words, { cwd: 'aperture' })));
  const places = [
    'realm-letemcook',
    'realm-letemcook/domains/s3-access',
    'realm-letemcook/.git',
    'realm.git',
  ];
  for (const [place, cwd] of places.entries()) {
    for (const [n, words] of lookingIn(place))
      t.equal((await box.realm(words, { cwd })).stdout, said[n]?.stdout, `${cwd}: ${words.join(' ')}`);
    const status = await box.realm(['status'], { cwd, expect: 128 });
    t.match(status.stderr, "error: this is the realm 'letemcook', not a member repository\n");
  }
  const before = await fingerprint(box, realm.path);
  for (const words of [
    ['check'],
    ['sync'],
    ['fetch'],
    ['join'],
    ['join', '.'],
    ['export', '--name', 'x'],
    ['leave'],
  ]) {
    const { stderr } = await box.realm(words, { cwd: 'realm-letemcook', expect: 128 });
    t.match(stderr, "error: this is the realm 'letemcook', not a member repository", words.join(' '));
  }
  t.equal(await fingerprint(box, realm.path), before);
});

t.test(
  'names with spaces, quotes and letters of any language; line breaks are refused in words',
  async (t) => {
    const box = sandbox(t);
    const folder = `a 'b' "c" $d é 目`;
    const source = `my "code", ünï.py`;
    mkdirSync(box.path(folder));
    const repo = await makeRepo(box, `${folder}/app`, {
      tree: { src: { [source]: PYTHON } },
    });
    const at = { cwd: repo.path };
    await box.realm(['init', '--name', 'odd', '--path', '../the realm'], at);
    await box.realm(['join', '../the realm'], at);
    await box.realm(['domain', 'create', 'dom', '--repos', 'app,other', '--contract', 's3-permissions'], at);
    await repo.commit('join');
    await repo.push();
    repo.write({ src: { [source]: PYTHON.replace('out/', 'more/') } });
    const status = await box.realm(['status'], { cwd: `${folder}/app/src` });
    t.match(status.stdout, `+ more/* (write)  src/${source}:5`);
    await repo.git('commit', '-qam', 'more');
    await repo.push();
    t.match((await box.realm(['doctor'], at)).stdout, /^healthy/);
    t.match((await box.realm(['list'], at)).stdout, `  app: ${repo.path}\n`);
    t.match((await box.realm(['log', '-n', '1'], at)).stdout, 'dom: create domain of app, other');

    const index = readFileSync(box.path('home/.blue/index.yaml'), 'utf8');
    const broken = await makeRepo(box, 'two\nlines', { tree: { 'a.py': PYTHON }, remote: false });
    for (const words of [
      ['join', `../${folder}/the realm`],
      ['init', '--name', 'x', '--path', 'realm'],
    ]) {
      const { stderr } = await box.realm(words, { cwd: broken.path, expect: 128 });
      t.match(stderr, /^error: directory '.*two\\u\{a\}lines.*' has a control character in its path\nhint: /);
    }
    t.equal(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), index);
    const outside = await box.realm(['status'], { cwd: broken.path, expect: 128 });
    t.match(outside.stderr, 'error: this repository is not in a realm yet');
  },
);

const PYTHON = `import boto3
s3 = boto3.client("s3")

def save(name):
    s3.put_object(Bucket="bucket", Key=f"out/{name}", Body=b"")
`;

t.test('SHA-256, the realm and its member', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'app', { sha256: true, tree: { 'paths.py': PYTHON } });
  const at = { cwd: 'app' };
  await box.git(['init', '-q', '--object-format=sha256', box.path('realm')]);
  await box.realm(['init', '--name', 'long', '--path', '../realm'], at);
  await box.realm(['join', '../realm'], at);
  await box.realm(['domain', 'create', 'dom', '--repos', 'app,other', '--contract', 's3-permissions'], at);
  await repo.commit('join');
  repo.write({ 'paths.py': `${PYTHON}    s3.put_object(Bucket="bucket", Key="log.txt", Body=b"")\n` });
  const ran = await box.git(['commit', '-am', 'more'], at);
  t.match(ran.stderr, 'this commit changes dom/s3-permissions 1.0.0 (compatible, would be 1.1.0)');
  await repo.push();
  t.match((await box.realm(['sync'], at)).stdout, 'published dom/s3-permissions 1.0.0 → 1.1.0');
  const contract = await openRealm(box, box.path('realm')).yaml('domains/dom/contracts/s3-permissions.yaml');
  t.equal(contract.source_commit, await repo.git('rev-parse', 'HEAD'));
  t.match(contract.source_commit, /^[0-9a-f]{64}$/);
  t.match((await box.realm(['diff', 's3-permissions'], at)).stdout, '\ncompatible\n');
  t.match(
    (await box.realm(['log', 's3-permissions'], at)).stdout,
    /\n1\.1\.0 .*\n {2}Added log\.txt \(write\)\n1\.0\.0 /,
  );
  t.match((await box.realm(['show', 's3-permissions@1.0.0'], at)).stdout, '\nversion: "1.0.0"\n');
  t.match((await box.realm(['check'], at)).stdout, 'no findings');
  t.match((await box.realm(['doctor'], at)).stdout, /^healthy/);
  await openRealm(box, box.path('realm')).git('fsck', '--strict');
});

t.test('detached, and without a commit', async (t) => {
  const { box, aperture } = await letemcook(t);
  await aperture.git('checkout', '-q', '--detach');
  const at = { cwd: 'aperture' };
  t.match((await box.realm(['status'], at)).stdout, 's3-permissions 1.0.0: matches the code');
  aperture.write({
    models: {
      training: {
        's3_paths.py': `${aperture.read('models/training/s3_paths.py')}\n\n${writerOf('x').replace(/^from.*\n/, '')}`,
      },
    },
  });
  const ran = await box.git(['commit', '-qam', 'detached'], at);
  t.match(ran.stderr, 'this commit changes s3-access/s3-permissions 1.0.0');
  t.match((await box.realm(['status'], at)).stdout, 'committed, not pushed: compatible, would be 1.1.0');
  await box.realm(['check'], { ...at, expect: 1 });
  t.match((await box.realm(['doctor'], at)).stdout, /^healthy/);
  t.match(
    (await box.realm(['sync'], at)).stdout,
    'aperture and realm letemcook are in sync',
    'not pushed is not published',
  );

  await box.git(['init', '-q', 'new']);
  const fresh = { cwd: 'new' };
  await box.realm(['join', '../realm-letemcook'], fresh);
  t.match((await box.realm(['status'], fresh)).stdout, 'nothing is published: there are no commits yet');
  for (const words of [['check'], ['sync'], ['doctor'], ...LOOKING]) await box.realm(words, fresh);
  await openRepo(box, 'new').commit('join');
  t.equal((await cloneRepo(box, box.path('new'), 'clone')).path, box.path('clone'));
  await box.realm(['join'], { cwd: 'clone' });
});
