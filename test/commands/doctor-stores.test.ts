import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { deadPid, doctor, ids, old } from '../helpers/world/doctor.ts';
import { cloneRepo, makeRepo } from '../helpers/world/repo.ts';
import {
  aperture as apertureTree,
  fungal as fungalTree,
  joinBoth,
  letemcook,
  openRealm,
} from '../helpers/world/story.ts';

t.test('a realm that is gone, files that do not validate, and what only a person can mend', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  box.write('realm-letemcook/domains/s3-access/domain.yaml', 'name: s3-access\nmembers: aperture\n');
  await realm.git('commit', '-qam', 'break it');
  const broken = await doctor(box, 'aperture', 1, '--fix');
  t.match(
    broken.findings.filter(({ id }) => id === 'file-invalid'),
    [{ level: 'error', path: 'domains/s3-access/domain.yaml', line: 2, mend: null }],
  );
  const words = await box.realm(['doctor'], { cwd: 'aperture', expect: 1 });
  t.match(
    words.stdout,
    /\nerror: domains\/s3-access\/domain\.yaml:2: members: expected .*\n|^error: domains/,
  );
  await realm.git('revert', '--no-edit', 'HEAD');

  await box.git(['config', '--global', '--unset', 'user.email']);
  await aperture.git('config', 'realm.drift', 'blok');
  t.same(ids((await doctor(box, 'aperture', 1, '--fix')).findings), ['config-value', 'no-identity']);
  await box.git(['config', '--global', 'user.email', 'eric@example.com']);
  await aperture.git('config', '--unset', 'realm.drift');

  const config = aperture.read('.blue/config.yaml');
  aperture.write({ '.blue': { 'config.yaml': 'realm: 1\n' } });
  t.match((await doctor(box, 'aperture', 1)).findings, [
    { id: 'config-invalid', message: /^\.blue\/config\.yaml:1: / },
  ]);
  aperture.write({ '.blue': { 'config.yaml': config } });

  renameSync(realm.path, box.path('elsewhere'));
  const gone = await doctor(box, 'aperture', 1);
  t.same(ids(gone.findings), ['realm-missing', 'store-gone']);
  t.match(await doctor(box, 'home', 0, '--fix'), { mended: [{ id: 'store-gone' }] });
  t.notMatch(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), 'letemcook');

  box.write('home/.blue/index.yaml', 'realms:\n  - 7\n');
  const index = await doctor(box, 'home', 1);
  t.match(index.findings, [{ id: 'index-invalid', message: /index\.yaml:2: / }]);
});

t.test('the clone of a realm behind a URL', async (t) => {
  const box = sandbox(t);
  const url = `file://${box.path('served.git')}`;
  await box.git(['init', '-q', '--bare', box.path('served.git')]);
  await box.realm(['init', '--name', 'letemcook', '--path', 'first', '--url', url]);
  const provider = await makeRepo(box, 'aperture', { tree: apertureTree });
  const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungalTree });
  await joinBoth(box, provider, consumer, url);
  const store = openRealm(box, box.path('home/.blue/realms/letemcook'));
  t.same((await doctor(box, 'aperture', 0)).findings, []);

  await store.git('config', '--add', 'remote.origin.fetch', '+refs/*:refs/*');
  await store.git('config', 'remote.origin.mirror', 'true');
  t.same(ids((await doctor(box, 'aperture', 1)).findings), ['remote-mirrors']);
  await doctor(box, 'aperture', 0, '--fix');
  await store.git('config', '--unset', 'remote.origin.url');
  t.match((await doctor(box, 'aperture', 1)).findings, [
    { id: 'remote-lost', mend: `set its remote to '${url}'` },
  ]);
  await doctor(box, 'aperture', 0, '--fix');
  t.equal(await store.git('config', 'remote.origin.url'), url);

  const tip = await store.tip();
  rmSync(store.path, { recursive: true });
  const half = box.path(`home/.blue/realms/.new-${deadPid()}-abc`);
  await box.git(['init', '-q', '--bare', half]);
  const then = Date.now() / 1000 - 3600;
  utimesSync(half, then, then);
  const found = await doctor(box, 'home', 1);
  t.same(ids(found.findings), ['leftovers', 'store-gone']);
  t.same(ids((await doctor(box, 'home', 0, '--fix')).mended), ['leftovers', 'store-gone']);
  t.equal(await store.tip(), tip, 'cloned again');
  t.notOk(existsSync(half));
  await box.realm(['status'], { cwd: 'aperture' });
});

t.test('drafts of a clone that is gone', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  const second = await cloneRepo(box, aperture.remote ?? '', 'second');
  await box.realm(['join'], { cwd: 'second' });
  second.write({
    models: {
      training: { 's3_paths.py': second.read('models/training/s3_paths.py').replace('masks', 'images') },
    },
  });
  await second.git('commit', '-qam', 'a draft of the second clone');
  const drafts = () => realm.git('for-each-ref', '--format=%(refname)', 'refs/realm/drafts');
  t.not(await drafts(), '');
  await box.realm(['join'], { cwd: 'aperture' });
  t.same(
    (await doctor(box, 'aperture', 0)).findings,
    [],
    'a clone that is there keeps its drafts, indexed or not',
  );
  rmSync(second.path, { recursive: true });
  t.match((await doctor(box, 'aperture', 1)).findings, [{ id: 'drafts-of-no-clone' }]);
  await doctor(box, 'aperture', 0, '--fix');
  t.equal(await drafts(), '');
});

t.test('a command over several repositories that was cut short', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  const cut = async (match: string, ...args: string[]) => {
    const tap = gitTap({ killAfter: { match }, path: box.env.PATH ?? '' });
    await box.run('git-realm', args, { cwd: aperture.path, env: tap.env, expect: 'any' });
    t.ok(tap.killed(), `${args[0]} was killed`);
  };
  await cut('worktree add', 'worktree', '--rfc', 'metrics', '--domain', 's3-access');
  const found = (await doctor(box, 'aperture', 1)).findings.filter(({ id }) => id === 'op-unfinished');
  t.match(found, [
    {
      message: /^'git realm worktree' of 'feat\/metrics' is unfinished: \d of \d steps? done$/,
      mend: 'finish it',
    },
  ]);
  const mended = (await doctor(box, 'aperture', 0, '--fix')).mended;
  t.ok(ids(mended).includes('op-unfinished'));
  for (const repo of [aperture, fungal]) t.ok(existsSync(`${repo.path}/.worktrees/feat-metrics`), repo.path);

  // Others would see a push: that is for a person to go on with.
  for (const repo of [aperture, fungal]) box.write(`${repo.path}/.worktrees/feat-metrics/new.txt`, 'new');
  await box.realm(['commit', '-m', 'new', '--branch', 'feat/metrics'], { cwd: aperture.path });
  await cut('push --porcelain --set-upstream', 'push', '-j', '1', '--branch', 'feat/metrics');
  const open = (await doctor(box, 'aperture', 1, '--fix')).findings.filter(
    ({ id }) => id === 'op-unfinished',
  );
  t.match(open, [{ message: /^'git realm push' of 'feat\/metrics'/, mend: null }]);
  await box.realm(['push', '--continue', '--branch', 'feat/metrics'], { cwd: aperture.path });
  t.same((await doctor(box, 'aperture', 0)).findings, []);
});

t.test(
  'what a killed writer left in the queue, and half-written caches, are found and removed',
  async (t) => {
    const { box, aperture } = await letemcook(t);
    const folder = join(box.path('realm-letemcook'), '.git', 'realm');
    writeFileSync(join(folder, 'lock'), `${process.pid} ${hostname()}\n`);
    const waiting = spawn('git-realm', ['domain', 'create', 'x', '--repos', 'aperture'], {
      cwd: aperture.path,
      env: box.env,
      stdio: 'ignore',
    });
    const ended = once(waiting, 'close');
    const tickets = () => readdirSync(folder).filter((name) => /^lock\../.test(name));
    for (let round = 0; tickets().length === 0 && round < 6_000; round += 1) await sleep(20);
    waiting.kill('SIGKILL');
    await ended;
    rmSync(join(folder, 'lock'));
    const [ticket = ''] = tickets();
    t.match(ticket, String(waiting.pid), 'it stood in the queue');
    const own = join(aperture.path, '.git', 'realm');
    const half = [
      join(folder, ticket),
      ...['objects', 'asks', 'draft'].map((name) => join(own, `${name}.${deadPid()}`)),
    ];
    for (const file of half) {
      writeFileSync(file, '', { flag: 'a' });
      utimesSync(file, 1, 1);
    }
    const found = await doctor(box, 'aperture', 1);
    t.same(ids(found.findings), ['leftovers', 'leftovers']);
    t.same(ids((await doctor(box, 'aperture', 0, '--fix')).mended), ['leftovers', 'leftovers']);
    for (const file of half) t.notOk(existsSync(file), file);
  },
);

t.test(
  'what killed gits left, in the realm and in every checkout: only what no process can own goes',
  async (t) => {
    const { box, realm, aperture, fungal } = await letemcook(t);
    const objects = join('.git', 'objects', 'pack');
    const left = [
      old(join(realm.path, objects, 'tmp_pack_aB3xYz'), 'PACK'),
      old(join(realm.path, '.git', 'fast_import_crash_4711'), 'fast-import crash report:'),
      old(join(aperture.path, objects, 'tmp_idx_aB3xYz'), ''),
      old(join(fungal.path, '.git', 'objects', 'tmp_obj_aB3xYz'), ''),
      old(join(fungal.path, '.git', 'index.lock'), ''),
    ];
    const fresh = join(realm.path, objects, 'tmp_pack_fresh1');
    writeFileSync(fresh, 'PACK');
    const owned = old(join(realm.path, objects, 'tmp_pack_owned1'), 'PACK');
    const holder = spawn('sh', ['-c', `exec 3<'${owned}'; echo open; exec sleep 1000`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.teardown(() => holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    await box.git(['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: fungal.path, expect: 128 });
    t.same(ids((await doctor(box, 'aperture', 1)).findings), [
      'git-lock-left',
      'git-scraps',
      'git-scraps',
      'git-scraps',
    ]);
    const { mended } = await doctor(box, 'aperture', 0, '--fix');
    t.same(ids(mended), ['git-lock-left', 'git-scraps', 'git-scraps', 'git-scraps']);
    t.same(left.filter(existsSync), []);
    t.same([fresh, owned].filter(existsSync), [fresh, owned]);
    await box.git(['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: fungal.path });
  },
);
